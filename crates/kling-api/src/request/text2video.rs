//! `POST /v1/videos/text2video` (legacy surface).

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{CameraControl, Shot, Voice, WatermarkInfo};

/// The body of a text-to-video request. Absent fields are left out, and Kling applies its own defaults: model
/// `kling-v1`, mode `std`, 5 seconds, 16:9, no sound (vendor documentation 2026-03-27).
///
/// Values with a closed list in the documentation are open strings here, so that a new model or mode needs no
/// release. `Debug` hides what the user wrote.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Text2VideoRequest {
    /// Which model, such as `kling-v3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// What to show; void when `multi_shot` is `customize`d.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What not to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// Several shots in one video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_shot: Option<bool>,
    /// `customize` (shots as in `multi_prompt`) or `intelligence` (shots made from `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shot_type: Option<String>,
    /// The shots of `customize`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multi_prompt: Vec<Shot>,
    /// Voices that the prompt names as `<<<voice_1>>>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voice_list: Vec<Voice>,
    /// `on` or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// How closely to follow the prompt, 0 to 1; not for kling-v2.x.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cfg_scale: Option<f64>,
    /// `std` (720p), `pro` (1080p) or `4k`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// How the camera moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera_control: Option<CameraControl>,
    /// `16:9`, `9:16` or `1:1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// Whole seconds as text, `3` to `15`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Whether a copy with a watermark is made too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark_info: Option<WatermarkInfo>,
    /// Where Kling reports status changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The caller's own id for the task, unique in its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_task_id: Option<String>,
}

redacted_debug!(Text2VideoRequest {
    model_name, multi_shot, shot_type, multi_prompt, voice_list, sound, cfg_scale, mode, camera_control, aspect_ratio,
    duration, watermark_info, external_task_id,
} hidden { prompt, negative_prompt, callback_url });

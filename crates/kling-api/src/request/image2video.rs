//! `POST /v1/videos/image2video` (legacy surface).

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{CameraControl, DynamicMask, ElementRef, Media, Shot, Voice, WatermarkInfo};

/// The body of an image-to-video request. Absent fields are left out, and Kling applies its own defaults: mode `std`,
/// 5 seconds, no sound; the output has the picture's ratio, and the page knows no `aspect_ratio` (vendor documentation
/// 2026-03-27 and mid 2026).
///
/// At least one of `image` and `image_tail` is needed. One of three at most: `image_tail`, masks, `camera_control`.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct Image2VideoRequest {
    /// Which model, such as `kling-v3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// The first frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// The last frame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_tail: Option<Media>,
    /// What happens; void when `multi_shot` is `customize`d.
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
    /// Elements that the prompt names as `<<<element_1>>>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub element_list: Vec<ElementRef>,
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
    /// What must not move, a picture of the image's ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub static_mask: Option<Media>,
    /// What moves where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dynamic_masks: Vec<DynamicMask>,
    /// How the camera moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub camera_control: Option<CameraControl>,
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

redacted_debug!(Image2VideoRequest {
    model_name, image, image_tail, multi_shot, shot_type, multi_prompt, element_list, voice_list, sound, cfg_scale, mode,
    static_mask, dynamic_masks, camera_control, duration, watermark_info, external_task_id,
} hidden { prompt, negative_prompt, callback_url });

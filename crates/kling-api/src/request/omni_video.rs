//! `POST /v1/videos/omni-video` (legacy surface).

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{ElementRef, Media, Shot, WatermarkInfo};

/// The body of an omni-video request. Absent fields are left out, and Kling applies its own defaults: model
/// `kling-video-o1`, mode `pro`, 5 seconds, no sound (vendor documentation 2026-03-27, 2026-09-20).
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct OmniVideoRequest {
    /// Which model, such as `kling-v3-omni`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// What to show, with references such as `<<<image_1>>>`, `<<<element_1>>>`, `<<<video_1>>>`, counted from 1 in
    /// each list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Several shots in one video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_shot: Option<bool>,
    /// `customize` (shots as in `multi_prompt`) or `intelligence` (shots made from `prompt`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shot_type: Option<String>,
    /// The shots of `customize`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub multi_prompt: Vec<Shot>,
    /// Frames and reference pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_list: Vec<VideoImage>,
    /// Elements that the prompt names as `<<<element_1>>>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub element_list: Vec<ElementRef>,
    /// The video to edit or to refer to, one at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub video_list: Vec<ReferenceVideo>,
    /// `on` or `off`; `off` with a video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// `std` (720p), `pro` (1080p) or `4k`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// `16:9`, `9:16` or `1:1`; needed unless a first frame or a video to edit sets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// Whole seconds as text, `3` to `15`; ignored when a video is edited.
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

redacted_debug!(OmniVideoRequest {
    model_name, multi_shot, shot_type, multi_prompt, image_list, element_list, video_list, sound, mode, aspect_ratio,
    duration, watermark_info, external_task_id,
} hidden { prompt, callback_url });

/// A picture of an omni-video request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VideoImage {
    /// URL or Base64.
    pub image_url: Media,
    /// `first_frame` or `end_frame`; absent for a reference.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}

/// A video of an omni-video request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReferenceVideo {
    /// URL only.
    pub video_url: Media,
    /// `base` (edit it; Kling's default) or `feature` (refer to it).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refer_type: Option<String>,
    /// `yes` or `no`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_original_sound: Option<String>,
}

impl ReferenceVideo {
    /// Whether it is referred to; otherwise it is edited.
    pub(crate) fn is_feature(&self) -> bool {
        self.refer_type.as_deref() == Some("feature")
    }
}

//! `POST /v1/images/generations`.

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{ElementRef, Media, WatermarkInfo};

/// The body of an image-generation request. Absent fields are left out, and Kling applies its own defaults: model
/// `kling-v3`, `1k`, one image, 16:9 (vendor documentation 2026-09-20).
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct ImageGenerationRequest {
    /// Which model, such as `kling-v3`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// What to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// What not to show; not with `image`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub negative_prompt: Option<String>,
    /// The picture to start from, URL or Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// What to keep of `image`: `subject` or `face`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_reference: Option<String>,
    /// How closely to follow `image`, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_fidelity: Option<f64>,
    /// How closely to follow the face, 0 to 1; only with `subject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub human_fidelity: Option<f64>,
    /// Elements that the prompt names as `<<<element_1>>>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub element_list: Vec<ElementRef>,
    /// `1k` or `2k`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// How many images, 1 to 9. Each takes a concurrency slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// `16:9`, `9:16`, `1:1`, `4:3`, `3:4`, `3:2`, `2:3` or `21:9`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
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

redacted_debug!(ImageGenerationRequest {
    model_name, image, image_reference, image_fidelity, human_fidelity, element_list, resolution, n, aspect_ratio,
    watermark_info, external_task_id,
} hidden { prompt, negative_prompt, callback_url });

//! `POST /v1/images/omni-image`.

use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::redact::redacted_debug;
use crate::{ElementRef, Media, WatermarkInfo};

/// The body of an omni-image request. Absent fields are left out, and Kling applies its own defaults: model
/// `kling-image-o1`, `1k`, one image, ratio `auto` (vendor documentation 2026-09-20).
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct OmniImageRequest {
    /// Which model, such as `kling-v3-omni`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// What to show, with references such as `<<<image_1>>>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Reference pictures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_list: Vec<InputImage>,
    /// Elements that the prompt names as `<<<element_1>>>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub element_list: Vec<ElementRef>,
    /// `1k`, `2k` or `4k`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// `single` or `series`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result_type: Option<String>,
    /// How many images of `single`, 1 to 9. Each takes a concurrency slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// How many images of `series`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series_amount: Option<SeriesAmount>,
    /// One of the eight ratios of image generation, or `auto`.
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

redacted_debug!(OmniImageRequest {
    model_name, image_list, element_list, resolution, result_type, n, series_amount, aspect_ratio, watermark_info,
    external_task_id,
} hidden { prompt, callback_url });

/// A reference picture.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InputImage {
    /// URL or Base64.
    pub image: Media,
}

/// How long a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeriesAmount {
    /// So many images, 2 to 9.
    Count(u32),
    /// As many as Kling sees fit (since 2026-04-27).
    Auto,
}

impl Serialize for SeriesAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::Auto => serializer.serialize_str("auto"),
        }
    }
}

/// A text that is neither `auto` nor a whole number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a number of images: use 2 to 9, or auto")]
pub struct UnknownSeriesAmount;

impl FromStr for SeriesAmount {
    type Err = UnknownSeriesAmount;

    /// Reads `auto` in any case, or a whole number; the range is left to the rules.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("auto") {
            Ok(Self::Auto)
        } else {
            text.parse().map(Self::Count).map_err(|_| UnknownSeriesAmount)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_amount_is_a_number_or_auto() {
        for (text, amount, json) in [("4", SeriesAmount::Count(4), "4"), (" Auto ", SeriesAmount::Auto, "\"auto\"")] {
            assert_eq!(text.parse(), Ok(amount));
            assert_eq!(serde_json::to_string(&amount).unwrap(), json);
        }
        assert_eq!("some".parse::<SeriesAmount>(), Err(UnknownSeriesAmount));
    }
}

//! The price list.

/// What a second of video costs, by what goes in and comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoPrice {
    /// The model's [`product_name`](crate::VideoModel::product_name).
    pub product_name: &'static str,
    /// The case.
    pub input: VideoInput,
    /// Hundredths of a video unit for one second in 720p, 1080p and 4K; `None` where there is no such video.
    pub per_second: [Option<u32>; 3],
}

/// The cases the price list tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoInput {
    /// All alike.
    Any,
    /// No video given, no sound made.
    Silent,
    /// No video given, sound made.
    Native,
    /// Sound made with a given voice.
    NativeWithVoice,
    /// A video given.
    WithVideo,
    /// Motion control.
    MotionControl,
}

/// What one image costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImagePrice {
    /// The model's `model_name`.
    pub model: &'static str,
    /// The case.
    pub input: ImageInput,
    /// The resolutions at this price.
    pub resolutions: &'static [&'static str],
    /// Hundredths of an image unit.
    pub per_image: u32,
}

/// The cases the price list tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageInput {
    /// All alike.
    Any,
    /// From text.
    Text,
    /// From a picture.
    Image,
}

const fn row(product_name: &'static str, input: VideoInput, per_second: [u32; 3]) -> VideoPrice {
    const fn some(rate: u32) -> Option<u32> {
        if rate == 0 { None } else { Some(rate) }
    }
    let [p720, p1080, p4k] = per_second;
    VideoPrice { product_name, input, per_second: [some(p720), some(p1080), some(p4k)] }
}

/// Video prices (vendor price list 2026-09-20; 0 stands for "not made"). Billed is the length asked for: 5 seconds deliver
/// "5.041" and cost 5 (live, 2026-09-19).
pub const VIDEO_PRICES: &[VideoPrice] = &[
    row("3.0 Turbo", VideoInput::Any, [80, 100, 0]),
    row("3.0", VideoInput::Silent, [60, 80, 300]),
    row("3.0", VideoInput::Native, [90, 120, 300]),
    row("3.0", VideoInput::MotionControl, [90, 120, 0]),
    row("3.0 Omni", VideoInput::Silent, [60, 80, 300]),
    row("3.0 Omni", VideoInput::Native, [80, 100, 300]),
    row("3.0 Omni", VideoInput::WithVideo, [90, 120, 300]),
    row("O1", VideoInput::Silent, [60, 80, 0]),
    row("O1", VideoInput::WithVideo, [90, 120, 0]),
    row("2.6", VideoInput::Silent, [30, 50, 0]),
    row("2.6", VideoInput::Native, [0, 100, 0]),
    row("2.6", VideoInput::NativeWithVoice, [0, 120, 0]),
    row("2.6", VideoInput::MotionControl, [50, 80, 0]),
    row("2.5 Turbo", VideoInput::Any, [30, 50, 0]),
];

/// Image prices (vendor price list 2026-09-20; those of 2.1 also from two third parties).
pub const IMAGE_PRICES: &[ImagePrice] = &[
    ImagePrice { model: "kling-v3", input: ImageInput::Any, resolutions: &["1k", "2k"], per_image: 800 },
    ImagePrice { model: "kling-v3-omni", input: ImageInput::Any, resolutions: &["1k", "2k"], per_image: 800 },
    ImagePrice { model: "kling-v3-omni", input: ImageInput::Any, resolutions: &["4k"], per_image: 1600 },
    ImagePrice { model: "kling-image-o1", input: ImageInput::Any, resolutions: &["1k", "2k"], per_image: 800 },
    ImagePrice { model: "kling-v2-1", input: ImageInput::Text, resolutions: &["1k", "2k"], per_image: 400 },
    ImagePrice { model: "kling-v2-1", input: ImageInput::Image, resolutions: &["1k", "2k"], per_image: 800 },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IMAGE_MODELS, VIDEO_MODELS};

    #[test]
    fn every_served_video_model_has_a_price_for_each_of_its_modes() {
        for model in VIDEO_MODELS.iter().filter(|model| model.retirement.is_none()) {
            for place in 0..model.abilities.modes.len() {
                assert!(
                    VIDEO_PRICES
                        .iter()
                        .any(|price| price.product_name == model.product_name && price.per_second[place].is_some()),
                    "{}",
                    model.product_name
                );
            }
        }
        let known = |price: &VideoPrice| VIDEO_MODELS.iter().any(|model| model.product_name == price.product_name);
        assert!(VIDEO_PRICES.iter().all(known));
    }

    #[test]
    fn every_served_image_model_has_a_price_for_each_of_its_resolutions() {
        for model in IMAGE_MODELS {
            for resolution in model.abilities.map_or(&[][..], |abilities| abilities.resolutions) {
                assert!(
                    IMAGE_PRICES
                        .iter()
                        .any(|price| price.model == model.name && price.resolutions.contains(resolution)),
                    "{} {resolution}",
                    model.name
                );
            }
        }
        assert!(IMAGE_PRICES.iter().all(|price| crate::ImageModel::find(price.model).is_some()));
    }
}

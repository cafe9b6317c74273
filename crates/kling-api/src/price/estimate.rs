//! What a request will cost: `None` where the price list has no row for it, or the length is not known beforehand.

use super::table::{IMAGE_PRICES, ImageInput, VIDEO_PRICES, VideoInput};
use super::units::{UnitPackage, Units};
use crate::rules::{DEFAULT_SECONDS, LegacyVideo};
use crate::{
    Content, Image2VideoRequest, ImageGenerationRequest, OmniImageRequest, OmniVideoRequest, PathRequest, Product,
    SeriesAmount, Text2VideoRequest, VideoModel,
};

/// Images of a series when nobody says how many.
const DEFAULT_SERIES: u32 = 4;

impl Text2VideoRequest {
    /// The units it will cost, if that can be told beforehand.
    pub fn estimate(&self) -> Option<Units> {
        legacy_video(&self.form())
    }
}

impl Image2VideoRequest {
    /// The units it will cost, if that can be told beforehand.
    pub fn estimate(&self) -> Option<Units> {
        legacy_video(&self.form())
    }
}

impl OmniVideoRequest {
    /// The units it will cost, if that can be told beforehand: not for an edit, which is as long as its input.
    pub fn estimate(&self) -> Option<Units> {
        legacy_video(&self.form())
    }
}

impl PathRequest {
    /// The units it will cost, if that can be told beforehand: not where the video is as long as its input.
    pub fn estimate(&self) -> Option<Units> {
        let (product, settings) = (self.product()?, &self.body.settings);
        if product == Product::MotionControl || self.count("base_video") > 0 {
            return None;
        }
        let native = settings.audio.as_deref() == Some("native");
        let prompt = self.prompt().unwrap_or_default();
        let speaks = self.body.contents.iter().any(|content| match content {
            Content::Voice { id, .. } => prompt.contains(&format!("@{id}")),
            _ => false,
        });
        let resolution = settings.resolution.as_deref().unwrap_or("720p");
        let place = ["720p", "1080p", "4k"].iter().position(|known| *known == resolution)?;
        let input = video_input(self.count("feature_video") > 0, native, speaks);
        video(VideoModel::find(self.model())?, input, place, settings.duration.unwrap_or(DEFAULT_SECONDS))
    }
}

fn legacy_video(form: &LegacyVideo<'_>) -> Option<Units> {
    if form.base_video {
        return None;
    }
    let mode = form.mode_in_effect()?;
    let place = ["std", "pro", "4k"].iter().position(|known| *known == mode)?;
    let input = video_input(form.videos > 0, form.has_sound(), form.speaks_with_a_voice());
    video(form.model()?, input, place, form.seconds().ok()?)
}

fn video_input(video: bool, native: bool, speaks: bool) -> VideoInput {
    match (video, native, speaks) {
        (true, ..) => VideoInput::WithVideo,
        (false, true, true) => VideoInput::NativeWithVoice,
        (false, true, false) => VideoInput::Native,
        (false, false, _) => VideoInput::Silent,
    }
}

fn video(model: &VideoModel, input: VideoInput, place: usize, seconds: u32) -> Option<Units> {
    let row = VIDEO_PRICES.iter().find(|price| {
        price.product_name == model.product_name && (price.input == input || price.input == VideoInput::Any)
    })?;
    let rate = row.per_second.get(place).copied().flatten()?;
    Some(Units::from_hundredths(u64::from(rate) * u64::from(seconds), UnitPackage::Video))
}

impl ImageGenerationRequest {
    /// The units it will cost, if that can be told beforehand.
    pub fn estimate(&self) -> Option<Units> {
        let input = if self.image.is_some() { ImageInput::Image } else { ImageInput::Text };
        images(self.model_name.as_deref()?, input, self.resolution.as_deref(), self.n.unwrap_or(1))
    }
}

impl OmniImageRequest {
    /// The units it will cost, if that can be told beforehand: not for a series as long as Kling sees fit.
    pub fn estimate(&self) -> Option<Units> {
        let count = match (self.is_series(), self.series_amount) {
            (false, _) => self.n.unwrap_or(1),
            (true, Some(SeriesAmount::Count(count))) => count,
            (true, Some(SeriesAmount::Auto)) => return None,
            (true, None) => DEFAULT_SERIES,
        };
        let input = if self.image_list.is_empty() { ImageInput::Text } else { ImageInput::Image };
        images(self.model_name.as_deref()?, input, self.resolution.as_deref(), count)
    }
}

fn images(model: &str, input: ImageInput, resolution: Option<&str>, count: u32) -> Option<Units> {
    let resolution = resolution.unwrap_or("1k");
    let row = IMAGE_PRICES.iter().find(|price| {
        price.model == model
            && (price.input == input || price.input == ImageInput::Any)
            && price.resolutions.contains(&resolution)
    })?;
    Some(Units::from_hundredths(u64::from(row.per_image) * u64::from(count), UnitPackage::Image))
}

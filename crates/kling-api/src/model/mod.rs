//! Model names. They stay open strings everywhere; these tables only add what is known about them.

mod image;
mod video;

pub use image::{
    DEFAULT_IMAGE_GENERATION_MODEL, DEFAULT_OMNI_IMAGE_MODEL, IMAGE_MODELS, ImageAbilities, ImageModel, ImageProduct,
};
pub(crate) use image::{RATIOS, RATIOS_AND_AUTO};
pub use video::{
    DEFAULT_IMAGE2VIDEO_MODEL, DEFAULT_OMNI_VIDEO_MODEL, DEFAULT_TEXT2VIDEO_MODEL, ElementSupport, Frames, Support,
    VIDEO_MODELS, VideoAbilities, VideoModel,
};

/// When a model went and what took its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retirement {
    /// ISO date.
    pub date: &'static str,
    /// The `model_name` to use instead.
    pub successor: &'static str,
}

/// The day of the retirements reported on 2026-08-26 from the vendor's site. The pages and the price list of 2026-09-20
/// and later have these models no more, while the change log has no entry. Hence a warning, never a refusal.
const REPORTED_DAY: &str = "2026-09-15";

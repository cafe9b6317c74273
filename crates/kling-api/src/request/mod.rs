//! What is asked of Kling, one file per legacy create page.

mod element;
mod image2video;
mod image_generation;
mod omni_image;
mod omni_video;
mod parts;
mod text2video;

pub use element::{
    DeleteElementRequest, ELEMENT_TAGS, ElementImage, ElementImages, ElementRequest, ElementTag, ElementVideo,
    ElementVideos,
};
pub use image_generation::ImageGenerationRequest;
pub use image2video::Image2VideoRequest;
pub use omni_image::{InputImage, OmniImageRequest, SeriesAmount, UnknownSeriesAmount};
pub use omni_video::{OmniVideoRequest, ReferenceVideo, VideoImage};
pub use parts::{CameraConfig, CameraControl, DynamicMask, ElementRef, Point, Shot, Voice, WatermarkInfo};
pub use text2video::Text2VideoRequest;

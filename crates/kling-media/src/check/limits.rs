//! What Kling takes, as data.
//!
//! Source of every number, unless its own text names another: Kling's official API documentation, English export of
//! 2026-09-20 and Chinese export of early October 2026. Kling's "MB" are read as mebibytes, the kinder reading.

use crate::FileKind;

/// One mebibyte.
const MIB: u64 = 1024 * 1024;

/// A picture on the legacy `/v1` surface: 10 MB.
pub const LEGACY_IMAGE_MAX_BYTES: u64 = 10 * MIB;
/// A picture on the new surface: 50 MB.
pub const NEW_IMAGE_MAX_BYTES: u64 = 50 * MIB;
/// The largest picture that is read to be made into one that Kling takes: 50 MB. Ours.
pub const IMAGE_SOURCE_MAX_BYTES: u64 = 50 * MIB;
/// The largest file that such a picture is made into, whatever the field takes: 10 MB. Ours.
pub const CONVERTED_MAX_BYTES: u64 = LEGACY_IMAGE_MAX_BYTES;
/// The most pixels that it keeps: those of the largest picture that Kling makes (4K, square). Ours.
pub const CONVERTED_MAX_PIXELS: u64 = 4096 * 4096;
/// Each side of a picture, in pixels.
pub const IMAGE_MIN_SIDE: u32 = 300;
/// The tallest picture, 1:2.5.
pub const IMAGE_MIN_RATIO: Ratio = Ratio { width: 2, height: 5 };
/// The widest picture, 2.5:1.
pub const IMAGE_MAX_RATIO: Ratio = Ratio { width: 5, height: 2 };

/// A reference video, and the video of an element: 200 MB.
pub const VIDEO_MAX_BYTES: u64 = 200 * MIB;
/// Every reference video, in frames a second.
pub const VIDEO_MIN_FRAME_RATE: f64 = 24.0;
/// Every reference video, in frames a second.
pub const VIDEO_MAX_FRAME_RATE: f64 = 60.0;
/// Every video, in seconds.
pub const VIDEO_MIN_SECONDS: f64 = 3.0;

/// A reference video for 3.0 Omni, each side in pixels.
pub const OMNI_VIDEO_MIN_SIDE: u32 = 700;
/// A reference video for 3.0 Omni, each side in pixels.
pub const OMNI_VIDEO_MAX_SIDE: u32 = 4553;
/// A reference video for 3.0 Omni, in pixels: 3840 x 2160.
pub const OMNI_VIDEO_MAX_AREA: u64 = 8_294_400;
/// A reference video for 3.0 Omni: 0.4.
pub const OMNI_VIDEO_MIN_RATIO: Ratio = Ratio { width: 2, height: 5 };
/// A reference video for 3.0 Omni: 2.
pub const OMNI_VIDEO_MAX_RATIO: Ratio = Ratio { width: 2, height: 1 };
/// A reference video for 3.0 Omni, in seconds.
pub const OMNI_VIDEO_MAX_SECONDS: f64 = 15.5;

/// A reference video for O1, each side in pixels.
pub const O1_VIDEO_MIN_SIDE: u32 = 700;
/// A reference video for O1, each side in pixels.
pub const O1_VIDEO_MAX_SIDE: u32 = 2160;
/// A reference video for O1, in seconds.
pub const O1_VIDEO_MAX_SECONDS: f64 = 10.0;

/// A video of the legacy `omni-video`, each side in pixels (English export of 2026-03-27).
pub const LEGACY_OMNI_VIDEO_MIN_SIDE: u32 = 720;
/// A video of the legacy `omni-video`, each side in pixels (English export of 2026-03-27).
pub const LEGACY_OMNI_VIDEO_MAX_SIDE: u32 = 2160;
/// A video of the legacy `omni-video` with `kling-v3-omni`, in seconds (change log of 2026-06-17; 10 before).
pub const LEGACY_OMNI_VIDEO_MAX_SECONDS: f64 = 15.0;

/// The video of an element, the shorter side in pixels: 1080p.
pub const ELEMENT_VIDEO_MIN_SIDE: u32 = 1080;
/// The video of an element, the longer side in pixels: 1080p.
pub const ELEMENT_VIDEO_MAX_SIDE: u32 = 1920;
/// The video of an element: lying or upright.
pub const ELEMENT_VIDEO_RATIOS: [Ratio; 2] = [Ratio { width: 16, height: 9 }, Ratio { width: 9, height: 16 }];
/// The video of an element, in seconds.
pub const ELEMENT_VIDEO_MAX_SECONDS: f64 = 8.0;

/// How far a video may be off a limit of time, in seconds: a "10 s" video of Kling's own lasts 10.04 s. Ours.
pub const SECONDS_TOLERANCE: f64 = 0.05;
/// How far a video may be off a limit of its frame rate: "24" is 23.976 on many cameras. Ours.
pub const FRAME_RATE_TOLERANCE: f64 = 0.05;
/// How far a video may be off a named ratio, in percent: 1080p is coded with 1088 lines by some encoders. Ours.
pub const RATIO_TOLERANCE_PERCENT: u32 = 1;

/// JPEG and PNG.
pub const PICTURE_KINDS: &[FileKind] = &[FileKind::JPEG, FileKind::PNG];
/// MP4 and MOV.
pub const VIDEO_KINDS: &[FileKind] = &[FileKind::MP4, FileKind::MOV];

/// A width to a height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// Parts across.
    pub width: u32,
    /// Parts down.
    pub height: u32,
}

/// Which shapes are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Width to height from the first to the second, both included.
    Between(Ratio, Ratio),
    /// One of these, give or take [`RATIO_TOLERANCE_PERCENT`].
    OneOf(&'static [Ratio]),
}

/// How a file reaches Kling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// By URL or as Base64.
    Picture,
    /// By URL alone.
    Video,
}

/// What one field of a request takes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Limits {
    /// How it reaches Kling.
    pub medium: Medium,
    /// Which kinds, by content.
    pub kinds: &'static [FileKind],
    /// Largest length in bytes of a file that goes to Kling. Pictures may be larger on their way in: see
    /// [`max_source_bytes`](Self::max_source_bytes).
    pub max_bytes: u64,
    /// Smallest side in pixels.
    pub min_side: Option<u32>,
    /// Largest side in pixels.
    pub max_side: Option<u32>,
    /// Most pixels in all.
    pub max_area: Option<u64>,
    /// Which shapes.
    pub shape: Option<Shape>,
    /// Shortest and longest time in seconds.
    pub seconds: Option<(f64, f64)>,
    /// Least and most frames a second.
    pub frame_rate: Option<(f64, f64)>,
}

impl Limits {
    const ANY_PICTURE: Self = Self {
        medium: Medium::Picture,
        kinds: PICTURE_KINDS,
        max_bytes: LEGACY_IMAGE_MAX_BYTES,
        min_side: None,
        max_side: None,
        max_area: None,
        shape: None,
        seconds: None,
        frame_rate: None,
    };

    const ANY_VIDEO: Self = Self {
        medium: Medium::Video,
        kinds: VIDEO_KINDS,
        max_bytes: VIDEO_MAX_BYTES,
        frame_rate: Some((VIDEO_MIN_FRAME_RATE, VIDEO_MAX_FRAME_RATE)),
        ..Self::ANY_PICTURE
    };

    /// Pictures on the legacy `/v1` surface: first frames, references, elements.
    pub const LEGACY_IMAGE: Self = Self {
        min_side: Some(IMAGE_MIN_SIDE),
        shape: Some(Shape::Between(IMAGE_MIN_RATIO, IMAGE_MAX_RATIO)),
        ..Self::ANY_PICTURE
    };

    /// `image_tail` of the legacy image-to-video, for which no ratio is documented.
    pub const IMAGE_TAIL: Self = Self { min_side: Some(IMAGE_MIN_SIDE), ..Self::ANY_PICTURE };

    /// Masks of the motion brush. They also need the ratio of the picture they lie on, and all masks one size: compare
    /// the [`Facts`](crate::Facts) of both.
    pub const MASK: Self = Self::ANY_PICTURE;

    /// Pictures on the new surface: frames and references.
    pub const NEW_IMAGE: Self = Self { max_bytes: NEW_IMAGE_MAX_BYTES, ..Self::LEGACY_IMAGE };

    /// The reference video of 3.0 Omni.
    pub const OMNI_REFERENCE_VIDEO: Self = Self {
        min_side: Some(OMNI_VIDEO_MIN_SIDE),
        max_side: Some(OMNI_VIDEO_MAX_SIDE),
        max_area: Some(OMNI_VIDEO_MAX_AREA),
        shape: Some(Shape::Between(OMNI_VIDEO_MIN_RATIO, OMNI_VIDEO_MAX_RATIO)),
        seconds: Some((VIDEO_MIN_SECONDS, OMNI_VIDEO_MAX_SECONDS)),
        ..Self::ANY_VIDEO
    };

    /// The reference video of O1 on the new surface.
    pub const O1_REFERENCE_VIDEO: Self = Self {
        min_side: Some(O1_VIDEO_MIN_SIDE),
        max_side: Some(O1_VIDEO_MAX_SIDE),
        seconds: Some((VIDEO_MIN_SECONDS, O1_VIDEO_MAX_SECONDS)),
        ..Self::ANY_VIDEO
    };

    /// `video_list` of the legacy `omni-video` with `kling-v3-omni`.
    pub const LEGACY_OMNI_VIDEO: Self = Self {
        min_side: Some(LEGACY_OMNI_VIDEO_MIN_SIDE),
        max_side: Some(LEGACY_OMNI_VIDEO_MAX_SIDE),
        seconds: Some((VIDEO_MIN_SECONDS, LEGACY_OMNI_VIDEO_MAX_SECONDS)),
        ..Self::ANY_VIDEO
    };

    /// `video_list` of the legacy `omni-video` with `kling-video-o1`.
    pub const LEGACY_O1_VIDEO: Self =
        Self { seconds: Some((VIDEO_MIN_SECONDS, O1_VIDEO_MAX_SECONDS)), ..Self::LEGACY_OMNI_VIDEO };

    /// The video of an element (`refer_videos`).
    pub const ELEMENT_VIDEO: Self = Self {
        min_side: Some(ELEMENT_VIDEO_MIN_SIDE),
        max_side: Some(ELEMENT_VIDEO_MAX_SIDE),
        shape: Some(Shape::OneOf(&ELEMENT_VIDEO_RATIOS)),
        seconds: Some((VIDEO_MIN_SECONDS, ELEMENT_VIDEO_MAX_SECONDS)),
        frame_rate: None,
        ..Self::ANY_VIDEO
    };
}

//! Video models.

use super::{REPORTED_DAY, Retirement};
use crate::Product::{self, ImageToVideo, MotionControl, OmniVideo, TextToVideo};

/// What is known about a video model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VideoModel {
    /// What the vendor calls it, such as `3.0 Omni`.
    pub product_name: &'static str,
    /// The path segment that selects it on the new surface.
    pub path_id: Option<&'static str>,
    /// The `model_name` that selects it on the legacy surface.
    pub legacy_name: Option<&'static str>,
    /// Set when the model is, or is reported to be, no longer served.
    pub retirement: Option<Retirement>,
    /// What it can do.
    pub abilities: VideoAbilities,
}

/// What a video model can do; modes stand for resolutions (`std` 720p, `pro` 1080p, `4k`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VideoAbilities {
    /// The kinds of request it serves.
    pub products: &'static [Product],
    /// Lengths it can make, seconds.
    pub seconds: &'static [u32],
    /// Its modes; none when it knows no mode.
    pub modes: &'static [&'static str],
    /// Modes with sound of its own.
    pub sound_modes: &'static [&'static str],
    /// First and last frame together.
    pub frames: Frames,
    /// Modes that take a last frame alone.
    pub end_frame_modes: &'static [&'static str],
    /// Several shots in one video.
    pub multi_shot: bool,
    /// Which elements it takes.
    pub elements: ElementSupport,
    /// The kinds of request in which it speaks with a given voice.
    pub voices: &'static [Product],
    /// Modes with motion brushes (masks), 5 seconds only.
    pub mask_modes: &'static [&'static str],
    /// Modes with camera control, 5 seconds only.
    pub camera_modes: &'static [&'static str],
    /// `cfg_scale`.
    pub cfg_scale: Support,
}

/// When a model takes first and last frame together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frames {
    /// In these modes.
    pub modes: &'static [&'static str],
    /// Only without sound.
    pub silent_only: bool,
}

/// Which elements a model takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementSupport {
    /// None.
    No,
    /// Those made of pictures.
    Images,
    /// Those made of pictures and those made of a video.
    All,
}

/// What the documentation says about a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It may be used.
    Yes,
    /// It may not.
    No,
    /// Nothing.
    Unstated,
}

/// The model for text to video when nobody chose one. (Kling's own default, `kling-v1`, is retired.)
pub const DEFAULT_TEXT2VIDEO_MODEL: &str = "kling-v3";
/// The model for image to video when nobody chose one. (Kling's own default, `kling-v1`, is retired.)
pub const DEFAULT_IMAGE2VIDEO_MODEL: &str = "kling-v3";
/// The model for omni video when nobody chose one. (Kling's own default is `kling-video-o1`.)
pub const DEFAULT_OMNI_VIDEO_MODEL: &str = "kling-v3-omni";

const RETIRED: Option<Retirement> = Some(Retirement { date: REPORTED_DAY, successor: DEFAULT_TEXT2VIDEO_MODEL });

const THREE_TO_FIFTEEN: &[u32] = &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const THREE_TO_TEN: &[u32] = &[3, 4, 5, 6, 7, 8, 9, 10];
const FIVE_OR_TEN: &[u32] = &[5, 10];

const STD: &[&str] = &["std"];
const PRO: &[&str] = &["pro"];
const STD_PRO: &[&str] = &["std", "pro"];
const STD_PRO_4K: &[&str] = &["std", "pro", "4k"];

const BOTH: &[Product] = &[TextToVideo, ImageToVideo];
const WITH_MOTION: &[Product] = &[TextToVideo, ImageToVideo, MotionControl];

/// What a row of the tables below leaves unsaid.
const PLAIN: VideoAbilities = VideoAbilities {
    products: BOTH,
    seconds: FIVE_OR_TEN,
    modes: STD_PRO,
    sound_modes: &[],
    frames: Frames { modes: &[], silent_only: false },
    end_frame_modes: &[],
    multi_shot: false,
    elements: ElementSupport::No,
    voices: &[],
    mask_modes: &[],
    camera_modes: &[],
    cfg_scale: Support::No,
};

const fn current(
    product_name: &'static str,
    path_id: &'static str,
    legacy_name: Option<&'static str>,
    abilities: VideoAbilities,
) -> VideoModel {
    VideoModel { product_name, path_id: Some(path_id), legacy_name, retirement: None, abilities }
}

const fn retired(product_name: &'static str, legacy_name: &'static str, abilities: VideoAbilities) -> VideoModel {
    VideoModel { product_name, path_id: None, legacy_name: Some(legacy_name), retirement: RETIRED, abilities }
}

/// The video models, newest first. Current ones after the vendor's capability map of 2026-05-19 (as exported in
/// 2026-10) and the pages of 2026-09-20, retired ones after the map of 2026-03. Kling 4.0, announced in 2026-09, had no
/// API page in early 2026-10.
pub const VIDEO_MODELS: &[VideoModel] = &[
    current(
        "3.0 Turbo",
        "kling-3.0-turbo",
        None,
        VideoAbilities { seconds: THREE_TO_FIFTEEN, sound_modes: STD_PRO, multi_shot: true, ..PLAIN },
    ),
    current(
        "3.0",
        "kling-3.0",
        Some("kling-v3"),
        VideoAbilities {
            products: WITH_MOTION,
            seconds: THREE_TO_FIFTEEN,
            modes: STD_PRO_4K,
            sound_modes: STD_PRO_4K,
            frames: Frames { modes: STD_PRO_4K, silent_only: false },
            multi_shot: true,
            elements: ElementSupport::All,
            cfg_scale: Support::Unstated,
            ..PLAIN
        },
    ),
    current(
        "3.0 Omni",
        "kling-3.0-omni",
        Some("kling-v3-omni"),
        VideoAbilities {
            products: &[OmniVideo],
            seconds: THREE_TO_FIFTEEN,
            modes: STD_PRO_4K,
            sound_modes: STD_PRO_4K,
            frames: Frames { modes: STD_PRO_4K, silent_only: false },
            multi_shot: true,
            elements: ElementSupport::All,
            ..PLAIN
        },
    ),
    current(
        "O1",
        "kling-o1",
        Some("kling-video-o1"),
        VideoAbilities {
            products: &[OmniVideo],
            seconds: THREE_TO_TEN,
            frames: Frames { modes: STD_PRO, silent_only: false },
            elements: ElementSupport::Images,
            ..PLAIN
        },
    ),
    current(
        "2.6",
        "kling-2.6",
        Some("kling-v2-6"),
        VideoAbilities {
            products: WITH_MOTION,
            sound_modes: PRO,
            frames: Frames { modes: PRO, silent_only: true },
            voices: &[ImageToVideo],
            ..PLAIN
        },
    ),
    current(
        "2.5 Turbo",
        "kling-2.5-turbo",
        Some("kling-v2-5-turbo"),
        VideoAbilities { frames: Frames { modes: PRO, silent_only: false }, ..PLAIN },
    ),
    retired("2.1 Master", "kling-v2-1-master", VideoAbilities { modes: &[], ..PLAIN }),
    retired(
        "2.1",
        "kling-v2-1",
        VideoAbilities { products: &[ImageToVideo], frames: Frames { modes: PRO, silent_only: false }, ..PLAIN },
    ),
    retired("2.0 Master", "kling-v2-master", VideoAbilities { modes: &[], ..PLAIN }),
    retired(
        "1.6",
        "kling-v1-6",
        VideoAbilities {
            frames: Frames { modes: PRO, silent_only: false },
            end_frame_modes: PRO,
            cfg_scale: Support::Yes,
            ..PLAIN
        },
    ),
    retired(
        "1.5",
        "kling-v1-5",
        VideoAbilities {
            products: &[ImageToVideo],
            frames: Frames { modes: PRO, silent_only: false },
            end_frame_modes: PRO,
            mask_modes: PRO,
            camera_modes: PRO,
            cfg_scale: Support::Yes,
            ..PLAIN
        },
    ),
    retired(
        "1.0",
        "kling-v1",
        VideoAbilities {
            frames: Frames { modes: STD_PRO, silent_only: false },
            mask_modes: STD_PRO,
            camera_modes: STD,
            cfg_scale: Support::Yes,
            ..PLAIN
        },
    ),
];

impl VideoModel {
    /// What is known about a name of either surface; `None` for a name this release has not heard of.
    pub fn find(name: &str) -> Option<&'static Self> {
        VIDEO_MODELS.iter().find(|model| model.legacy_name == Some(name) || model.path_id == Some(name))
    }

    /// The legacy names that a product's page lists and that are still served.
    pub(crate) fn legacy_names(product: Product) -> impl Iterator<Item = &'static str> {
        VIDEO_MODELS
            .iter()
            .filter(move |model| model.retirement.is_none() && model.abilities.products.contains(&product))
            .filter_map(|model| model.legacy_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successors_and_the_defaults_are_served() {
        let served = |name| VideoModel::find(name).is_some_and(|model| model.retirement.is_none());
        for (name, product) in [
            (DEFAULT_TEXT2VIDEO_MODEL, TextToVideo),
            (DEFAULT_IMAGE2VIDEO_MODEL, ImageToVideo),
            (DEFAULT_OMNI_VIDEO_MODEL, OmniVideo),
        ] {
            assert!(served(name));
            assert!(VideoModel::legacy_names(product).any(|listed| listed == name), "{name}");
        }
        assert!(VIDEO_MODELS.iter().filter_map(|model| model.retirement).all(|gone| served(gone.successor)));
    }

    #[test]
    fn every_name_stands_once_and_every_row_has_one() {
        let names: Vec<_> =
            VIDEO_MODELS.iter().flat_map(|model| model.path_id.into_iter().chain(model.legacy_name)).collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
        assert!(VIDEO_MODELS.iter().all(|model| model.path_id.is_some() || model.legacy_name.is_some()));
        assert!(VIDEO_MODELS.iter().all(|model| model.retirement.is_none() == model.path_id.is_some()));
    }

    #[test]
    fn abilities_stay_within_the_modes() {
        for VideoModel { product_name, abilities, .. } in VIDEO_MODELS {
            let within = |modes: &[&str]| modes.iter().all(|mode| abilities.modes.contains(mode));
            assert!(within(abilities.sound_modes) && within(abilities.frames.modes), "{product_name}");
            assert!(within(abilities.mask_modes) && within(abilities.camera_modes), "{product_name}");
            assert!(within(abilities.end_frame_modes) && !abilities.products.is_empty(), "{product_name}");
            assert!(abilities.voices.iter().all(|product| abilities.products.contains(product)), "{product_name}");
        }
    }
}

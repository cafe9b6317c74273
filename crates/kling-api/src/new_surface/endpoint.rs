//! The create paths of the new surface and what each takes.

use crate::Product::{self, ImageToVideo, MotionControl, OmniVideo, TextToVideo};
use crate::TaskPath;

/// One row of the vendor's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathEndpoint {
    /// First path segment.
    pub product: Product,
    /// Last path segment.
    pub model: &'static str,
    /// Characters in a prompt, at most. Where it is 3072 the vendor advises to stay under 2500.
    pub prompt_chars: usize,
    /// `settings.resolution`; the default is `720p`.
    pub resolutions: &'static [&'static str],
    /// `settings.duration`, seconds, default 5; none where the length follows the input.
    pub seconds: &'static [u32],
    /// Whether `settings.aspect_ratio` is there.
    pub aspect_ratio: bool,
    /// `settings.audio`; none where it is not documented.
    pub audio: &'static [&'static str],
    /// What an absent `settings.audio` means.
    pub default_audio: Option<&'static str>,
    /// Several shots in one video.
    pub multi_shot: MultiShot,
    /// Types that `contents` takes; none where the body is a bare `prompt`.
    pub contents: &'static [&'static str],
}

/// How an endpoint makes several shots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultiShot {
    /// Not at all.
    No,
    /// When the prompt is written as shots.
    InPrompt,
    /// When the prompt is written as shots, or as Kling sees fit, unless `settings.multi_shot` (default true) is false.
    Switch,
}

const TO_1080P: &[&str] = &["720p", "1080p"];
const TO_4K: &[&str] = &["720p", "1080p", "4k"];
const THREE_TO_FIFTEEN: &[u32] = &[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const THREE_TO_TEN: &[u32] = &[3, 4, 5, 6, 7, 8, 9, 10];
const FIVE_OR_TEN: &[u32] = &[5, 10];
const NATIVE_OFF: &[&str] = &["native", "off"];
const ORIGINAL_OFF: &[&str] = &["original", "off"];
const OMNI_CONTENTS: &[&str] =
    &["prompt", "first_frame", "last_frame", "refer_image", "feature_video", "base_video", "element"];

/// Text to video with 2.x limits, which the other rows vary.
const PLAIN: PathEndpoint = PathEndpoint {
    product: TextToVideo,
    model: "",
    prompt_chars: 2500,
    resolutions: TO_1080P,
    seconds: FIVE_OR_TEN,
    aspect_ratio: true,
    audio: &[],
    default_audio: None,
    multi_shot: MultiShot::No,
    contents: &[],
};

/// The create paths (vendor documentation 2026-09-20 and early 2026-10).
pub const PATH_ENDPOINTS: &[PathEndpoint] = &[
    PathEndpoint {
        model: "kling-3.0-turbo",
        prompt_chars: 3072,
        seconds: THREE_TO_FIFTEEN,
        multi_shot: MultiShot::InPrompt,
        ..PLAIN
    },
    PathEndpoint {
        product: ImageToVideo,
        model: "kling-3.0-turbo",
        seconds: THREE_TO_FIFTEEN,
        aspect_ratio: false,
        multi_shot: MultiShot::InPrompt,
        contents: &["prompt", "first_frame"],
        ..PLAIN
    },
    PathEndpoint {
        model: "kling-3.0",
        prompt_chars: 3072,
        resolutions: TO_4K,
        seconds: THREE_TO_FIFTEEN,
        audio: NATIVE_OFF,
        default_audio: Some("off"),
        multi_shot: MultiShot::Switch,
        ..PLAIN
    },
    PathEndpoint {
        product: ImageToVideo,
        model: "kling-3.0",
        prompt_chars: 3072,
        resolutions: TO_4K,
        seconds: THREE_TO_FIFTEEN,
        aspect_ratio: false,
        audio: NATIVE_OFF,
        default_audio: Some("off"),
        multi_shot: MultiShot::Switch,
        contents: &["prompt", "first_frame", "last_frame", "element"],
    },
    PathEndpoint {
        product: OmniVideo,
        model: "kling-3.0-omni",
        prompt_chars: 3072,
        resolutions: TO_4K,
        seconds: THREE_TO_FIFTEEN,
        audio: &["native", "original", "off"],
        default_audio: Some("off"),
        multi_shot: MultiShot::Switch,
        contents: OMNI_CONTENTS,
        ..PLAIN
    },
    PathEndpoint {
        product: OmniVideo,
        model: "kling-o1",
        seconds: THREE_TO_TEN,
        audio: ORIGINAL_OFF,
        default_audio: Some("off"),
        contents: OMNI_CONTENTS,
        ..PLAIN
    },
    PathEndpoint { model: "kling-2.6", audio: NATIVE_OFF, default_audio: Some("off"), ..PLAIN },
    PathEndpoint {
        product: ImageToVideo,
        model: "kling-2.6",
        aspect_ratio: false,
        audio: NATIVE_OFF,
        default_audio: Some("off"),
        contents: &["prompt", "first_frame", "last_frame", "voice"],
        ..PLAIN
    },
    PathEndpoint { model: "kling-2.5-turbo", ..PLAIN },
    PathEndpoint {
        product: ImageToVideo,
        model: "kling-2.5-turbo",
        aspect_ratio: false,
        contents: &["prompt", "first_frame", "last_frame"],
        ..PLAIN
    },
    PathEndpoint {
        product: MotionControl,
        model: "kling-3.0",
        seconds: &[],
        aspect_ratio: false,
        audio: ORIGINAL_OFF,
        default_audio: Some("original"),
        contents: &["prompt", "image", "video", "element"],
        ..PLAIN
    },
    PathEndpoint {
        product: MotionControl,
        model: "kling-2.6",
        seconds: &[],
        aspect_ratio: false,
        audio: ORIGINAL_OFF,
        default_audio: Some("original"),
        contents: &["prompt", "image", "video"],
        ..PLAIN
    },
];

impl PathEndpoint {
    /// The row of a product and model; `None` for a model this release has not heard of.
    pub fn find(product: Product, model: &str) -> Option<&'static Self> {
        PATH_ENDPOINTS.iter().find(|endpoint| endpoint.product == product && endpoint.model == model)
    }

    /// The row of a path.
    pub fn of_path(path: &TaskPath) -> Option<&'static Self> {
        Self::find(path.product()?, path.model()?)
    }

    /// The models of a product.
    pub(crate) fn models(product: Product) -> impl Iterator<Item = &'static str> {
        PATH_ENDPOINTS.iter().filter(move |endpoint| endpoint.product == product).map(|endpoint| endpoint.model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{VIDEO_MODELS, VideoModel};

    #[test]
    fn every_row_has_a_path_of_its_own_and_a_known_model() {
        for endpoint in PATH_ENDPOINTS {
            let path = TaskPath::new_surface(endpoint.product, endpoint.model).unwrap();
            assert_eq!(PathEndpoint::of_path(&path), Some(endpoint));
            let model = VideoModel::find(endpoint.model).unwrap();
            assert_eq!(model.path_id, Some(endpoint.model));
            assert!(model.abilities.products.contains(&endpoint.product), "{path}");
        }
    }

    #[test]
    fn every_path_id_has_a_row_for_each_of_its_products() {
        for model in VIDEO_MODELS {
            for product in model.abilities.products.iter().filter(|_| model.path_id.is_some()) {
                assert!(PathEndpoint::find(*product, model.path_id.unwrap()).is_some(), "{}", model.product_name);
            }
        }
    }

    #[test]
    fn rows_agree_with_the_models_abilities() {
        for endpoint in PATH_ENDPOINTS.iter().filter(|endpoint| endpoint.product != MotionControl) {
            let abilities = VideoModel::find(endpoint.model).unwrap().abilities;
            assert_eq!(endpoint.seconds, abilities.seconds, "{endpoint:?}");
            assert_eq!(endpoint.resolutions.len(), abilities.modes.len(), "{endpoint:?}");
            assert_eq!(endpoint.multi_shot != MultiShot::No, abilities.multi_shot, "{endpoint:?}");
            if !endpoint.audio.is_empty() {
                assert_eq!(endpoint.audio.contains(&"native"), !abilities.sound_modes.is_empty(), "{endpoint:?}");
            }
            assert!(endpoint.default_audio.is_none_or(|audio| endpoint.audio.contains(&audio)), "{endpoint:?}");
        }
    }
}

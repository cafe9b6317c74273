//! Which surface and which create path a task lives on.

use std::borrow::Cow;
use std::fmt;

use crate::PATH_ENDPOINTS;

/// The generation of the API that made a task, which decides how it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Surface {
    /// `/v1/...` with `model_name` in the body; asked for at `<create path>/<id>`.
    Legacy,
    /// `/<product>/<model>`, since 2026-06-17; asked for at `/tasks`.
    New,
}

impl Surface {
    /// The surface a model name belongs to: path ids such as `kling-3.0` and `kling-o1`, and any `kling-<digit>...` that
    /// may come, are the new surface's; every other name goes into a legacy body.
    pub fn of_model(name: &str) -> Self {
        let numbered = name.strip_prefix("kling-").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let known = PATH_ENDPOINTS.iter().any(|endpoint| endpoint.model == name);
        if numbered || known { Self::New } else { Self::Legacy }
    }

    /// The letter used in handles.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Legacy => 'l',
            Self::New => 'n',
        }
    }

    pub(crate) fn from_letter(letter: &str) -> Option<Self> {
        [Self::Legacy, Self::New].into_iter().find(|surface| letter == surface.letter().to_string())
    }
}

/// Whether a model name is one of the new surface, see [`Surface::of_model`].
pub fn is_new_surface_model(name: &str) -> bool {
    Surface::of_model(name) == Surface::New
}

/// What a create path makes. The names are the new surface's first path segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Product {
    /// A video from a prompt.
    TextToVideo,
    /// A video from a first frame.
    ImageToVideo,
    /// A video from pictures, videos, elements and words.
    OmniVideo,
    /// A picture that moves as a video does.
    MotionControl,
}

impl Product {
    /// Every product there is.
    pub const ALL: [Self; 4] = [Self::TextToVideo, Self::ImageToVideo, Self::OmniVideo, Self::MotionControl];

    /// The new surface's path segment.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::TextToVideo => "text-to-video",
            Self::ImageToVideo => "image-to-video",
            Self::OmniVideo => "omni-video",
            Self::MotionControl => "motion-control",
        }
    }
}

/// The path a task was created on, such as `/v1/videos/text2video`.
///
/// Only lower-case letters, digits, `/`, `.`, `_` and `-`; never empty segments or `..`. A handle from a stranger can
/// therefore never point a request, with its credentials, at anything but a plain path of the configured host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TaskPath(Cow<'static, str>);

/// A text that is no create path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a path of the Kling API")]
pub struct PathError;

impl TaskPath {
    /// Text to video, legacy surface.
    pub const TEXT2VIDEO: Self = Self(Cow::Borrowed("/v1/videos/text2video"));
    /// Image to video, legacy surface.
    pub const IMAGE2VIDEO: Self = Self(Cow::Borrowed("/v1/videos/image2video"));
    /// Omni video, legacy surface.
    pub const OMNI_VIDEO: Self = Self(Cow::Borrowed("/v1/videos/omni-video"));
    /// Image generation.
    pub const IMAGE_GENERATIONS: Self = Self(Cow::Borrowed("/v1/images/generations"));
    /// Omni image.
    pub const OMNI_IMAGE: Self = Self(Cow::Borrowed("/v1/images/omni-image"));
    /// The account's own elements: create, query and list.
    pub const CUSTOM_ELEMENTS: Self = Self(Cow::Borrowed("/v1/general/advanced-custom-elements"));
    /// Kling's own elements: list only.
    pub const PRESET_ELEMENTS: Self = Self(Cow::Borrowed("/v1/general/advanced-presets-elements"));
    /// Deletes an element, as the image pages and all pages before 2026-09 have it.
    pub const DELETE_ELEMENTS: Self = Self(Cow::Borrowed("/v1/general/delete-elements"));
    /// Deletes an element, as the video pages of 2026-09 have it.
    pub const DELETE_ADVANCED_ELEMENTS: Self = Self(Cow::Borrowed("/v1/general/delete-advanced-elements"));

    /// Where every task of the new surface is asked for: stands for its create path when a task was found by its id
    /// alone.
    pub const NEW_TASKS: Self = Self(Cow::Borrowed(crate::NEW_TASKS_PATH));
    /// The legacy surface's create paths known here, on which a task of unknown origin may live.
    pub const LEGACY: [Self; 6] = [
        Self::TEXT2VIDEO,
        Self::IMAGE2VIDEO,
        Self::OMNI_VIDEO,
        Self::IMAGE_GENERATIONS,
        Self::OMNI_IMAGE,
        Self::CUSTOM_ELEMENTS,
    ];

    /// The new surface's create path of a model.
    ///
    /// # Errors
    /// When the model's name is no path segment.
    pub fn new_surface(product: Product, model: &str) -> Result<Self, PathError> {
        if model.contains('/') { Err(PathError) } else { Self::parse(&format!("/{}/{model}", product.segment())) }
    }

    /// The surface the path belongs to.
    pub fn surface(&self) -> Surface {
        if self.0.starts_with("/v1/") { Surface::Legacy } else { Surface::New }
    }

    /// What a path of the new surface makes.
    pub fn product(&self) -> Option<Product> {
        let (segment, _) = self.segments()?;
        Product::ALL.into_iter().find(|product| product.segment() == segment)
    }

    /// The model of a path of the new surface.
    pub fn model(&self) -> Option<&str> {
        self.product()?;
        self.segments().map(|(_, model)| model)
    }

    fn segments(&self) -> Option<(&str, &str)> {
        self.0.strip_prefix('/')?.split_once('/').filter(|(_, model)| !model.contains('/'))
    }

    /// Checks a path read from outside.
    ///
    /// # Errors
    /// When it holds anything but the characters and segments allowed above, or more than 128 bytes.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let segments = path.strip_prefix('/').ok_or(PathError)?;
        let plain = |segment: &str| {
            !segment.is_empty()
                && segment.chars().any(|c| c != '.')
                && segment.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
        };
        if path.len() <= 128 && segments.split('/').all(plain) {
            Ok(Self(Cow::Owned(path.to_owned())))
        } else {
            Err(PathError)
        }
    }

    /// Whether a task of this path can be asked for by the caller's own `external_task_id`. The pages of two legacy
    /// endpoints name `task_id` alone (vendor documentation 2026-09-20).
    pub fn finds_by_external_id(&self) -> bool {
        !matches!(self.as_str(), "/v1/videos/advanced-lip-sync" | "/v1/general/ai-multi-shot")
    }

    /// The path, beginning with a slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_paths_are_well_formed() {
        let others = [TaskPath::PRESET_ELEMENTS, TaskPath::DELETE_ELEMENTS, TaskPath::DELETE_ADVANCED_ELEMENTS];
        for path in TaskPath::LEGACY.into_iter().chain(others) {
            assert_eq!(TaskPath::parse(path.as_str()), Ok(path.clone()));
            assert_eq!((path.surface(), path.product(), path.model()), (Surface::Legacy, None, None));
        }
    }

    #[test]
    fn a_path_of_the_new_surface_tells_product_and_model() {
        for product in Product::ALL {
            let path = TaskPath::new_surface(product, "kling-4.0").unwrap();
            assert_eq!(path.as_str(), format!("/{}/kling-4.0", product.segment()));
            assert_eq!(
                (path.surface(), path.product(), path.model()),
                (Surface::New, Some(product), Some("kling-4.0"))
            );
        }
        for model in ["", "..", "a/b", "Kling 4", "kling-4.0?x"] {
            assert_eq!(TaskPath::new_surface(Product::OmniVideo, model), Err(PathError), "{model}");
        }
    }

    #[test]
    fn two_endpoints_know_no_external_id() {
        for path in TaskPath::LEGACY.into_iter().chain([TaskPath::NEW_TASKS]) {
            assert!(path.finds_by_external_id(), "{path}");
        }
        for path in ["/v1/videos/advanced-lip-sync", "/v1/general/ai-multi-shot"] {
            assert!(!TaskPath::parse(path).unwrap().finds_by_external_id(), "{path}");
        }
    }

    #[test]
    fn model_names_choose_their_surface() {
        for name in ["kling-3.0", "kling-3.0-turbo", "kling-o1", "kling-2.5-turbo", "kling-4.0-flash", "kling-10"] {
            assert!(is_new_surface_model(name), "{name}");
        }
        for name in ["kling-v3", "kling-v3-omni", "kling-video-o1", "kling-image-o1", "kling-", "3.0", "", "kling-o2"] {
            assert!(!is_new_surface_model(name), "{name}");
        }
    }

    #[test]
    fn paths_that_could_leave_the_host_or_the_api_are_refused() {
        for path in [
            "",
            "/",
            "v1/videos",
            "//evil.test",
            "/v1/../account",
            "/v1//x",
            "/a?b",
            "/a#b",
            "/a%2e",
            "/a@b",
            "/A",
            "/a\\b",
        ] {
            assert_eq!(TaskPath::parse(path), Err(PathError), "{path}");
        }
        assert_eq!(TaskPath::parse(&format!("/{}", "a".repeat(128))), Err(PathError));
    }
}

//! What comes out of a task, by the path it lives on.

use kling_api::TaskPath;

/// What a task makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Video,
    Image,
    Element,
}

impl Kind {
    /// Everything but pictures and elements is video; the new surface makes nothing else yet.
    pub(crate) fn of(path: &TaskPath) -> Self {
        match path {
            path if *path == TaskPath::IMAGE_GENERATIONS || *path == TaskPath::OMNI_IMAGE => Self::Image,
            path if *path == TaskPath::CUSTOM_ELEMENTS => Self::Element,
            _ => Self::Video,
        }
    }
}

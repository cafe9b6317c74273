//! The endpoints: model by model what they take (documentation of 2026-09-20).

use crate::order::Seconds;

/// The first segment of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Text,
    Image,
    Omni,
}

impl Family {
    pub(super) const ALL: &[Self] = &[Self::Text, Self::Image, Self::Omni];

    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Text => "/text-to-video",
            Self::Image => "/image-to-video",
            Self::Omni => "/omni-video",
        }
    }
}

/// The kinds of `contents` items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Prompt,
    FirstFrame,
    LastFrame,
    ReferImage,
    FeatureVideo,
    BaseVideo,
    Element,
    Voice,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::FirstFrame => "first_frame",
            Self::LastFrame => "last_frame",
            Self::ReferImage => "refer_image",
            Self::FeatureVideo => "feature_video",
            Self::BaseVideo => "base_video",
            Self::Element => "element",
            Self::Voice => "voice",
        }
    }
}

#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) family: Family,
    /// The whole path.
    pub(super) path: &'static str,
    pub(super) model: &'static str,
    /// What `contents` may hold; nothing where the body has a `prompt` instead.
    pub(super) contents: &'static [Kind],
    pub(super) longest_prompt: usize,
    /// The first one is the default.
    pub(super) resolutions: &'static [&'static str],
    pub(super) seconds: Seconds,
    /// The first one is the default. Checked even where the documentation lists no such setting (observed 2026-09-19).
    pub(super) audio: &'static [&'static str],
    /// Whether several shots are the default and can be switched off.
    pub(super) multi_shot: bool,
}

impl Endpoint {
    /// Whether a prompt can describe shots one by one.
    pub(super) fn describes_shots(&self) -> bool {
        self.multi_shot || self.model == "kling-3.0-turbo"
    }

    pub(super) fn has_ratio(&self) -> bool {
        self.family != Family::Image
    }

    /// Whether a prompt can speak of contents by their names.
    pub(super) fn has_names(&self) -> bool {
        self.contents.iter().any(|kind| matches!(kind, Kind::ReferImage | Kind::Element | Kind::Voice))
    }
}

const HD: &[&str] = &["720p", "1080p"];
const UHD: &[&str] = &["720p", "1080p", "4k"];
const NATIVE: &[&str] = &["off", "native"];
const ORIGINAL: &[&str] = &["off", "original"];
const ANY_AUDIO: &[&str] = &["off", "native", "original"];
const FRAMES: &[Kind] = &[Kind::Prompt, Kind::FirstFrame, Kind::LastFrame];
const OMNI: &[Kind] = &[
    Kind::Prompt,
    Kind::FirstFrame,
    Kind::LastFrame,
    Kind::ReferImage,
    Kind::FeatureVideo,
    Kind::BaseVideo,
    Kind::Element,
];

const BASE: Endpoint = Endpoint {
    family: Family::Text,
    path: "",
    model: "",
    contents: &[],
    longest_prompt: 2500,
    resolutions: HD,
    seconds: Seconds::UpTo(15),
    audio: NATIVE,
    multi_shot: false,
};

const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        path: "/text-to-video/kling-3.0-turbo",
        model: "kling-3.0-turbo",
        longest_prompt: 3072,
        audio: ANY_AUDIO,
        ..BASE
    },
    Endpoint {
        family: Family::Image,
        path: "/image-to-video/kling-3.0-turbo",
        model: "kling-3.0-turbo",
        contents: &[Kind::Prompt, Kind::FirstFrame],
        audio: ANY_AUDIO,
        ..BASE
    },
    Endpoint {
        path: "/text-to-video/kling-3.0",
        model: "kling-3.0",
        longest_prompt: 3072,
        resolutions: UHD,
        multi_shot: true,
        ..BASE
    },
    Endpoint {
        family: Family::Image,
        path: "/image-to-video/kling-3.0",
        model: "kling-3.0",
        contents: &[Kind::Prompt, Kind::FirstFrame, Kind::LastFrame, Kind::Element],
        longest_prompt: 3072,
        resolutions: UHD,
        multi_shot: true,
        ..BASE
    },
    Endpoint {
        family: Family::Omni,
        path: "/omni-video/kling-3.0-omni",
        model: "kling-3.0-omni",
        contents: OMNI,
        longest_prompt: 3072,
        resolutions: UHD,
        audio: ANY_AUDIO,
        multi_shot: true,
        ..BASE
    },
    Endpoint {
        family: Family::Omni,
        path: "/omni-video/kling-o1",
        model: "kling-o1",
        contents: OMNI,
        seconds: Seconds::UpTo(10),
        audio: ORIGINAL,
        ..BASE
    },
    Endpoint { path: "/text-to-video/kling-2.6", model: "kling-2.6", seconds: Seconds::FiveOrTen, ..BASE },
    Endpoint {
        family: Family::Image,
        path: "/image-to-video/kling-2.6",
        model: "kling-2.6",
        contents: &[Kind::Prompt, Kind::FirstFrame, Kind::LastFrame, Kind::Voice],
        seconds: Seconds::FiveOrTen,
        ..BASE
    },
    Endpoint {
        path: "/text-to-video/kling-2.5-turbo",
        model: "kling-2.5-turbo",
        seconds: Seconds::FiveOrTen,
        audio: ANY_AUDIO,
        ..BASE
    },
    Endpoint {
        family: Family::Image,
        path: "/image-to-video/kling-2.5-turbo",
        model: "kling-2.5-turbo",
        contents: FRAMES,
        seconds: Seconds::FiveOrTen,
        audio: ANY_AUDIO,
        ..BASE
    },
];

pub(super) fn find(family: Family, model: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.family == family && endpoint.model == model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_of_family_and_model() {
        for endpoint in ENDPOINTS {
            assert_eq!(endpoint.path, format!("{}/{}", endpoint.family.prefix(), endpoint.model));
            assert_eq!(endpoint.contents.is_empty(), endpoint.family == Family::Text);
        }
    }
}

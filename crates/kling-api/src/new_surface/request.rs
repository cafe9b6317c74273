//! What is asked of the new surface.

use std::fmt;

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{Id, Media, PathEndpoint, Product, TaskPath, WatermarkInfo};

/// A create request of the new surface: where to post it, and the body. The surface takes API keys only.
#[derive(Debug, Clone, PartialEq)]
pub struct PathRequest {
    /// Product and model.
    pub path: TaskPath,
    /// What is posted.
    pub body: PathBody,
}

impl PathRequest {
    /// What the path makes.
    pub fn product(&self) -> Option<Product> {
        self.path.product()
    }

    /// The model in the path.
    pub fn model(&self) -> &str {
        self.path.model().unwrap_or_default()
    }

    /// What is documented about the path.
    pub fn endpoint(&self) -> Option<&'static PathEndpoint> {
        PathEndpoint::of_path(&self.path)
    }

    /// The caller's own id for the task.
    pub fn external_task_id(&self) -> Option<&str> {
        self.body.options.external_task_id.as_deref()
    }

    /// The prompt, wherever the body has it.
    pub(crate) fn prompt(&self) -> Option<&str> {
        self.body.prompt.as_deref().or_else(|| {
            self.body.contents.iter().find_map(|content| match content {
                Content::Prompt { text } => Some(text.as_str()),
                _ => None,
            })
        })
    }

    /// How many contents of a type there are.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.body.contents.iter().filter(|content| content.kind() == kind).count()
    }
}

/// The body: `prompt` for text to video, `contents` for everything else.
#[derive(Clone, Default, PartialEq, Serialize)]
pub struct PathBody {
    /// What to show, where there is nothing else to show it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Prompt, pictures, videos, elements and voices.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<Content>,
    /// How the video should be.
    #[serde(skip_serializing_if = "PathSettings::is_empty")]
    pub settings: PathSettings,
    /// What the caller wants besides.
    #[serde(skip_serializing_if = "PathOptions::is_empty")]
    pub options: PathOptions,
}

redacted_debug!(PathBody { contents, settings, options } hidden { prompt });

/// One item of `contents`. Where there is an `id`, the prompt refers to the item as `@id`.
///
/// `Debug` shows type and id only.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Content {
    /// The words.
    Prompt {
        /// What to show.
        text: String,
    },
    /// How it begins.
    FirstFrame {
        /// The picture.
        url: Media,
        /// Its name, omni video only.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// How it ends.
    LastFrame {
        /// The picture.
        url: Media,
        /// Its name, omni video only.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// A picture to refer to.
    ReferImage {
        /// The picture.
        url: Media,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// A video to refer to.
    FeatureVideo {
        /// URL only.
        url: Media,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// A video to edit.
    BaseVideo {
        /// URL only.
        url: Media,
        /// Its name.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
    /// An element, its id written as text here.
    Element {
        /// The element.
        element_id: Id,
        /// Its name.
        id: String,
    },
    /// A voice.
    Voice {
        /// The voice.
        voice_id: String,
        /// Its name.
        id: String,
    },
    /// The picture of motion control.
    Image {
        /// The picture.
        url: Media,
    },
    /// The video of motion control.
    Video {
        /// URL only.
        url: Media,
    },
}

impl Content {
    /// The `type`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Prompt { .. } => "prompt",
            Self::FirstFrame { .. } => "first_frame",
            Self::LastFrame { .. } => "last_frame",
            Self::ReferImage { .. } => "refer_image",
            Self::FeatureVideo { .. } => "feature_video",
            Self::BaseVideo { .. } => "base_video",
            Self::Element { .. } => "element",
            Self::Voice { .. } => "voice",
            Self::Image { .. } => "image",
            Self::Video { .. } => "video",
        }
    }

    /// The name by which the prompt refers to the item.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::FirstFrame { id, .. }
            | Self::LastFrame { id, .. }
            | Self::ReferImage { id, .. }
            | Self::FeatureVideo { id, .. }
            | Self::BaseVideo { id, .. } => id.as_deref(),
            Self::Element { id, .. } | Self::Voice { id, .. } => Some(id),
            Self::Prompt { .. } | Self::Image { .. } | Self::Video { .. } => None,
        }
    }

    /// The picture or video, and whether it may be Base64.
    pub(crate) fn media(&self) -> Option<(&Media, bool)> {
        match self {
            Self::FirstFrame { url, .. }
            | Self::LastFrame { url, .. }
            | Self::ReferImage { url, .. }
            | Self::Image { url } => Some((url, true)),
            Self::FeatureVideo { url, .. } | Self::BaseVideo { url, .. } | Self::Video { url } => Some((url, false)),
            Self::Prompt { .. } | Self::Element { .. } | Self::Voice { .. } => None,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.kind(), self.id())
    }
}

/// How the video should be. Integers are JSON numbers here; the legacy surface has texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PathSettings {
    /// `720p` (default), `1080p` or `4k`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<String>,
    /// `16:9` (default), `9:16` or `1:1`; text to video and omni video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect_ratio: Option<String>,
    /// Seconds, default 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
    /// `native` (made for the video), `original` (of the input video) or `off`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<String>,
    /// Whether there may be several shots; absent means true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multi_shot: Option<bool>,
    /// `image` or `video`: whom the character's orientation follows. Motion control only, needed there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub character_orientation: Option<String>,
}

impl PathSettings {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the caller wants besides the video.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct PathOptions {
    /// Where Kling reports status changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The caller's own id for the task, unique in its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_task_id: Option<String>,
    /// Whether a copy with a watermark is made too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watermark_info: Option<WatermarkInfo>,
}

redacted_debug!(PathOptions { external_task_id, watermark_info } hidden { callback_url });

impl PathOptions {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

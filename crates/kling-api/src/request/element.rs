//! `POST /v1/general/advanced-custom-elements` and the two delete calls.

use serde::Serialize;

use crate::redact::redacted_debug;
use crate::{Id, Media};

/// The body of a request that makes an element (subject) for later use (vendor documentation 2026-09-20; the
/// asynchronous family since 2026-02-25). What an element costs is not documented.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct ElementRequest {
    /// Its name, at most 20 characters.
    pub element_name: String,
    /// What it is, at most 100 characters.
    pub element_description: String,
    /// `image_refer` (from pictures) or `video_refer` (a character from a video).
    pub reference_type: String,
    /// The pictures of `image_refer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element_image_list: Option<ElementImages>,
    /// The video of `video_refer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element_video_list: Option<ElementVideos>,
    /// A custom or preset voice to bind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub element_voice_id: Option<String>,
    /// What kind of thing it is, see [`ELEMENT_TAGS`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag_list: Vec<ElementTag>,
    /// Where Kling reports status changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// The caller's own id for the task, unique in its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_task_id: Option<String>,
}

redacted_debug!(ElementRequest {
    reference_type, element_image_list, element_video_list, element_voice_id, tag_list, external_task_id,
} hidden { element_name, element_description, callback_url });

/// The pictures of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ElementImages {
    /// It from the front.
    pub frontal_image: Media,
    /// One to three other views, each different from the front.
    pub refer_images: Vec<ElementImage>,
}

/// Another view of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ElementImage {
    /// URL or Base64.
    pub image_url: Media,
}

/// The video of an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ElementVideos {
    /// Exactly one.
    pub refer_videos: Vec<ElementVideo>,
}

/// A video of a realistic humanoid; a human voice in it is cloned and bound.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ElementVideo {
    /// URL only.
    pub video_url: Media,
}

/// A tag of an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementTag {
    /// One of [`ELEMENT_TAGS`].
    pub tag_id: String,
}

/// Tag ids and what they stand for (vendor documentation 2026-09-20).
pub const ELEMENT_TAGS: &[(&str, &str)] = &[
    ("o_101", "hottest"),
    ("o_102", "character"),
    ("o_103", "animal"),
    ("o_104", "item"),
    ("o_105", "costume"),
    ("o_106", "scene"),
    ("o_107", "effect"),
    ("o_108", "others"),
];

/// The body of `POST /v1/general/delete-elements` and of `POST /v1/general/delete-advanced-elements`. Which of the two
/// serves the current library is contradictory in the documentation (image pages and video pages of 2026-09-20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeleteElementRequest {
    /// The element, written as text.
    pub element_id: Id,
}

/// What an element was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ElementKind {
    MultiImage,
    VideoCharacter,
}

impl ElementKind {
    /// `reference_type`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::MultiImage => "image_refer",
            Self::VideoCharacter => "video_refer",
        }
    }
}

/// An element to be made.
#[derive(Debug, Clone)]
pub(crate) struct ElementOrder {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: ElementKind,
    /// Pictures besides the frontal one.
    pub(crate) refer_images: usize,
    pub(crate) voice_id: Option<String>,
    /// Tag ids (`o_102`).
    pub(crate) tags: Vec<String>,
}

/// An element that was made.
#[derive(Debug, Clone, Default)]
pub(crate) struct ElementResult {
    /// Above 2^53 and odd, so that a program that takes it for a floating point number gets another one.
    pub(crate) id: u64,
    /// The frontal picture, then the others; empty for an element made of a video.
    pub(crate) pictures: Vec<String>,
    /// The video it was made of, or empty.
    pub(crate) video: String,
    /// What its voice sounds like, or empty.
    pub(crate) voice_trial: String,
}

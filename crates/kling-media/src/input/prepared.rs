//! What goes into a request.

use std::fmt;

/// A file as Kling takes it. `Debug` shows neither link nor content.
#[derive(Clone, PartialEq, Eq)]
pub enum Prepared {
    /// A link that Kling follows.
    Url(String),
    /// The file itself: standard alphabet, padded, without a `data:` prefix, which Kling refuses.
    Base64(String),
}

impl Prepared {
    /// The value of the request's field.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Url(text) | Self::Base64(text) => text,
        }
    }

    /// The value of the request's field.
    pub fn into_string(self) -> String {
        match self {
            Self::Url(text) | Self::Base64(text) => text,
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(_) => f.write_str("Url(..)"),
            Self::Base64(text) => write!(f, "Base64({} characters)", text.len()),
        }
    }
}

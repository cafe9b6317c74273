//! What goes into a request.

use std::fmt;

use crate::Conversion;

/// A file as Kling takes it. `Debug` shows neither link nor content.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Prepared {
    /// A link that Kling follows.
    Url(String),
    /// The file itself: standard alphabet, padded, without a `data:` prefix, which Kling refuses.
    Base64(String),
    /// What the file was made into, because Kling does not take it as it was: Base64 as above.
    Converted(String, Conversion),
}

impl Prepared {
    /// The value of the request's field.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Url(text) | Self::Base64(text) | Self::Converted(text, _) => text,
        }
    }

    /// What was changed about the file, if anything was.
    pub fn conversion(&self) -> Option<&Conversion> {
        match self {
            Self::Converted(_, conversion) => Some(conversion),
            Self::Url(_) | Self::Base64(_) => None,
        }
    }

    /// The value of the request's field.
    pub fn into_string(self) -> String {
        match self {
            Self::Url(text) | Self::Base64(text) | Self::Converted(text, _) => text,
        }
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(_) => f.write_str("Url(..)"),
            Self::Base64(text) => write!(f, "Base64({} characters)", text.len()),
            Self::Converted(text, conversion) => write!(f, "Converted({} characters, {conversion:?})", text.len()),
        }
    }
}

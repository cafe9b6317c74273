//! Pictures and clips inside a request.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A picture, mask or clip as Kling takes it: a URL, or for pictures raw Base64 without any prefix.
///
/// `Debug` tells kind and length only: the text may be somebody's photo or a signed link.
/// Clones share the text, which may be tens of megabytes of Base64.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Media(Arc<String>);

/// What a [`Media`] text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// Begins with `http://` or `https://`.
    Url,
    /// Nothing but the Base64 alphabet.
    Base64,
    /// Begins with `data:`, which the legacy surface refuses (vendor documentation 2026-09-20).
    DataUri,
    /// Nothing of these, or empty.
    Unknown,
}

impl Media {
    /// The text as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the text looks like. Reads all of it when it is Base64.
    pub fn kind(&self) -> MediaKind {
        let text = self.0.as_str();
        if is_http_url(text) {
            MediaKind::Url
        } else if starts_with_ignoring_case(text, "data:") {
            MediaKind::DataUri
        } else if is_base64(text) {
            MediaKind::Base64
        } else {
            MediaKind::Unknown
        }
    }
}

/// Whether a text begins like a URL that Kling fetches.
pub(crate) fn is_http_url(text: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|scheme| starts_with_ignoring_case(text, scheme) && text.len() > scheme.len() && !text.contains(' '))
}

fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    !body.is_empty()
        && text.len() - body.len() <= 2
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

impl From<String> for Media {
    fn from(text: String) -> Self {
        Self(Arc::new(text))
    }
}

impl From<&str> for Media {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Serialize for Media {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Media {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Media({:?}, {} bytes)", self.kind(), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        for (text, kind) in [
            ("https://media.example.test/a.png?sig=x", MediaKind::Url),
            ("HTTP://media.example.test/a.png", MediaKind::Url),
            ("iVBORw0KGgo=", MediaKind::Base64),
            ("/9j/4AAQSkZJRg==", MediaKind::Base64),
            ("data:image/png;base64,iVBORw0KGgo=", MediaKind::DataUri),
            ("https://", MediaKind::Unknown),
            ("ftp://media.example.test/a.png", MediaKind::Unknown),
            ("C:\\photo.png", MediaKind::Unknown),
            ("iVBO===", MediaKind::Unknown),
            ("===", MediaKind::Unknown),
            ("图", MediaKind::Unknown),
            ("", MediaKind::Unknown),
        ] {
            assert_eq!(Media::from(text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn debug_shows_no_content() {
        assert_eq!(format!("{:?}", Media::from("https://x.test/?token=abc")), "Media(Url, 25 bytes)");
        assert_eq!(format!("{:?}", Media::from("iVBORw0KGgo=")), "Media(Base64, 12 bytes)");
    }
}

//! Which surface and which create path a task lives on.

use std::borrow::Cow;
use std::fmt;

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
        assert_eq!(TaskPath::parse(TaskPath::TEXT2VIDEO.as_str()), Ok(TaskPath::TEXT2VIDEO));
        assert!(TaskPath::parse("/text-to-video/kling-3.0").is_ok());
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

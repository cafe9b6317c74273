//! Byte ranges (RFC 9110, section 14): one range a request.

use std::ops::Range;

use axum::http::{HeaderMap, header};

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Whole,
    Part(Range<usize>),
    /// A range that begins beyond the end.
    Unsatisfiable,
}

impl Wanted {
    /// Reads `Range` and `If-Range`. What is not understood is ignored, as the standard asks; so are several ranges at
    /// once, which it allows.
    pub(crate) fn of(headers: &HeaderMap, etag: &str, len: usize) -> Self {
        let Some(range) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
            return Self::Whole;
        };
        if headers.get(header::IF_RANGE).is_some_and(|validator| validator != etag) {
            return Self::Whole;
        }
        Self::parse(range, len).unwrap_or(Self::Whole)
    }

    fn parse(range: &str, len: usize) -> Option<Self> {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        let part = match (first, last) {
            ("", suffix) => len.saturating_sub(number(suffix)?)..len,
            (first, "") => number(first)?..len,
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                if first > last {
                    return None;
                }
                first..last.saturating_add(1).min(len)
            }
        };
        Some(if part.start < part.end { Self::Part(part) } else { Self::Unsatisfiable })
    }
}

/// Digits only; more of them than fit mean "beyond any end".
fn number(digits: &str) -> Option<usize> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_in_its_three_forms() {
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=2-5", 2..6),
            ("bytes=5-", 5..10),
            ("bytes=-3", 7..10),
            ("bytes=-99", 0..10),
            ("bytes=8-99999999999999999999999", 8..10),
        ] {
            assert_eq!(Wanted::parse(range, 10), Some(Wanted::Part(part)), "{range}");
        }
    }

    #[test]
    fn beyond_the_end_is_unsatisfiable() {
        for range in ["bytes=10-", "bytes=10-12", "bytes=-0"] {
            assert_eq!(Wanted::parse(range, 10), Some(Wanted::Unsatisfiable), "{range}");
        }
        assert_eq!(Wanted::parse("bytes=0-", 0), Some(Wanted::Unsatisfiable));
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        for range in ["bytes=5-2", "bytes=a-b", "bytes=-", "bytes=1", "items=0-1", "bytes=0-1,4-5", "bytes=+1-2", ""] {
            assert_eq!(Wanted::parse(range, 10), None, "{range}");
        }
    }
}

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::header::{self, Size};
use crate::refusal::Refusal;

const MB: usize = 1024 * 1024;
const SHORTEST_SIDE: u32 = 300;

/// What a picture must be like; the same for all at heart (documentation of 2026-09-20).
#[derive(Debug, Clone, Copy)]
pub(crate) struct PictureRules {
    largest_mb: usize,
    /// Whether Base64 may stand behind `data:...;base64,`.
    with_prefix: bool,
    /// Whether the sides must be within 1:2.5 and 2.5:1.
    ratio: bool,
}

impl PictureRules {
    /// `/v1`: 10 MB, and the documentation forbids the prefix.
    pub(crate) const LEGACY: Self = Self { largest_mb: 10, with_prefix: false, ratio: true };
    /// `image_tail`: no ratio is stated.
    pub(crate) const LEGACY_TAIL: Self = Self { ratio: false, ..Self::LEGACY };
    /// The surface with the model in the path: 50 MB.
    pub(crate) const PATH: Self = Self { largest_mb: 50, with_prefix: true, ratio: true };
}

/// Checks a picture: an address is taken as it is, Base64 is decoded and looked at. Returns its size when known.
pub(crate) fn picture(name: &str, value: &str, rules: PictureRules) -> Result<Option<Size>, Refusal> {
    if value.is_empty() {
        return Err(Refusal::empty(name));
    }
    if is_address(value) {
        return Ok(None);
    }
    let encoded = match value.strip_prefix("data:") {
        Some(_) if !rules.with_prefix => {
            return Err(Refusal::parameter(format!("{name} must be Base64 without a data: prefix")));
        }
        Some(rest) => rest.split_once(";base64,").map_or("", |(_, encoded)| encoded),
        None => value,
    };
    // Told by the length alone: what is too large need not be decoded.
    if decoded_len(encoded) > rules.largest_mb * MB {
        return Err(Refusal::parameter(format!("{name} is larger than {} MB", rules.largest_mb)));
    }
    let bytes = STANDARD
        .decode(encoded)
        .ok()
        .filter(|bytes| !bytes.is_empty())
        .ok_or_else(|| Refusal::parameter(format!("{name} is neither an http(s) address nor valid Base64")))?;
    let size = header::size(&bytes)
        .ok_or_else(|| Refusal::parameter(format!("{name} format is invalid: jpg, jpeg or png is expected")))?;
    check_size(name, size, rules)?;
    Ok(Some(size))
}

/// Three bytes in four characters; the rest of one or two bytes has a character more than that.
fn decoded_len(encoded: &str) -> usize {
    let characters = encoded.trim_end_matches('=').len();
    characters / 4 * 3 + (characters % 4).saturating_sub(1)
}

fn check_size(name: &str, (width, height): Size, rules: PictureRules) -> Result<(), Refusal> {
    let (short, long) = (width.min(height), width.max(height));
    if short < SHORTEST_SIDE {
        return Err(Refusal::parameter(format!(
            "{name} is {width}x{height}: each side must have at least {SHORTEST_SIDE} pixels"
        )));
    }
    // 2.5 : 1, in whole numbers.
    if rules.ratio && u64::from(long) * 2 > u64::from(short) * 5 {
        return Err(Refusal::parameter(format!(
            "{name} is {width}x{height}: the ratio must be within 1:2.5 and 2.5:1"
        )));
    }
    Ok(())
}

/// Checks a video: only addresses are taken.
pub(crate) fn video(name: &str, value: &str) -> Result<(), Refusal> {
    match value {
        "" => Err(Refusal::empty(name)),
        address if is_address(address) => Ok(()),
        _ => Err(Refusal::parameter(format!("{name} must be an http(s) address"))),
    }
}

fn is_address(value: &str) -> bool {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

/// Whether a text is Base64 (or a `data:` address) of at least so many characters.
pub(crate) fn is_base64_of_size(text: &str, least: usize) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    text.len() >= least && {
        let encoded = text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        encoded.map_or(text, |(_, encoded)| encoded).bytes().all(is_digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of which only the header is there.
    fn png(width: u32, height: u32) -> String {
        let header = [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes()];
        STANDARD.encode(header.concat())
    }

    fn refuses(value: &str, rules: PictureRules, wording: &str) {
        let refusal = picture("image", value, rules).unwrap_err();
        assert!(format!("{refusal:?}").contains(wording), "{refusal:?}");
    }

    #[test]
    fn sides_and_ratio_have_limits() {
        let rules = PictureRules::LEGACY;
        assert_eq!(picture("image", &png(300, 750), rules), Ok(Some((300, 750))));
        refuses(&png(299, 300), rules, "at least 300 pixels");
        refuses(&png(751, 300), rules, "ratio");
        assert_eq!(picture("image_tail", &png(751, 300), PictureRules::LEGACY_TAIL), Ok(Some((751, 300))));
    }

    #[test]
    fn a_prefix_is_refused_where_the_documentation_forbids_it() {
        let prefixed = format!("data:image/png;base64,{}", png(300, 300));
        refuses(&prefixed, PictureRules::LEGACY, "data: prefix");
        assert_eq!(picture("url", &prefixed, PictureRules::PATH), Ok(Some((300, 300))));
    }

    #[test]
    fn addresses_are_taken_as_they_are() {
        for address in ["https://media.example.test/a.png", "http://127.0.0.1:1/a"] {
            assert_eq!(picture("image", address, PictureRules::LEGACY), Ok(None));
            assert_eq!(video("video_url", address), Ok(()));
        }
        for other in ["ftp://media.example.test/a.png", "https://", "https:///a", "/a.png", "a b"] {
            refuses(other, PictureRules::LEGACY, "neither");
            assert!(video("video_url", other).is_err());
        }
    }

    #[test]
    fn the_length_is_told_before_decoding() {
        for length in 0..10 {
            assert_eq!(decoded_len(&STANDARD.encode(vec![7; length])), length);
        }
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_refused() {
        refuses(&STANDARD.encode("GIF89a"), PictureRules::LEGACY, "format");
        refuses(&"A".repeat((10 * MB).div_ceil(3) * 4 + 4), PictureRules::LEGACY, "larger than 10 MB");
        refuses(&"A".repeat((50 * MB).div_ceil(3) * 4 + 4), PictureRules::PATH, "larger than 50 MB");
        refuses("", PictureRules::LEGACY, "cannot be empty");
    }
}

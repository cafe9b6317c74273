//! Base64, strict in what goes out and lenient in what comes in.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_PAD_INDIFFERENT, URL_SAFE_PAD_INDIFFERENT};

/// One copy: the text is made at its full length and filled.
pub(super) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Either alphabet, with or without padding, in lines or not.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text: Cow<'_, [u8]> = if text.contains(|c: char| c.is_ascii_whitespace()) {
        Cow::Owned(text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect())
    } else {
        Cow::Borrowed(text.as_bytes())
    };
    let engine = if text.iter().any(|byte| matches!(byte, b'-' | b'_')) {
        URL_SAFE_PAD_INDIFFERENT
    } else {
        STANDARD_PAD_INDIFFERENT
    };
    engine.decode(&*text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_padding_or_not_and_lines_are_read() {
        let bytes = b"\xfb\xef\xff\x00";
        for text in ["++//AA==", "++//AA", "--__AA==", "--__AA", "++\r\n//\nAA==\n"] {
            assert_eq!(decode(text).as_deref(), Some(&bytes[..]), "{text}");
        }
        for text in ["++//A", "++__AA==", "++//AA=A", "é", "a.png"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn what_goes_out_is_standard_and_padded_in_one_piece() {
        let text = encode(b"\xfb\xef\xff\x00");
        assert_eq!(text, "++//AA==");
        let text = encode(&vec![7; 1_000_000]);
        // Made at its length at once: nothing was copied to grow.
        assert_eq!(text.capacity(), text.len());
    }
}

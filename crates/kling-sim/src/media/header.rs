//! The size of a picture, read from its first bytes.

/// Width and height in pixels.
pub(crate) type Size = (u32, u32);

const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG_START: &[u8] = b"\xff\xd8\xff";

/// The size of a PNG or JPEG picture; `None` for anything else and for headers cut short.
pub(crate) fn size(bytes: &[u8]) -> Option<Size> {
    if bytes.starts_with(PNG_SIGNATURE) {
        png(bytes)
    } else if bytes.starts_with(JPEG_START) {
        jpeg(bytes)
    } else {
        None
    }
}

/// Behind the signature: length, `IHDR`, width, height.
fn png(bytes: &[u8]) -> Option<Size> {
    let is_header = bytes.get(12..16)? == b"IHDR";
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if is_header { Some((number(16)?, number(20)?)) } else { None }
}

/// Segments of `ff`, kind, length: the first one that starts a frame has precision, height, width.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let number = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    while *bytes.get(at)? == 0xff {
        match *bytes.get(at + 1)? {
            // A fill byte before a marker.
            0xff => at += 1,
            // Markers without a segment.
            0x01 | 0xd0..=0xd9 => at += 2,
            // Tables in the midst of the frame markers: Huffman, extension, arithmetic coding.
            kind @ 0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                return Some((number(at + 7)?.into(), number(at + 5)?.into()));
            }
            _ => at += 2 + usize::from(number(at + 2)?),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_tells_its_size_first() {
        assert_eq!(size(crate::SAMPLE_PNG), Some((320, 320)));
        assert_eq!(size(&crate::SAMPLE_PNG[..20]), None);
    }

    #[test]
    fn a_jpeg_tells_its_size_behind_other_segments() {
        let mut bytes = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc4\x00\x03c\xff\xff\xc2\x00\x0b\x08".to_vec();
        bytes.extend([0x01, 0x2c, 0x02, 0x58, 3]);
        assert_eq!(size(&bytes), Some((600, 300)));
        bytes.truncate(22);
        assert_eq!(size(&bytes), None);
    }

    #[test]
    fn other_formats_have_no_size_here() {
        for bytes in [b"GIF89a\x01\x00\x01\x00".as_slice(), b"RIFF....WEBP", b"", b"\xff\xd8\xff\xd9"] {
            assert_eq!(size(bytes), None);
        }
    }
}

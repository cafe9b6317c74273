//! JPEG: segments of marker and length up to the first scan, then compressed data up to the end marker.

use super::Damage;
use super::bytes::{array, split, u16_at};

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

pub(super) fn size(file: &[u8]) -> Result<(u32, u32), Damage> {
    let (_, mut rest) = split(file, 2)?;
    let mut size = None;
    loop {
        let [0xff, marker] = array(rest, 0)? else { return Err(Damage::Malformed) };
        match marker {
            // A byte of padding before a marker.
            0xff => (_, rest) = split(rest, 1)?,
            // Markers without a segment: restarts and the start itself, of no use here but harmless.
            0x01 | 0xd0..=0xd8 => (_, rest) = split(rest, 2)?,
            // Stuffing, or the end before any scan.
            0x00 | 0xd9 => return Err(Damage::NothingToSee),
            _ => {
                let length = usize::from(u16_at(rest, 2)?);
                if length < 2 {
                    return Err(Damage::Malformed);
                }
                let (segment, after) = split(rest, 2 + length)?;
                rest = after;
                if is_frame(marker) && size.is_none() {
                    size = Some((u32::from(u16_at(segment, 7)?), u32::from(u16_at(segment, 5)?)));
                }
                if marker == START_OF_SCAN {
                    break;
                }
            }
        }
    }
    // Compressed data escapes 0xff, so that this pair can only be the end.
    if !rest.windows(2).rev().any(|pair| pair == END_OF_IMAGE) {
        return Err(Damage::CutOff);
    }
    match size {
        // A height of nought is told after the first scan, a form that next to nobody writes or reads.
        Some((width, height)) if width > 0 && height > 0 => Ok((width, height)),
        _ => Err(Damage::NothingToSee),
    }
}

/// Start of frame, of whatever coding; the others in its range are tables.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(segments: &[&[u8]]) -> Vec<u8> {
        let mut file = vec![0xff, 0xd8];
        for segment in segments {
            file.extend_from_slice(segment);
        }
        file
    }

    const APP0: &[u8] = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0";
    const FRAME: &[u8] = b"\xff\xc2\x00\x0b\x08\x01\x2c\x02\x58\x01\x01\x11\x00";
    const SCAN: &[u8] = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34";
    const END: &[u8] = b"\xff\xd9";

    #[test]
    fn the_size_stands_in_the_frame_header() {
        assert_eq!(size(&jpeg(&[APP0, FRAME, SCAN, END])), Ok((600, 300)));
        assert_eq!(size(&jpeg(&[APP0, b"\xff\xff", FRAME, SCAN, END, b"trailer"])), Ok((600, 300)));
    }

    /// The picture in the picture (a thumbnail) has a frame header and an end too.
    #[test]
    fn a_thumbnail_is_not_the_picture() {
        let thumbnail =
            b"\xff\xe1\x00\x17\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda\xff\xd9\0\0";
        assert_eq!(size(&jpeg(&[thumbnail, FRAME, SCAN, END])), Ok((600, 300)));
        assert_eq!(size(&jpeg(&[thumbnail, FRAME, SCAN])), Err(Damage::CutOff));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert_eq!(size(&jpeg(&[APP0, b"\xff\xe2\x00\x01", FRAME, SCAN, END])), Err(Damage::Malformed));
        assert_eq!(size(&jpeg(&[APP0, b"junk", FRAME, SCAN, END])), Err(Damage::Malformed));
        assert_eq!(size(&jpeg(&[APP0, SCAN, END])), Err(Damage::NothingToSee));
        assert_eq!(size(&jpeg(&[APP0, END])), Err(Damage::NothingToSee));
    }
}

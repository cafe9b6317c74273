//! JPEG: segments of marker and length up to the first scan, then compressed data up to the end marker.
//!
//! As lenient as the decoders that everybody uses (libjpeg-turbo, browsers): what is no marker between two segments is
//! skipped, and the end marker may be missing.

use super::Damage;
use super::bytes::{split, u16_at};
use super::jpeg_scan;

const START_OF_SCAN: u8 = 0xda;
const END_OF_IMAGE: [u8; 2] = [0xff, 0xd9];

/// What the headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Jpeg {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Colours, each coded for itself.
    pub(crate) components: u8,
    /// Whether the picture is coded in one pass from top to bottom.
    pub(crate) is_sequential: bool,
}

pub(crate) fn read(file: &[u8]) -> Result<Jpeg, Damage> {
    let mut segments = Segments::new(file)?;
    let mut frame = None;
    let is_sequential = loop {
        let (marker, body) = segments.next_segment()?;
        if is_frame(marker) && frame.is_none() {
            let (height, width) = (u16_at(body, 1)?, u16_at(body, 3)?);
            frame = Some((marker, u32::from(width), u32::from(height), body.get(5).copied()));
        }
        if marker == START_OF_SCAN {
            // As many components in the first scan as in the frame: it is the only one, as a rule.
            let in_scan = body.first().copied();
            break frame.is_some_and(|(marker, .., in_frame)| marker <= 0xc1 && in_frame == in_scan);
        }
    };
    let (width, height, components) = match frame {
        // A height of nought is told after the first scan, a form that next to nobody writes or reads.
        Some((_, width, height, in_frame)) if width > 0 && height > 0 => (width, height, in_frame.unwrap_or(1)),
        _ => return Err(Damage::NothingToSee),
    };
    let data = segments.rest();
    // Compressed data escapes 0xff, so that this pair can only be an end.
    let has_end = data.windows(2).rev().any(|pair| pair == END_OF_IMAGE);
    if data.is_empty() || (!has_end && jpeg_scan::is_complete(file) == Some(false)) {
        return Err(Damage::CutOff);
    }
    Ok(Jpeg { width, height, components, is_sequential })
}

/// The segments before the compressed data.
pub(super) struct Segments<'a>(&'a [u8]);

impl<'a> Segments<'a> {
    pub(super) fn new(file: &'a [u8]) -> Result<Self, Damage> {
        split(file, 2).map(|(_, rest)| Self(rest))
    }

    /// The next segment's marker and what it holds.
    pub(super) fn next_segment(&mut self) -> Result<(u8, &'a [u8]), Damage> {
        loop {
            let (marker, after) = next_marker(self.0)?;
            self.0 = after;
            match marker {
                // Markers without a segment: restarts and the start itself, of no use here but harmless. Those up to
                // 0xbf are reserved, and skipped by decoders.
                0x01..=0xbf | 0xd0..=0xd8 => {}
                // The end before any scan.
                0xd9 => return Err(Damage::NothingToSee),
                _ => {
                    let length = usize::from(u16_at(after, 0)?);
                    let (segment, rest) = split(after, length)?;
                    self.0 = rest;
                    return segment.get(2..).map(|body| (marker, body)).ok_or(Damage::Malformed);
                }
            }
        }
    }

    /// What follows the last segment that was read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.0
    }
}

/// The next marker and what follows it. Padding, stuffing and anything else before it is skipped.
fn next_marker(bytes: &[u8]) -> Result<(u8, &[u8]), Damage> {
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff).ok_or(Damage::CutOff)?;
        (_, rest) = split(rest, at + 1)?;
        match rest.split_first() {
            Some((0x00, after)) => rest = after,
            // This one may begin the marker.
            Some((0xff, _)) => {}
            Some((marker, after)) => return Ok((*marker, after)),
            None => return Err(Damage::CutOff),
        }
    }
}

/// Start of frame, of whatever coding; the others in its range are tables.
pub(super) fn is_frame(marker: u8) -> bool {
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

    fn size(file: &[u8]) -> Result<(u32, u32), Damage> {
        read(file).map(|jpeg| (jpeg.width, jpeg.height))
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
    }

    /// "Corrupt JPEG data: 18 extraneous bytes before marker 0xe2", says libjpeg, and shows it.
    #[test]
    fn what_is_no_marker_between_segments_is_skipped() {
        for junk in [&[0; 18][..], b"junk", b"\xff\x00", b"\xff\xff\x00\xff", b"\xff\x18", b"\xff\xd0"] {
            assert_eq!(size(&jpeg(&[junk, APP0, junk, FRAME, junk, SCAN, END])), Ok((600, 300)), "{junk:?}");
        }
    }

    #[test]
    fn an_end_may_be_missing_and_be_followed_by_anything() {
        // How much there is of a progressive picture is not counted.
        assert_eq!(size(&jpeg(&[APP0, FRAME, SCAN])), Ok((600, 300)));
        // What Samsung's cameras append.
        let trailer = b"\0\0\x01\x0aImage_UTC_DataSEFH\x6b\0\0\0SEFT";
        assert_eq!(size(&jpeg(&[APP0, FRAME, SCAN, END, trailer])), Ok((600, 300)));
    }

    /// Grey, 200 x 8: 25 blocks of two bits each, because the tables have one code of one bit.
    #[test]
    fn a_picture_without_an_end_needs_its_blocks() {
        let frame = b"\xff\xc0\x00\x0b\x08\x00\x08\x00\xc8\x01\x01\x11\x00";
        let table = |place: u8| [&b"\xff\xc4\x00\x14"[..], &[place, 1], &[0; 15], &[0]].concat();
        let (dc, ac) = (table(0x00), table(0x10));
        let scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00";
        // 50 bits are seven bytes.
        let read = |bytes: usize| size(&jpeg(&[frame, &dc, &ac, scan, &vec![0; bytes]]));
        assert_eq!(read(7), Ok((200, 8)));
        assert_eq!(read(6), Ok((200, 8)), "all but the last one");
        assert_eq!(read(5), Err(Damage::CutOff));
        assert_eq!(read(1), Err(Damage::CutOff));
        // With restarts in between.
        let every_tenth = b"\xff\xdd\x00\x04\x00\x0a";
        let stretch = [0, 0, 0];
        let restarted = [&stretch[..], b"\xff\xd0", &stretch, b"\xff\xd1", &stretch[..2]].concat();
        let read = |data: &[u8]| size(&jpeg(&[frame, &dc, &ac, every_tenth, scan, data]));
        assert_eq!(read(&restarted), Ok((200, 8)));
        assert_eq!(read(&restarted[..8]), Err(Damage::CutOff));
        // A code that no table has says nothing.
        assert_eq!(read(&[0x40, 0, 0]), Ok((200, 8)));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        assert_eq!(size(&jpeg(&[APP0, b"\xff\xe2\x00\x01", FRAME, SCAN, END])), Err(Damage::Malformed));
        assert_eq!(size(&jpeg(&[APP0, SCAN, END])), Err(Damage::NothingToSee));
        assert_eq!(size(&jpeg(&[APP0, END])), Err(Damage::NothingToSee));
        // Nothing of the picture is there.
        assert_eq!(size(&jpeg(&[APP0, FRAME])), Err(Damage::CutOff));
        assert_eq!(size(&jpeg(&[APP0, FRAME, &SCAN[..10]])), Err(Damage::CutOff));
    }
}

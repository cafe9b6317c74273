//! What the decoders do not guard themselves against, read from headers.

use crate::format::bytes::{le_u16, le_u32};

/// What a WebP file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WebP {
    pub(super) is_lossless: bool,
    pub(super) is_animated: bool,
}

/// Looks at a WebP file's chunks. `None` where one holds a larger picture than the file announces: the decoder takes
/// the memory for it first and compares afterwards.
pub(super) fn webp(file: &[u8], size: (u32, u32)) -> Option<WebP> {
    let mut found = WebP { is_lossless: true, is_animated: false };
    for (kind, body) in Chunks(file.get(12..)?) {
        if kind == *b"ANMF" {
            found.is_animated = true;
            for (kind, body) in Chunks(body.get(16..)?) {
                found.is_lossless &= fits(kind, body, size)?;
            }
        } else {
            found.is_lossless &= fits(kind, body, size)?;
        }
    }
    Some(found)
}

/// Whether a chunk holds no lossy picture. `None`: a picture that is larger than this size.
fn fits(kind: [u8; 4], body: &[u8], (width, height): (u32, u32)) -> Option<bool> {
    let (across, down) = match &kind {
        b"VP8 " => (u32::from(le_u16(body, 6)? & 0x3fff), u32::from(le_u16(body, 8)? & 0x3fff)),
        b"VP8L" => {
            let bits = le_u32(body, 1)?;
            ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1)
        }
        _ => return Some(true),
    };
    (across <= width && down <= height).then_some(kind != *b"VP8 ")
}

/// The chunks of a RIFF file, in order; the last one may be cut off.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = ([u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = *self.0.first_chunk()?;
        let length = usize::try_from(le_u32(self.0, 4)?).ok()?;
        let rest = self.0.get(8..)?;
        let body = rest.get(..length).unwrap_or(rest);
        self.0 = rest.get(length.checked_add(length % 2)?..).unwrap_or_default();
        Some((kind, body))
    }
}

/// The ways of compression whose decoders take no more memory than the picture needs. The one left out is JPEG, which
/// may hold any size within a small picture, and whose colours are not read anyway.
const TIFF_COMPRESSIONS: [u32; 8] = [1, 2, 3, 4, 5, 8, 32_773, 32_946];

/// Whether a TIFF file's first picture is compressed in a way that is safe to decode. `None` where its directory, which
/// often stands at the end, is not there.
pub(super) fn is_plain_tiff(file: &[u8]) -> Option<bool> {
    let found = compressions(file)?;
    Some(found.iter().all(|found| TIFF_COMPRESSIONS.contains(found)))
}

/// What the entries for compression (259) of the first directory say: one, in files that mean well.
fn compressions(file: &[u8]) -> Option<Vec<u32>> {
    let is_little = file.starts_with(b"II");
    let swapped = |bytes: [u8; 4]| if is_little { bytes } else { [bytes[3], bytes[2], bytes[1], bytes[0]] };
    let long = |at: usize| file.get(at..)?.first_chunk().copied().map(swapped).map(u32::from_le_bytes);
    let short = |at: usize| {
        let bytes: [u8; 2] = *file.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(long(4)?).ok()?;
    let entries = usize::from(short(directory)?);
    let mut found = Vec::new();
    for entry in 0..entries {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? != 259 {
            continue;
        }
        found.push(match (short(at + 2)?, long(at + 4)?) {
            (3, 1) => u32::from(short(at + 8)?),
            (4, 1) => long(at + 8)?,
            // Of no form that is known.
            _ => 0,
        });
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        for (kind, body) in chunks {
            file.extend_from_slice(*kind);
            file.extend_from_slice(&u32::try_from(body.len()).unwrap().to_le_bytes());
            file.extend_from_slice(body);
            file.resize(file.len() + body.len() % 2, 0);
        }
        file
    }

    fn lossy(width: u16, height: u16) -> Vec<u8> {
        [&[0, 0, 0, 0x9d, 1, 0x2a][..], &width.to_le_bytes(), &height.to_le_bytes()].concat()
    }

    #[test]
    fn a_webp_frame_larger_than_its_file_is_found() {
        let extended: (&[u8; 4], &[u8]) = (b"VP8X", &[0; 10]);
        let small = riff(&[extended, (b"ICCP", b"odd"), (b"VP8 ", &lossy(400, 300))]);
        assert_eq!(webp(&small, (400, 300)), Some(WebP { is_lossless: false, is_animated: false }));
        assert_eq!(webp(&small, (400, 299)), None);
        let lossless = riff(&[extended, (b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f])]);
        assert_eq!(webp(&lossless, (400, 300)), None);
        assert_eq!(webp(&lossless, (16384, 16384)), Some(WebP { is_lossless: true, is_animated: false }));
        let frame = [&[0; 16][..], &riff(&[(b"VP8 ", &lossy(16383, 16383))])[12..]].concat();
        assert_eq!(webp(&riff(&[extended, (b"ANMF", &frame)]), (400, 300)), None);
    }

    #[test]
    fn a_tiff_within_which_a_jpeg_hides_is_found() {
        let tiff = |kind: u16, count: u32, value: u16| {
            let entry =
                [&259_u16.to_be_bytes()[..], &kind.to_be_bytes(), &count.to_be_bytes(), &value.to_be_bytes(), &[0; 2]];
            [&b"MM\0\x2a\0\0\0\x08"[..], &1_u16.to_be_bytes(), &entry.concat()].concat()
        };
        assert_eq!(is_plain_tiff(&tiff(3, 1, 5)), Some(true));
        assert_eq!(is_plain_tiff(b"II\x2a\0\x08\0\0\0\0\0"), Some(true), "uncompressed where nothing is said");
        for hidden in [tiff(3, 1, 7), tiff(3, 1, 6), tiff(3, 2, 5), tiff(1, 1, 5)] {
            assert_eq!(is_plain_tiff(&hidden), Some(false));
        }
        assert_eq!(is_plain_tiff(b"II\x2a\0\xff\xff\xff\xff"), None);
    }
}

//! What the first box of a file of the MP4 family says: pictures (HEIF) and videos share the form.
//!
//! Source: the registry of brands at mp4ra.org; ISO/IEC 23008-12 (HEIF) and AV1 Image File Format for the pictures.

use crate::FileKind;

/// HEIF pictures and sequences, which hold HEVC unless another brand says AV1.
const HEIF: [&[u8]; 14] = [
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"mif2", b"msf1", b"miaf",
    b"MiHE", b"MiHB",
];
/// Pictures and sequences that hold AV1.
const AVIF: [&[u8]; 5] = [b"avif", b"avis", b"avio", b"MA1A", b"MA1B"];
/// How the brands of videos begin.
const MOVIES: [&[u8]; 6] = [b"iso", b"mp4", b"qt ", b"avc", b"M4V", b"3g"];
/// What a `QuickTime` file without `ftyp` begins with.
const FIRST: [&[u8]; 6] = [b"wide", b"moov", b"mdat", b"free", b"skip", b"pnot"];

/// A picture in the form of MP4.
pub(crate) fn still(head: &[u8]) -> Option<FileKind> {
    if head.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let length = usize::try_from(first_length(head)?).ok()?;
    let major = head.get(8..12)?;
    let others = head.get(16..head.len().min(length)).unwrap_or_default();
    let any_other = |known: fn(&[u8]) -> bool| others.chunks_exact(4).any(known);
    // A brand that nobody knows yet, beside some that are known.
    let is_new = !is_movie(major) && !any_other(is_movie) && any_other(is_still);
    if !is_still(major) && !is_new {
        return None;
    }
    let is_av1 = AVIF.contains(&major) || any_other(|brand| AVIF.contains(&brand));
    Some(if is_av1 { FileKind::AVIF } else { FileKind::HEIC })
}

fn is_still(brand: &[u8]) -> bool {
    HEIF.contains(&brand) || AVIF.contains(&brand)
}

fn is_movie(brand: &[u8]) -> bool {
    MOVIES.iter().any(|movie| brand.starts_with(movie))
}

/// A `QuickTime` file from before `ftyp`. Its length tells it from a text.
pub(crate) fn begins_a_movie(head: &[u8]) -> bool {
    let fits = first_length(head).is_some_and(|length| matches!(length, 0 | 1 | 8..0x1000_0000));
    fits && head.get(4..8).is_some_and(|kind| FIRST.contains(&kind))
}

fn first_length(head: &[u8]) -> Option<u32> {
    head.first_chunk().copied().map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
        let length = u32::try_from(brands.len() * 4 + 12).unwrap();
        let (major, others) = brands.split_first().unwrap();
        let others: Vec<u8> = others.iter().flat_map(|brand| **brand).collect();
        [&length.to_be_bytes()[..], b"ftyp", *major, &[0; 4], &others, b"\0\0\0\x08mdat"].concat()
    }

    fn kind(brands: &[&[u8; 4]]) -> FileKind {
        FileKind::sniff(&ftyp(brands))
    }

    #[test]
    fn pictures_of_telephones_are_heic_whatever_their_brand() {
        for major in [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"mif2", b"msf1", b"MiHE", b"MiHB"] {
            assert_eq!(kind(&[major, b"mif1", b"heic", b"miaf"]), FileKind::HEIC, "{}", major.escape_ascii());
            assert_eq!(kind(&[major]), FileKind::HEIC, "{}", major.escape_ascii());
        }
        assert_eq!(kind(&[b"new1", b"mif1", b"heic"]), FileKind::HEIC);
    }

    #[test]
    fn av1_is_avif() {
        for brands in [&[b"avif"][..], &[b"avis", b"avif"], &[b"mif1", b"avif", b"miaf"], &[b"new1", b"miaf", b"avif"]]
        {
            assert_eq!(kind(brands), FileKind::AVIF, "{brands:?}");
        }
    }

    #[test]
    fn videos_stay_videos() {
        for brands in [&[b"isom", b"iso2", b"avc1", b"mp41"][..], &[b"iso6", b"mif1"], &[b"new1", b"isom", b"mif1"]] {
            assert_eq!(kind(brands), FileKind::MP4, "{brands:?}");
        }
        assert_eq!(kind(&[b"qt  "]), FileKind::MOV);
        assert_eq!(kind(&[b"new1", b"new2"]), FileKind::MP4);
    }
}

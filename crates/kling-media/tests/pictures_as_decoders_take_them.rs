//! A picture is taken where every decoder shows it, refused where they refuse it, and called what it is.

mod support;

use kling_media::{Damage, Facts, FileKind, Input, Limits, Misfit};
use support::{chunk, jpeg, part, png};

fn size(file: &[u8]) -> (u32, u32) {
    let facts = Facts::read(file).unwrap_or_else(|misfit| panic!("{misfit}"));
    assert_eq!(Input::from_bytes(file.to_vec()).check(&Limits::LEGACY_IMAGE), Ok(Some(facts)));
    (facts.width, facts.height)
}

/// A JPEG with something before the marker of its n-th segment.
fn jpeg_with(junk: &[u8], segment: usize) -> Vec<u8> {
    let file = jpeg(640, 480);
    let at = [2, 20, 33][segment];
    [&file[..at], junk, &file[at..]].concat()
}

#[test]
fn a_jpeg_may_lack_its_end_marker() {
    let file = jpeg(640, 480);
    assert_eq!(file[file.len() - 2..], *b"\xff\xd9");
    assert_eq!(size(&file[..file.len() - 2]), (640, 480));
}

#[test]
fn a_jpeg_may_hold_junk_between_its_segments() {
    for junk in [&[0; 18][..], b"\0", b"Exif", b"\xff\0\xff\0", b"\xff\xff\xff", b"\xff\x18", b"\xff\x4f\0\0"] {
        for segment in 0..3 {
            assert_eq!(size(&jpeg_with(junk, segment)), (640, 480), "{junk:?} before segment {segment}");
        }
    }
}

#[test]
fn a_jpeg_may_be_followed_by_a_trailer() {
    // What Samsung's cameras write, and a second picture.
    for trailer in [&b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_DataSEFHk\0\0\0SEFT"[..], &jpeg(64, 64), &[0; 4096]] {
        assert_eq!(size(&[&jpeg(640, 480), trailer].concat()), (640, 480));
    }
}

#[test]
fn a_png_with_a_wrong_checksum_is_refused_as_libpng_does() {
    let whole = png(640, 480);
    for kind in [b"IHDR", b"IDAT", b"IEND"] {
        let mut file = whole.clone();
        let at = file.windows(4).position(|window| window == kind).unwrap();
        // The last byte of its checksum.
        let length = u32::from_be_bytes(file[at - 4..at].try_into().unwrap());
        file[at + 4 + usize::try_from(length).unwrap() + 3] ^= 1;
        assert_eq!(Facts::read(&file), Err(Misfit::Damaged(Damage::Checksum)), "{}", kind.escape_ascii());
    }
    // What a picture can do without is skipped by libpng where it is damaged.
    let mut text = chunk(*b"tEXt", b"Comment\0hello");
    *text.last_mut().unwrap() ^= 1;
    assert_eq!(size(&[&whole[..33], &text, &whole[33..]].concat()), (640, 480));
}

#[test]
fn what_telephones_take_is_told_as_heic_or_avif() {
    let kind = |brands: &[&[u8; 4]]| {
        let brands = [brands[0], b"\0\0\0\0"].into_iter().chain(brands[1..].iter().copied()).copied();
        let file = [part(*b"ftyp", &brands.collect::<Vec<_>>().concat()), part(*b"meta", &[0; 300])].concat();
        match Input::from_bytes(file).check(&Limits::LEGACY_IMAGE) {
            Err(Misfit::Kind { found, .. }) => found,
            other => panic!("{other:?}"),
        }
    };
    for major in [b"MiHE", b"heim", b"heic", b"heix", b"heis", b"mif1", b"msf1", b"hevc"] {
        assert_eq!(kind(&[major, b"mif1", b"heic", b"miaf"]), FileKind::HEIC, "{}", major.escape_ascii());
    }
    assert_eq!(kind(&[b"avif", b"mif1", b"miaf"]), FileKind::AVIF);
    assert_eq!(kind(&[b"mif1", b"avif"]), FileKind::AVIF);
}

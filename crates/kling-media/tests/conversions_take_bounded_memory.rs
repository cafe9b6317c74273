//! Promises 7 and 9: a picture that has to be converted takes at most what is stated, and gives it back; one that would
//! take more is refused from its header. One test, because the peak is the process's.

mod support;

use std::fs;

use kling_media::{CONVERSION_MEMORY, Damage, Input, Limits, LinkPolicy, MediaError, Misfit, Prepared};
use support::{chunk, downloader};

const MIB: usize = 1024 * 1024;

/// A figure of the process's memory, in bytes.
fn memory(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches([':', ' ', '\t']).trim_end_matches(" kB").trim().parse::<usize>().unwrap() * 1024
}

async fn prepare(file: Vec<u8>) -> Result<Prepared, MediaError> {
    Input::from_bytes(file).prepare(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE).await
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap();
    [&[0xff, marker][..], &length.to_be_bytes(), body].concat()
}

/// A grey JPEG in colour, turned by a quarter and of more than 10 MB. Its tables have one code, of one bit.
fn large_jpeg(width: u16, height: u16, is_progressive: bool) -> Vec<u8> {
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let frame =
        [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]].concat();
    let table = |place: u8| segment(0xc4, &[&[place, 1][..], &[0; 15], &[0]].concat());
    let last = if is_progressive { 0 } else { 63 };
    let blocks = usize::from(width).div_ceil(8) * usize::from(height).div_ceil(8) * 3;
    let bits = if is_progressive { blocks } else { blocks * 2 };
    let mut file = [
        vec![0xff, 0xd8],
        segment(0xe1, exif),
        segment(0xdb, &[&[0][..], &[1; 64]].concat()),
        segment(if is_progressive { 0xc2 } else { 0xc0 }, &frame),
        table(0x00),
        table(0x10),
    ]
    .concat();
    let comment = segment(0xfe, &vec![b' '; 60_000]);
    while file.len() < 10 * MIB + 1000 {
        file.extend_from_slice(&comment);
    }
    file.extend_from_slice(&segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, last, 0]));
    file.resize(file.len() + bits.div_ceil(8), 0);
    file.extend_from_slice(&[0xff, 0xd9]);
    file
}

fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let png = {
        let header = [&60_000_u32.to_be_bytes()[..], &60_000_u32.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        let data = chunk(*b"IDAT", &vec![0; 11 * MIB]);
        [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &header), &data, &chunk(*b"IEND", b"")].concat()
    };
    let gif =
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02\x44\x01\0;".to_vec();
    let bmp = {
        let head = [&b"BM"[..], &[0; 8], &54_u32.to_le_bytes(), &40_u32.to_le_bytes()].concat();
        let sides = [&30_000_u32.to_le_bytes()[..], &30_000_u32.to_le_bytes()].concat();
        [&head[..], &sides, &[1, 0, 24, 0], &[0; 24], &[0; 100]].concat()
    };
    let tiff = {
        let entry = |tag: u16, value: u32| [&tag.to_le_bytes()[..], &[4, 0, 1, 0, 0, 0], &value.to_le_bytes()].concat();
        let entries =
            [(256, 60_000), (257, 60_000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 60_000), (279, 100)];
        let entries: Vec<u8> = entries.iter().flat_map(|(tag, value)| entry(*tag, *value)).collect();
        [&b"II\x2a\0\x08\0\0\0\x09\0"[..], &entries, &[0; 200]].concat()
    };
    let webp = b"RIFF\x20\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xfe\xbf\xff\x0f\0\0\0\0\0".to_vec();
    vec![
        ("png", png),
        ("gif", gif),
        ("bmp", bmp),
        ("tiff", tiff),
        ("webp", webp),
        ("jpeg", large_jpeg(60_000, 60_000, true)),
    ]
}

#[tokio::test]
async fn a_picture_takes_what_is_stated_and_a_bomb_nothing() {
    // A small picture that says it is, and a huge one within it.
    let frame =
        [&[0, 0, 0, 0x9d, 1, 0x2a][..], &16_383_u16.to_le_bytes(), &16_383_u16.to_le_bytes(), &[0; 40]].concat();
    let extended = [&b"VP8X\x0a\0\0\0\0\0\0\0"[..], &[0x8f, 1, 0], &[0x8f, 1, 0]].concat();
    let inner = [&b"WEBP"[..], &extended, b"VP8 ", &u32::try_from(frame.len()).unwrap().to_le_bytes(), &frame].concat();
    let hidden = [&b"RIFF"[..], &u32::try_from(inner.len()).unwrap().to_le_bytes(), &inner].concat();
    let bombs = bombs();
    let before = memory("VmHWM");
    let error = prepare(hidden).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::Damaged(Damage::Malformed))), "{error}");
    for (kind, bomb) in bombs {
        let error = prepare(bomb).await.unwrap_err();
        assert!(matches!(error, MediaError::Unfit(Misfit::TooManyPixels { .. })), "{kind}: {error}");
    }
    // The copies of a file of 11 MB.
    let taken = memory("VmHWM") - before;
    assert!(taken < 40 * MIB, "{} MiB were taken for bombs", taken / MIB);

    // 48 million pixels, as telephones take them, and 24 million in several passes. Without optimization that takes long.
    let sizes = if cfg!(debug_assertions) { [(4600, 4000), (4400, 4000)] } else { [(8000, 6000), (6000, 4000)] };
    for ((width, height), is_progressive) in sizes.into_iter().zip([false, true]) {
        let file = large_jpeg(width, height, is_progressive);
        let before = memory("VmRSS");
        let prepared = prepare(file).await.unwrap();
        let to = prepared.conversion().unwrap().to;
        assert!(to.width < to.height && u64::from(to.width) * u64::from(to.height) <= 4096 * 4096, "{to:?}");
        drop(prepared);
        let peak = memory("VmHWM");
        assert!(peak < 256 * MIB && peak < before + usize::try_from(CONVERSION_MEMORY).unwrap(), "{} MiB", peak / MIB);
        let kept = memory("VmRSS").saturating_sub(before);
        assert!(kept < 64 * MIB, "{} MiB were not given back", kept / MIB);
    }
}

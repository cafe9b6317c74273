use kling_sim::{SAMPLE_MP4, SAMPLE_PNG};

/// The boxes of a stretch of an MP4 file (ISO/IEC 14496-12): type and content.
fn boxes(mut bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let size = number(bytes, 0);
        let (this, rest) = bytes.split_at(size);
        found.push((&this[4..8], &this[8..]));
        bytes = rest;
    }
    found
}

fn number(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

fn child<'a>(bytes: &'a [u8], path: &[&[u8]]) -> &'a [u8] {
    path.iter().fold(bytes, |bytes, name| boxes(bytes).into_iter().find(|(kind, _)| kind == name).unwrap().1)
}

#[test]
fn the_video_can_start_before_it_is_whole() {
    let kinds: Vec<_> = boxes(SAMPLE_MP4).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds[0], b"ftyp");
    let position = |name: &[u8]| kinds.iter().position(|kind| *kind == name).unwrap();
    assert!(position(b"moov") < position(b"mdat"), "the index comes before the data");
}

#[test]
fn the_video_is_five_seconds_of_h264() {
    // Version and flags, creation, modification, timescale, duration.
    let header = child(SAMPLE_MP4, &[b"moov", b"mvhd"]);
    let millis = number(header, 16) * 1000 / number(header, 12);
    assert!((5000..5100).contains(&millis), "{millis}");
    let descriptions = child(SAMPLE_MP4, &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"]);
    assert_eq!(boxes(&descriptions[8..])[0].0, b"avc1");
    // Version and flags, sample size (0: they differ), count.
    let sizes = child(SAMPLE_MP4, &[b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz"]);
    let frames = number(sizes, 8);
    assert_eq!(frames, 121);
    let total: usize = (0..frames).map(|frame| number(sizes, 12 + 4 * frame)).sum();
    assert_eq!(total, child(SAMPLE_MP4, &[b"mdat"]).len(), "the data is whole");
    assert!(SAMPLE_MP4.len() < 60_000);
}

#[test]
fn the_picture_is_large_enough_for_every_image_input() {
    assert_eq!(&SAMPLE_PNG[..8], b"\x89PNG\r\n\x1a\n");
    assert_eq!(&SAMPLE_PNG[12..16], b"IHDR");
    assert_eq!((number(SAMPLE_PNG, 16), number(SAMPLE_PNG, 20)), (320, 320));
    assert!(SAMPLE_PNG.ends_with(b"IEND\xaeB`\x82"));
}

//! A video's measures are read from its headers, in every form that cameras and encoders write.

mod support;

use kling_media::{Damage, Facts, FileKind, Input, Limits, MAX_MOVIE_HEADER_BYTES, Misfit, MovieScanner};
use support::{Video, part};

fn read(video: &Video) -> Facts {
    Facts::read(&video.file()).unwrap()
}

fn damage(file: &[u8]) -> Damage {
    match Facts::read(file) {
        Err(Misfit::Damaged(damage)) => damage,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_real_video_tells_its_measures() {
    let facts = Facts::read(kling_sim::SAMPLE_MP4).unwrap();
    assert_eq!((facts.kind, facts.bytes), (FileKind::MP4, kling_sim::SAMPLE_MP4.len() as u64));
    assert_eq!((facts.width, facts.height), (320, 180));
    // 121 frames at 24 a second.
    assert!((facts.seconds.unwrap() - 121.0 / 24.0).abs() < 1e-3, "{facts:?}");
    assert!((facts.frame_rate.unwrap() - 24.0).abs() < 1e-9, "{facts:?}");
}

#[test]
fn short_and_long_headers_say_the_same() {
    let short = read(&Video::default());
    assert_eq!((short.width, short.height, short.seconds, short.frame_rate), (1280, 720, Some(5.0), Some(24.0)));
    let long = read(&Video { long: true, ..Video::default() });
    assert_eq!((long.seconds, long.frame_rate), (short.seconds, short.frame_rate));
    assert_eq!((long.width, long.height), (1280, 720));
}

#[test]
fn a_turned_video_is_measured_as_it_is_shown() {
    for long in [false, true] {
        let facts = read(&Video { turned: true, long, ..Video::default() });
        assert_eq!((facts.width, facts.height), (720, 1280));
    }
}

#[test]
fn uneven_frames_count_on_average() {
    let facts = read(&Video { frames: vec![(30, 20), (30, 30), (1, 0)], ..Video::default() });
    assert_eq!((facts.seconds, facts.frame_rate), (Some(2.5), Some(61.0 / 2.5)));
}

#[test]
fn quicktime_and_apples_mp4_are_told_by_their_brand() {
    assert_eq!(read(&Video { brand: *b"qt  ", ..Video::default() }).kind, FileKind::MOV);
    assert_eq!(read(&Video { brand: *b"M4V ", ..Video::default() }).kind, FileKind::MP4);
    let checked = Input::from_bytes(Video { brand: *b"M4V ", ..Video::default() }.file());
    assert!(checked.check(&Limits::LEGACY_OMNI_VIDEO).unwrap().is_some());
}

#[test]
fn boxes_may_be_long_unknown_or_reach_to_the_end() {
    let video = Video::default();
    let long_form = [&1_u32.to_be_bytes()[..], b"mdat", &5016_u64.to_be_bytes(), &[7; 5000]].concat();
    let to_the_end = [&0_u32.to_be_bytes()[..], b"mdat", &[7; 5000]].concat();
    for data in [long_form, to_the_end] {
        let file = [video.head(), part(*b"free", b""), part(*b"uuid", &[1; 99]), video.index(), data].concat();
        assert_eq!(Facts::read(&file).unwrap().width, 1280);
    }
    // QuickTime ends lists with four bytes of nought.
    let index = video.index();
    let index = part(*b"moov", &[&index[8..], &[0; 4]].concat());
    let file = [video.head(), index, part(*b"mdat", b"7")].concat();
    assert_eq!(Facts::read(&file).unwrap().width, 1280);
}

#[test]
fn what_holds_no_picture_is_said_to() {
    let sound = Video { handler: *b"soun", ..Video::default() };
    assert_eq!(damage(&sound.file()), Damage::NothingToSee);
    assert_eq!(damage(&Video { width: 0, ..Video::default() }.file()), Damage::NothingToSee);
    let video = Video::default();
    assert_eq!(damage(&[video.head(), part(*b"mdat", &[7; 99])].concat()), Damage::CutOff);
    assert_eq!(damage(&[video.head(), video.index()].concat()), Damage::CutOff);
}

#[test]
fn lengths_are_not_believed() {
    let video = Video::default();
    let huge = [&u32::MAX.to_be_bytes()[..], b"moov", &[0; 100]].concat();
    assert_eq!(damage(&[video.head(), huge].concat()), Damage::HeadersTooLarge);
    let endless = [&1_u32.to_be_bytes()[..], b"moov", &u64::MAX.to_be_bytes(), &[0; 100]].concat();
    assert_eq!(damage(&[video.head(), endless].concat()), Damage::HeadersTooLarge);
    let tiny = [&4_u32.to_be_bytes()[..], b"free"].concat();
    assert_eq!(damage(&[video.head(), tiny, video.index()].concat()), Damage::Malformed);
    // More entries than there are.
    let mut file = video.file();
    let at = file.windows(4).position(|window| window == b"stts").unwrap() + 8;
    file[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(damage(&file), Damage::Malformed);
    // A child larger than its parent.
    let mut file = video.file();
    let at = file.windows(4).position(|window| window == b"mdia").unwrap() - 4;
    file[at..at + 4].copy_from_slice(&0x00ff_ffff_u32.to_be_bytes());
    assert_eq!(damage(&file), Damage::Malformed);
}

#[test]
fn deep_nesting_costs_nothing() {
    let mut nest = Vec::new();
    for _ in 0..2000 {
        nest = part(*b"moov", &nest);
    }
    let file = [Video::default().head(), nest, part(*b"mdat", b"7")].concat();
    assert_eq!(damage(&file), Damage::Malformed);
}

#[test]
fn a_stream_is_read_in_pieces_of_any_size() {
    let video = Video::default();
    let file = [video.head(), part(*b"mdat", &[7; 500]), video.index()].concat();
    for size in [1, 2, 7, 16, 333, 10_000] {
        let mut scanner = MovieScanner::new();
        let mut fed = 0;
        for piece in file.chunks(size) {
            scanner.feed(piece).unwrap();
            fed += piece.len();
            assert!(scanner.held() <= (2 * fed).min(MAX_MOVIE_HEADER_BYTES));
        }
        assert_eq!(scanner.movie().map(|movie| movie.width), Some(1280), "pieces of {size}");
        assert!(scanner.finish().is_ok(), "pieces of {size}");
    }
}

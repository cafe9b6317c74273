//! A video counts by what a player shows of it: its edits, its pieces, its main track, and nothing after its end.

mod support;

use kling_media::{Damage, Facts, FileKind, Limits, MAX_MOVIE_HEADER_BYTES, Misfit, MovieScanner};
use support::{Video, part};

fn read(file: &[u8]) -> Facts {
    Facts::read(file).unwrap_or_else(|misfit| panic!("{misfit}"))
}

fn damage(file: &[u8]) -> Damage {
    match Facts::read(file) {
        Err(Misfit::Damaged(damage)) => damage,
        other => panic!("{other:?}"),
    }
}

/// Fourteen seconds of media.
fn long_media(edits: &[(u32, i32)]) -> Video {
    Video { frames: vec![(336, 25)], edits: edits.to_vec(), ..Video::default() }
}

#[test]
fn edits_tell_what_is_shown() {
    for long in [false, true] {
        let seconds = |edits: &[(u32, i32)]| read(&Video { long, ..long_media(edits) }.file()).seconds;
        // Five seconds out of fourteen, as telephones keep what was cut away.
        assert_eq!(seconds(&[(3000, 1200)]), Some(5.0));
        assert_eq!(seconds(&[(1200, 0), (1800, 6000)]), Some(5.0));
        // A pause before the first frame is nothing of the film.
        assert_eq!(seconds(&[(600, -1), (3000, 0)]), Some(5.0));
        // Beyond the media's end there is nothing to show.
        assert_eq!(seconds(&[(60_000, 0)]), Some(14.0));
        // Nought is written by programs that do not know yet.
        assert_eq!(seconds(&[(0, 0)]), Some(14.0));
    }
    let facts = read(&long_media(&[(3000, 1200)]).file());
    assert_eq!(facts.frame_rate, Some(24.0));
    assert_eq!(Limits::LEGACY_O1_VIDEO.judge(&facts), Ok(()));
}

#[test]
fn an_edit_list_that_cannot_be_read_is_not_followed() {
    let mut file = long_media(&[(3000, 0)]).file();
    let at = file.windows(4).position(|window| window == b"elst").unwrap() + 8;
    file[at..at + 4].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(read(&file).seconds, Some(14.0));
}

/// `trex` for track 1: a frame is shown for 25 ticks unless a piece says otherwise.
fn extends() -> Vec<u8> {
    part(*b"trex", &[&[0; 4][..], &[0, 0, 0, 1], &[0, 0, 0, 1], &25_u32.to_be_bytes(), &[0; 8]].concat())
}

fn fragmented(frames: &[(u32, u32)], extends: Vec<u8>) -> Video {
    let timeless = frames.is_empty();
    Video { frames: frames.to_vec(), extends, timeless, ..Video::default() }
}

/// A piece of a fragmented file: of a track, so many frames by a `tfhd` and `trun` with these flags and contents.
fn piece_of(track: u8, header: (u32, &[u8]), count: u32, run: (u32, &[u8])) -> Vec<u8> {
    let tfhd = part(*b"tfhd", &[&header.0.to_be_bytes()[..], &[0, 0, 0, track], header.1].concat());
    let trun = part(*b"trun", &[&run.0.to_be_bytes()[..], &count.to_be_bytes(), run.1].concat());
    let traf = part(*b"traf", &[tfhd, trun].concat());
    let moof = part(*b"moof", &[part(*b"mfhd", &[0; 8]), traf].concat());
    [moof, part(*b"mdat", &[7; 100])].concat()
}

fn piece(count: u32) -> Vec<u8> {
    piece_of(1, (0, b""), count, (0, b""))
}

#[test]
fn pieces_are_added_up() {
    let start = |frames: &[(u32, u32)]| {
        let video = fragmented(frames, extends());
        [video.head(), video.index()].concat()
    };
    let facts = read(&[start(&[]), piece(48), piece(48), piece(24)].concat());
    assert_eq!((facts.width, facts.seconds, facts.frame_rate), (1280, Some(5.0), Some(24.0)));
    // The first two seconds stand in the index.
    let facts = read(&[start(&[(48, 25)]), part(*b"mdat", b"7"), piece(96)].concat());
    assert_eq!((facts.seconds, facts.frame_rate), (Some(6.0), Some(24.0)));
    // Other tracks run beside.
    let facts = read(&[start(&[]), piece(120), piece_of(2, (0, b""), 999, (0, b""))].concat());
    assert_eq!(facts.seconds, Some(5.0));
}

#[test]
fn pieces_say_how_long_their_frames_are_shown() {
    let video = fragmented(&[], extends());
    let start = [video.head(), video.index()].concat();
    // In their header, after a base offset and a description.
    let header = [&[0; 8][..], &[0, 0, 0, 1], &50_u32.to_be_bytes()].concat();
    let facts = read(&[start.clone(), piece_of(1, (0x0b, &header), 60, (0, b""))].concat());
    assert_eq!((facts.seconds, facts.frame_rate), (Some(5.0), Some(12.0)));
    // A frame at a time, beside its size, after an offset.
    let rows: Vec<u8> = [[0, 0, 2, 88, 0, 0, 0, 9]; 4].concat();
    let run = [&[0; 4][..], &rows].concat();
    let facts = read(&[start.clone(), piece_of(1, (0, b""), 4, (0x301, &run))].concat());
    assert_eq!((facts.seconds, facts.frame_rate), (Some(4.0), Some(1.0)));
    // A table that is not there makes the length unknown, and nothing else.
    let facts = read(&[start, piece_of(1, (0, b""), u32::MAX, (0x301, &run))].concat());
    assert_eq!((facts.width, facts.seconds, facts.frame_rate), (1280, None, None));
}

#[test]
fn a_length_told_in_advance_needs_no_pieces() {
    let mehd = part(*b"mehd", &[&[0; 4][..], &3600_u32.to_be_bytes()].concat());
    let video = fragmented(&[], [mehd, extends()].concat());
    let mut scanner = MovieScanner::new();
    scanner.feed(&[video.head(), video.index()].concat()).unwrap();
    assert!(scanner.is_settled());
    assert_eq!(scanner.movie().unwrap().seconds, Some(6.0));
    assert_eq!(read(&[video.head(), video.index(), piece(24)].concat()).seconds, Some(6.0));
}

#[test]
fn a_fragmented_film_is_read_in_pieces_of_any_size_within_its_memory() {
    let video = fragmented(&[], extends());
    let file = [vec![video.head(), video.index()], vec![piece(24); 40]].concat().concat();
    for size in [1, 7, 64, 5000] {
        let (mut scanner, mut fed) = (MovieScanner::new(), 0);
        for bytes in file.chunks(size) {
            scanner.feed(bytes).unwrap();
            fed += bytes.len();
            assert!(scanner.held() <= (2 * fed).min(MAX_MOVIE_HEADER_BYTES));
        }
        assert!(!scanner.is_settled());
        assert_eq!(scanner.movie().unwrap().seconds, None);
        assert_eq!(scanner.finish().unwrap().seconds, Some(40.0), "pieces of {size}");
    }
    let huge = [&0x7fff_0000_u32.to_be_bytes()[..], b"moof", &[0; 100]].concat();
    let mut scanner = MovieScanner::new();
    scanner.feed(&[file, huge].concat()).unwrap();
    assert_eq!(scanner.held(), 0);
}

#[test]
fn the_film_counts_and_not_its_cover() {
    let film = Video { track: 2, ..Video::default() };
    let cover = Video { width: 3000, height: 3000, frames: vec![(1, 3000)], ..Video::default() };
    let preview = Video { width: 320, height: 180, ..Video::default() };
    let disabled = Video { width: 3840, height: 2160, is_enabled: false, ..Video::default() };
    let sound = Video { handler: *b"soun", width: 0, ..Video::default() };
    for other in [&cover, &preview, &disabled, &sound] {
        for tracks in [[other.trak(), film.trak()], [film.trak(), other.trak()]] {
            let bytes = [film.head(), film.index_of(&tracks.concat()), part(*b"mdat", b"7")].concat();
            let facts = read(&bytes);
            assert_eq!((facts.width, facts.height, facts.seconds), (1280, 720, Some(5.0)), "{other:?}");
        }
    }
    // Alone it is better than nothing.
    assert_eq!(read(&disabled.file()).width, 3840);
}

#[test]
fn a_film_from_before_ftyp_is_a_mov() {
    let video = Video::default();
    for first in [part(*b"wide", b"qt  \0\0\x02\0qt  "), part(*b"wide", b""), part(*b"free", &[0; 99]), Vec::new()] {
        for rest in [[part(*b"mdat", &[7; 500]), video.index()], [video.index(), part(*b"mdat", &[7; 500])]] {
            let facts = read(&[first.clone(), rest.concat()].concat());
            assert_eq!((facts.kind, facts.width, facts.seconds), (FileKind::MOV, 1280, Some(5.0)));
        }
    }
}

#[test]
fn what_follows_the_end_is_not_looked_at() {
    let whole = Video::default().file();
    let huge_free = [&0x7000_0000_u32.to_be_bytes()[..], b"free", b"cut off"].concat();
    for after in [&[0; 4][..], &[0; 3], &[0; 500], b"\0\0\0\x04mark", b"SEFT", &huge_free, b"a few words by somebody"] {
        let facts = read(&[&whole[..], after].concat());
        assert_eq!((facts.width, facts.seconds), (1280, Some(5.0)), "{after:?}");
    }
    // A second index is skipped, as players do.
    assert_eq!(read(&[&whole[..], &Video { width: 64, ..Video::default() }.index()].concat()).width, 1280);
}

#[test]
fn what_is_cut_off_is_called_that() {
    let whole = Video::default().file();
    assert_eq!(damage(&whole[..whole.len() - 1]), Damage::CutOff);
    let video = fragmented(&[], extends());
    let pieces = [video.head(), video.index(), piece(48), piece(48)].concat();
    assert_eq!(damage(&pieces[..pieces.len() - 1]), Damage::CutOff);
    assert_eq!(damage(&pieces[..pieces.len() - 120]), Damage::CutOff);
}

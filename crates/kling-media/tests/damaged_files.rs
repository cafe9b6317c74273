//! Whatever the bytes are, reading them ends with measures or an error: no panic, and no more memory than is stated.

mod support;

use kling_media::{Facts, Input, Limits, MAX_MOVIE_HEADER_BYTES, Misfit, MovieScanner};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use support::{Video, jpeg, part, png};

const ROWS: [Limits; 6] = [
    Limits::LEGACY_IMAGE,
    Limits::IMAGE_TAIL,
    Limits::MASK,
    Limits::NEW_IMAGE,
    Limits::OMNI_REFERENCE_VIDEO,
    Limits::ELEMENT_VIDEO,
];

fn files() -> Vec<Vec<u8>> {
    let video = Video::default();
    vec![
        kling_sim::SAMPLE_PNG.to_vec(),
        png(300, 300),
        jpeg(600, 300),
        kling_sim::SAMPLE_MP4.to_vec(),
        video.file(),
        [video.head(), part(*b"mdat", &[7; 500]), video.index()].concat(),
        Video { long: true, turned: true, brand: *b"qt  ", ..video }.file(),
    ]
}

/// Feeds a file in pieces and holds the scanner to its bound.
fn scan(file: &[u8], piece: usize) -> Result<(), TestCaseError> {
    let mut scanner = MovieScanner::new();
    let mut fed = 0;
    for piece in file.chunks(piece) {
        fed += piece.len();
        let fed_well = scanner.feed(piece).is_ok();
        prop_assert!(scanner.held() <= (2 * fed).min(MAX_MOVIE_HEADER_BYTES));
        if !fed_well {
            break;
        }
    }
    Ok(())
}

fn look(file: &[u8], piece: usize) -> Result<(), TestCaseError> {
    scan(file, piece)?;
    let facts = Facts::read(file);
    if let Ok(facts) = facts {
        prop_assert!(facts.width > 0 && facts.height > 0);
        prop_assert!(facts.seconds.is_none_or(|seconds| seconds.is_finite() && seconds > 0.0));
        prop_assert!(facts.frame_rate.is_none_or(|rate| rate.is_finite() && rate > 0.0));
    }
    let input = Input::from_bytes(file.to_vec());
    for limits in &ROWS {
        if let Ok(checked) = input.check(limits) {
            prop_assert_eq!(checked, facts.ok());
        }
    }
    Ok(())
}

#[test]
fn every_cut_off_file_is_an_error() {
    for file in files() {
        assert!(Facts::read(&file).is_ok());
        // Decoders show a JPEG whose end is missing: where its scan has begun, only they can tell how much is there.
        let scan = file.windows(2).position(|pair| file.starts_with(b"\xff\xd8") && pair == b"\xff\xda");
        for end in 0..scan.map_or(file.len(), |scan| scan + 10) {
            let read = Facts::read(&file[..end]);
            assert!(matches!(read, Err(Misfit::Damaged(_) | Misfit::Kind { .. })), "{end} of {}: {read:?}", file.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_end_well(
        file in select(files()),
        changes in vec((any::<Index>(), any::<u8>()), 1..12),
        // The first bytes decide most.
        early in vec((0_usize..200, any::<u8>()), 0..4),
        piece in 1_usize..3000,
    ) {
        let (mut file, length) = (file.clone(), file.len());
        for (at, byte) in changes.iter().map(|(at, byte)| (at.index(length), *byte)).chain(early) {
            if let Some(place) = file.get_mut(at) {
                *place = byte;
            }
        }
        look(&file, piece)?;
    }

    #[test]
    fn spliced_files_end_well(one in select(files()), other in select(files()), cut: Index, from: Index) {
        let file = [&one[..cut.index(one.len())], &other[from.index(other.len())..]].concat();
        look(&file, 997)?;
    }

    #[test]
    fn any_length_in_any_place_ends_well(file in select(files()), at: Index, length in select(vec![0_u32, 1, 7, 8, 9, 15, 16, 0x7fff_ffff, 0x8000_0000, u32::MAX])) {
        let mut file = file;
        let at = at.index(file.len());
        for (place, byte) in file[at..].iter_mut().zip(length.to_be_bytes()) {
            *place = byte;
        }
        look(&file, 61)?;
    }

    #[test]
    fn random_bytes_end_well(start in select(vec![&b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff", b"\0\0\0\x14ftypisom", b""]), rest in vec(any::<u8>(), 0..600)) {
        look(&[start, &rest].concat(), 13)?;
    }

    #[test]
    fn random_text_and_json_end_well(text in ".{0,80}", mark: bool, url in "(https?://|/files/|data:|)[ -~]{0,40}") {
        let mut object = serde_json::json!({"url": url, "size": text.len()});
        if mark {
            object["dify_model_identity"] = "__dify__file__".into();
        }
        for value in [Value::from(text), Value::from(url), object.to_string().into(), object] {
            let one = Input::from_json(&value);
            // In a list of one, or in a list of lists, nothing changes.
            prop_assert_eq!(&Input::from_json(&Value::Array(vec![value.clone()])), &one);
            if let (Ok(one), Ok(list)) = (one, Input::list_from_json(&value)) {
                prop_assert_eq!(one.into_iter().collect::<Vec<_>>(), list);
            }
        }
    }
}

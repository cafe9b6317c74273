//! The seeds of the fuzz targets, among them every file that ever broke something, are read without a panic.

use std::fs;
use std::path::Path;

use kling_media::{Conversion, Facts, Input, Limits, MAX_MOVIE_HEADER_BYTES, MovieScanner};
use serde_json::Value;

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    let seeds = fs::read_dir(folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect::<Vec<_>>();
    assert!(!seeds.is_empty(), "{target}");
    seeds
}

#[test]
fn pictures() {
    let read = seeds("picture").iter().filter(|seed| Facts::read(seed).is_ok()).count();
    assert!(read >= 2, "some are good");
}

#[test]
fn conversions() {
    let seeds = seeds("conversion");
    let made = seeds.iter().filter(|seed| Conversion::make(seed, &Limits::MASK).is_ok()).count();
    assert!(made >= 6, "{made} are good");
}

#[test]
fn movies() {
    let mut good = 0;
    for seed in seeds("movie") {
        let (piece, file) = seed.split_first().unwrap();
        let mut scanner = MovieScanner::new();
        for piece in file.chunks(usize::from(*piece).max(1)) {
            let well = scanner.feed(piece);
            assert!(scanner.held() <= MAX_MOVIE_HEADER_BYTES);
            if well.is_err() {
                break;
            }
        }
        good += usize::from(Facts::read(file).is_ok());
    }
    assert!(good >= 2, "some are good");
}

#[test]
fn inputs() {
    let mut good = 0;
    for seed in seeds("input_json") {
        let text = String::from_utf8(seed).unwrap();
        let values = [Some(Value::from(text.clone())), serde_json::from_str(&text).ok()];
        for value in values.into_iter().flatten() {
            good += usize::from(Input::from_json(&value).is_ok());
            good += usize::from(Input::list_from_json(&value).is_ok());
        }
    }
    assert!(good >= 4, "some are good");
}

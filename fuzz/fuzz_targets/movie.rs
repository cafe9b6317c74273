//! The reader of MP4 and MOV headers: in one piece as in many, within its memory.
//!
//! The first byte is the length of the pieces, the others are the file.
#![no_main]

use kling_media::{Facts, Limits, MAX_MOVIE_HEADER_BYTES, MovieScanner};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((piece, file)) = data.split_first() else { return };
    let whole = scan(file, file.len().max(1));
    let pieces = scan(file, usize::from(*piece).max(1));
    assert_eq!(whole, pieces);
    if let Ok(facts) = Facts::read(file) {
        assert!(facts.width > 0 && facts.height > 0);
        assert!(facts.seconds.is_none_or(|seconds| seconds.is_finite() && seconds > 0.0));
        assert!(facts.frame_rate.is_none_or(|rate| rate.is_finite() && rate > 0.0));
        let _ = Limits::OMNI_REFERENCE_VIDEO.judge(&facts);
        let _ = Limits::ELEMENT_VIDEO.judge(&facts);
    }
});

/// What a scanner that is fed in pieces makes of a file.
fn scan(file: &[u8], piece: usize) -> Option<(u32, u32)> {
    let mut scanner = MovieScanner::new();
    let mut fed = 0;
    for piece in file.chunks(piece) {
        fed += piece.len();
        let well = scanner.feed(piece);
        assert!(scanner.held() <= (2 * fed).min(MAX_MOVIE_HEADER_BYTES));
        well.ok()?;
    }
    scanner.finish().ok().map(|movie| (movie.width, movie.height))
}

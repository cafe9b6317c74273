//! The reader of the host's lines: in one piece as in many, of any length, whatever they are.
//!
//! The first byte is the length of the pieces, the second adds to the longest line of 8 KiB, the others are the stream.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let [piece, limit, stream @ ..] = data else { return };
    // Less than 8 KiB would make a difference: so much is kept of a line that is too long.
    let limit = 8 * 1024 + usize::from(*limit);
    let whole = dify_plugin::fuzz::host_lines(stream, stream.len(), limit);
    let pieces = dify_plugin::fuzz::host_lines(stream, usize::from(*piece), limit);
    assert_eq!(whole, pieces);
    assert!(whole.len() <= stream.len());
});

//! The conversion of pictures: whatever a file holds, a file that Kling takes comes out of it, or a reason.
#![no_main]

use kling_media::{Conversion, Facts, Input, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    // Masks may have any shape, so that small files get far. Few pixels are encoded, however many are decoded.
    let mut limits = Limits::MASK;
    limits.max_area = Some(64 * 1024);
    if let Ok((made, conversion)) = Conversion::make(&with_checksums(file), &limits) {
        assert_eq!(Facts::read(&made), Ok(conversion.to));
        assert_eq!(Input::from_bytes(made).check(&limits), Ok(Some(conversion.to)));
    }
});

/// Nobody guesses the checksums of a PNG.
fn with_checksums(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    if !file.starts_with(b"\x89PNG\r\n\x1a\n") {
        return file;
    }
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4).and_then(|length| length.try_into().ok()).map(u32::from_be_bytes) {
        let end = at.saturating_add(8).saturating_add(length as usize);
        let Some(sum) = file.get(at + 4..end).map(crc32fast::hash) else { break };
        let Some(place) = file.get_mut(end..end + 4) else { break };
        place.copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
    file
}

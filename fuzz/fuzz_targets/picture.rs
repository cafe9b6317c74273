//! The readers of PNG and JPEG headers, and what is made of them.
#![no_main]

use kling_media::{Facts, Input, Limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    if let Ok(facts) = Facts::read(file) {
        assert!(facts.width > 0 && facts.height > 0);
        assert_eq!(facts.bytes, file.len() as u64);
    }
    let input = Input::from_bytes(file.to_vec());
    for limits in [Limits::LEGACY_IMAGE, Limits::IMAGE_TAIL, Limits::MASK, Limits::NEW_IMAGE] {
        if let Ok(checked) = input.check(&limits) {
            assert_eq!(checked, Facts::read(file).ok());
        }
    }
});

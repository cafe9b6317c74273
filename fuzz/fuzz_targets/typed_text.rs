//! Everything that reads what people and models type into text parameters: lists, ids, shots, links, references.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    kling_dify::fuzz::typed_text(text);
});

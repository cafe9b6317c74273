//! The reader of inputs: file objects, lists, links, `data:` URIs and Base64, as JSON or as plain text.
#![no_main]

use kling_media::{Input, Limits};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    read(&Value::from(text));
    if let Ok(value) = serde_json::from_str(text) {
        read(&value);
    }
});

fn read(value: &Value) {
    let one = Input::from_json(value);
    let several = Input::list_from_json(value);
    if let (Ok(one), Ok(several)) = (&one, &several) {
        // Lines of links are several where a list is wanted, and one odd link where not.
        assert!(several.len() != 1 || one.as_ref() == several.first());
    }
    for input in one.into_iter().flatten().chain(several.into_iter().flatten()) {
        let _ = input.check(&Limits::LEGACY_IMAGE);
        // Neither links nor content.
        assert!(format!("{input:?}").len() < 40);
    }
}

//! The seeds of the fuzz target, among them everything that ever broke something, are read without a panic.

use std::fs;
use std::path::Path;

#[test]
fn typed_texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/typed_text");
    let mut seeds = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let text = String::from_utf8(fs::read(entry.unwrap().path()).unwrap()).unwrap();
        assert!(kling_dify::fuzz::typed_text(&text) > 0 || text.starts_with("[[[["), "{text}");
        seeds += 1;
    }
    assert!(seeds >= 10, "{seeds}");
}

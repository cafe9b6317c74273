//! Promise 7: memory is bounded whatever a caller sends. One test, because the peak is the process's.

use std::fs;

use kling_media::Input;
use serde_json::Value;

/// Without optimization these take long to read.
const LONG: usize = if cfg!(debug_assertions) { 2_000_000 } else { 18_000_000 };

/// The most memory that the process held, in bytes.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

fn filled(open: &str, item: &str, close: &str) -> Value {
    let mut text = open.to_owned();
    while text.len() < LONG {
        text.push_str(item);
    }
    text.pop();
    text.push_str(close);
    text.into()
}

#[tokio::test]
async fn texts_full_of_values_take_no_more_memory_than_texts() {
    let texts = [
        filled("[", "{\"\":0},", "]"),
        filled("{", "\"\":0,", "}"),
        filled("{\"a\":[", "{\"\":0},", "]}"),
        filled("[", "null,", "]"),
        filled("[", "\"\",", "]"),
        filled("[", "0,", "]"),
        filled("[", "[],", "]"),
        filled("[[", "1,", "]]"),
        filled("", "[[", ""),
        filled("{\"a\":", "[[", ""),
        filled("", "{\"url\":", ""),
        filled("[\"https://a.example/", "x", "\"]"),
    ];
    let before = peak();
    for text in &texts {
        let (one, all) = (Input::read(Some(text)).await, Input::read_list(Some(text)).await);
        let begin: String = text.as_str().unwrap().chars().take(12).collect();
        // Each is nothing, no file, or one link.
        assert!(!matches!(one, Ok(Some(_))) || begin.contains("https"), "{begin}");
        assert!(all.is_err() || all.is_ok_and(|all| all.len() <= 1), "{begin}");
    }
    // A tree of values takes sixty times the text.
    let taken = peak() - before;
    assert!(taken < 8 * LONG, "{taken} bytes were taken for texts of {LONG}");
}

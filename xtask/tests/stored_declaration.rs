//! The declaration is reckoned as Dify's daemon stores it, and takes no more than this repository allows itself.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::declaration::{Declaration, MAX_STORED_BYTES, ensure_fits, yaml};
use xtask::project;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/declaration")
}

#[test]
fn it_is_what_the_daemon_stores_byte_for_byte() {
    // Written by dify-plugin-daemon 0.6.10: its decoder, then `json.Marshal`.
    let expected = include_str!("fixtures/declaration/stored.json");
    assert_eq!(Declaration::read(&fixture()).unwrap().stored().unwrap(), expected);
}

#[test]
fn texts_are_told_from_other_things() {
    // Or the rules for the YAML would hold for nothing.
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("it.yaml"), "a: \"3\"\nb: 3\nc: on\nn: n\ne: \"true\"\nf: true\n").unwrap();
    let read: Value = yaml(folder.path(), "it.yaml").unwrap();
    assert_eq!(read, json!({"a": "3", "b": 3, "c": "on", "n": "n", "e": "true", "f": true}));
}

#[test]
fn a_missing_file_is_named() {
    let refusal = Declaration::read(&fixture().join("tools")).unwrap_err().to_string();
    assert_eq!(refusal, "manifest.yaml cannot be read");
}

#[test]
fn this_plugin_keeps_within_its_limit() {
    let stored = Declaration::read(&project::root().join("plugin")).unwrap().stored().unwrap();
    let bytes = ensure_fits(&stored).unwrap();
    // All of its tools are in it.
    assert!(bytes > MAX_STORED_BYTES / 2, "{bytes} bytes");
}

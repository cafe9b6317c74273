//! The plugin's declaration keeps Dify's rules, and takes no more than this repository allows itself.

use std::fs;

use dify_plugin::declaration::{Folder, check};
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::declaration::{Declaration, MAX_STORED_BYTES, ensure_fits, yaml};
use xtask::project;

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
    let refusal = Declaration::read(TempDir::new().unwrap().path()).unwrap_err().to_string();
    assert_eq!(refusal, "manifest.yaml: names manifest.yaml, which is missing");
}

#[test]
fn this_plugin_keeps_every_rule() {
    let report = check(&Folder::new(project::root().join("plugin")));
    assert_eq!(report.findings, []);
}

#[test]
fn this_plugin_keeps_within_its_limit() {
    let stored = Declaration::read(&project::root().join("plugin")).unwrap().stored().unwrap();
    let bytes = ensure_fits(&stored).unwrap();
    // All of its tools are in it.
    assert!(bytes > MAX_STORED_BYTES / 2, "{bytes} bytes");
}

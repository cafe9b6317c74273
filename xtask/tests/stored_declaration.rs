//! The plugin's declaration keeps Dify's rules.

use std::fs;

use dify_plugin::declaration::{Folder, check};
use serde_json::{Value, json};
use tempfile::TempDir;
use xtask::declaration::{Declaration, yaml};
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
fn all_tools_are_stored() {
    let declaration = Declaration::read(&project::root().join("plugin")).unwrap();
    let stored: Value = serde_json::from_str(&declaration.stored().unwrap()).unwrap();
    assert_eq!(stored["tool"]["tools"].as_array().unwrap().len(), declaration.tools().len());
    assert_eq!(declaration.tools().len(), 17);
}

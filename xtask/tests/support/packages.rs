//! Small packages, right and wrong.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::LazyLock;

use xtask::difypkg::PrivateKey;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Names and contents.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// A package that breaks no rule, sorted by name.
pub(crate) fn small() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/small_package");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The small package with one file more, or another content for one of its own.
pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Files {
    let mut files = without(name);
    files.push((name.to_owned(), content.as_ref().to_vec()));
    files
}

/// The small package without a file.
pub(crate) fn without(name: &str) -> Files {
    let mut files = small();
    files.retain(|(there, _)| there != name);
    files
}

/// The small package with other words in one of its files.
pub(crate) fn reworded(name: &str, from: &str, to: &str) -> Files {
    let mut files = small();
    let (_, content) = files.iter_mut().find(|(there, _)| there == name).unwrap();
    let text = String::from_utf8(content.clone()).unwrap();
    assert!(text.contains(from), "{name} does not say {from}");
    *content = text.replace(from, to).into_bytes();
    files
}

/// A zip of the files, in their order.
pub(crate) fn zip(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        if let Some(folder) = name.strip_suffix('/') {
            zip.add_directory(folder, SimpleFileOptions::default()).unwrap();
        } else {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// The same bytes with every occurrence of some replaced by others of the same length.
pub(crate) fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<_> = (0..=bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty(), "{} is not in it", from.escape_ascii());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// A key for tests: as short as is allowed, because it is made anew each time.
pub(crate) static KEY: LazyLock<PrivateKey> = LazyLock::new(|| PrivateKey::generate(1024).unwrap());

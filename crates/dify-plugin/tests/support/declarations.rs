//! A declaration that has every field once, and what becomes of it when something is changed.

#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the declaration.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/declaration")
}

/// The files of a package, in memory.
#[derive(Clone)]
pub(crate) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Those of the declaration that has every field once.
    pub(crate) fn whole() -> Self {
        let mut files = BTreeMap::new();
        collect(&folder(), "", &mut files);
        Self(files)
    }

    /// Replaces what stands once in a file.
    pub(crate) fn edit(&mut self, file: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.0[file].clone()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {file}");
        self.put(file, text.replace(from, to));
    }

    pub(crate) fn put(&mut self, file: &str, content: impl Into<Vec<u8>>) {
        self.0.insert(file.to_owned(), content.into());
    }

    pub(crate) fn remove(&mut self, file: &str) {
        assert!(self.0.remove(file).is_some(), "there is no {file}");
    }

    /// As the archive of a package gives them.
    pub(crate) fn source(&self) -> impl Fn(&str) -> io::Result<Vec<u8>> {
        |path| self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).unwrap());
        }
    }
}

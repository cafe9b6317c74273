//! Where the files of a declaration come from.

use std::fs;
use std::io;
use std::path::PathBuf;

/// The files of a package: a folder, a zip, or any `Fn(&str) -> io::Result<Vec<u8>>`.
pub trait Source {
    /// The bytes of a file. Paths are relative to the package's root, separated by `/`, without `.` and `..`.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] for a file that is not there.
    fn read(&self, path: &str) -> io::Result<Vec<u8>>;
}

impl<F: Fn(&str) -> io::Result<Vec<u8>>> Source for F {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        self(path)
    }
}

/// A folder: an unpacked package, or what becomes one.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder that holds `manifest.yaml`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }
}

impl Source for Folder {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        fs::read(self.0.join(path))
    }
}

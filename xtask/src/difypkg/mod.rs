//! A package as Dify reads it: its files, its identity and its signature.

mod archive;
mod finding;
mod identity;
mod keys;
mod signature;

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, bail};

pub use archive::Archive;
pub use finding::{Enforcer, Finding, Severity};
pub(crate) use identity::is_version;
pub use identity::{Manifest, Meta, Runner, hex, sha256};
pub use keys::{PrivateKey, PublicKey};
pub use signature::{Category, Signature, VERIFICATION_FILE, signed_message};

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/`.
    pub name: String,
    /// What is in it.
    pub content: Vec<u8>,
    /// Its Unix mode, where the archive tells one. Dify's daemon takes no notice.
    pub mode: Option<u32>,
}

/// A package whose archive breaks none of the daemon's rules: each name leads to one file inside.
#[derive(Debug, Clone)]
pub struct Package {
    entries: Vec<Entry>,
    comment: Vec<u8>,
}

impl Package {
    /// Reads a package file.
    ///
    /// # Errors
    /// As [`Package::read`], and when the file is missing.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(&read_file(path)?).with_context(|| path.display().to_string())
    }

    /// Reads a package.
    ///
    /// # Errors
    /// When it is no zip, is cut short, or an entry breaks a rule.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        Archive::read(bytes)?.into_package()
    }

    /// Its files, in the archive's order, which a signature covers.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The content of a file.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| entry.content.as_slice())
    }

    /// The bytes of all files together.
    pub fn unpacked_size(&self) -> u64 {
        self.entries.iter().map(|entry| entry.content.len() as u64).sum()
    }

    /// The signature in the archive's comment. A package without a comment has none.
    ///
    /// # Errors
    /// When the comment is no signature.
    pub fn signature(&self) -> Result<Option<Signature>> {
        (!self.comment.is_empty()).then(|| Signature::parse(&self.comment)).transpose()
    }
}

/// The bytes of a file that someone named.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!("there is no file {}", path.display()),
        read => read.with_context(|| format!("{} cannot be read", path.display())),
    }
}

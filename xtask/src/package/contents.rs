//! What goes into the package, and nothing else.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::arch::Arch;
use crate::project::BINARY;

/// Files of the repository's root that belong to the package.
const FROM_THE_ROOT: [&str; 2] = ["LICENSE", "PRIVACY.md"];

/// Files of the package that differ from the repository's, by path.
pub type Changes = BTreeMap<String, Change>;

/// How a file of the package differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It has another text.
    Text(String),
    /// It is there besides: what another file of the package is in the repository.
    CopyOf(String),
    /// It is left out.
    LeftOut,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the package, with `/`.
    pub path: String,
    /// What is in it.
    pub source: Source,
    /// Its bytes.
    pub size: u64,
}

/// Where a file's content comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file as it is.
    File(PathBuf),
    /// This text.
    Text(String),
}

impl Source {
    /// The content.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::File(path) => fs::read(path),
            Self::Text(text) => Ok(text.clone().into_bytes()),
        }
    }
}

/// Everything under `plugin/` of a repository except hidden files and Python's leftovers, `PRIVACY.md`, `LICENSE`, and
/// the binaries as `bin/<arch>/kling-aigc`, with the changes; sorted bytewise by path.
///
/// # Errors
/// When a file is missing, is anything but a file or a folder, two would have one path, or a change changes nothing.
pub fn collect(root: &Path, binaries: &[(Arch, &Path)], changes: &Changes) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    walk(&root.join("plugin"), "", &mut entries)?;
    for name in FROM_THE_ROOT {
        entries.push(entry(name.to_owned(), root.join(name))?);
    }
    for (arch, binary) in binaries {
        entries.push(entry(format!("bin/{arch}/{BINARY}"), binary.to_path_buf())?);
    }
    let mut entries = changed(entries, changes)?;
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut pairs = entries.iter().zip(entries.iter().skip(1));
    if let Some((twice, _)) = pairs.find(|(a, b)| a.path == b.path) {
        bail!("{} would be in the package twice", twice.path);
    }
    Ok(entries)
}

fn changed(mut entries: Vec<Entry>, changes: &Changes) -> Result<Vec<Entry>> {
    let find = |path: &str| {
        let found = entries.iter().find(|entry| entry.path == path);
        found.cloned().with_context(|| format!("{path} is not in plugin/"))
    };
    let mut added = Vec::new();
    for (path, change) in changes {
        match change {
            Change::Text(text) => {
                let (source, size) = (Source::Text(text.clone()), text.len() as u64);
                added.push(Entry { source, size, ..find(path)? });
            }
            Change::CopyOf(original) => added.push(Entry { path: path.clone(), ..find(original)? }),
            Change::LeftOut => drop(find(path)?),
        }
    }
    entries.retain(|entry| !matches!(changes.get(&entry.path), Some(Change::Text(_) | Change::LeftOut)));
    entries.extend(added);
    Ok(entries)
}

fn walk(folder: &Path, prefix: &str, entries: &mut Vec<Entry>) -> Result<()> {
    let listing = fs::read_dir(folder).with_context(|| format!("{} cannot be listed", folder.display()))?;
    for item in listing {
        let item = item?;
        let source = item.path();
        let name = item.file_name().into_string().ok();
        let name = name.with_context(|| format!("the name of {} is not Unicode", source.display()))?;
        if is_leftover(&name) {
            continue;
        }
        let path = format!("{prefix}{name}");
        let kind = item.file_type()?;
        if kind.is_dir() {
            walk(&source, &format!("{path}/"), entries)?;
        } else {
            ensure!(kind.is_file(), "{} is neither a file nor a folder", source.display());
            entries.push(entry(path, source)?);
        }
    }
    Ok(())
}

fn is_leftover(name: &str) -> bool {
    name.starts_with('.') || name == "__pycache__" || Path::new(name).extension().is_some_and(|end| end == "pyc")
}

fn entry(path: String, source: PathBuf) -> Result<Entry> {
    let found = fs::metadata(&source).with_context(|| format!("{} is missing", source.display()))?;
    Ok(Entry { path, size: found.len(), source: Source::File(source) })
}

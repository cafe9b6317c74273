//! What goes into the package, and nothing else.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::arch::Arch;
use crate::project::BINARY;

/// Files of the repository's root that belong to the package.
const FROM_THE_ROOT: [&str; 2] = ["LICENSE", "PRIVACY.md"];

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the package, with `/`.
    pub path: String,
    /// Where it is now.
    pub source: PathBuf,
    /// Its bytes.
    pub size: u64,
}

/// Everything under `plugin/` of a repository except hidden files and Python's leftovers, `PRIVACY.md`, `LICENSE`, and
/// the binary as `bin/<arch>/kling-aigc`; sorted bytewise by path.
///
/// # Errors
/// When a file is missing, is anything but a file or a folder, or two would have one path.
pub fn collect(root: &Path, binary: &Path, arch: Arch) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    walk(&root.join("plugin"), "", &mut entries)?;
    for name in FROM_THE_ROOT {
        entries.push(entry(name.to_owned(), root.join(name))?);
    }
    entries.push(entry(format!("bin/{}/{BINARY}", arch.name()), binary.to_owned())?);

    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut pairs = entries.iter().zip(entries.iter().skip(1));
    if let Some((twice, _)) = pairs.find(|(a, b)| a.path == b.path) {
        bail!("{} would be in the package twice", twice.path);
    }
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
    Ok(Entry { path, size: found.len(), source })
}

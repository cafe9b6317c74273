//! `cargo xtask keygen`: a pair of keys to sign packages with.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::difypkg::PrivateKey;
use crate::{project, say};

/// As the keys of Dify's own tool.
pub const BITS: usize = 4096;

/// Where the keys go.
#[derive(Debug, Args)]
pub struct Options {
    /// Where to write the keys: `NAME.private.pem` and `NAME.public.pem`
    pub name: PathBuf,
}

/// Makes a pair of keys and writes it.
///
/// # Errors
/// As [`write_pair`].
pub fn run(options: &Options) -> Result<()> {
    // First, because a key takes seconds.
    ensure_free(&options.name)?;
    let key = PrivateKey::generate(BITS)?;
    let (private, public) = write_pair(&options.name, &key)?;
    say::line("private key", format_args!("{}, for you alone: whoever has it can sign", private.display()));
    say::line("public key", format_args!("{}, for the administrators of Dify", public.display()));
    Ok(())
}

/// Writes `NAME.private.pem`, which only its owner may read, and `NAME.public.pem`; their paths come back.
///
/// # Errors
/// When one of them is there already, cannot be written, or would end up in the package.
pub fn write_pair(name: &Path, key: &PrivateKey) -> Result<(PathBuf, PathBuf)> {
    let (private, public) = ensure_free(name)?;
    write(&private, &key.pem()?, 0o600)?;
    write(&public, &key.public().pem()?, 0o644)?;
    Ok((private, public))
}

fn ensure_free(name: &Path) -> Result<(PathBuf, PathBuf)> {
    ensure!(name.file_name().is_some(), "{} is no name for a file", name.display());
    let with = |end: &str| {
        let mut path = name.as_os_str().to_owned();
        path.push(end);
        PathBuf::from(path)
    };
    let (private, public) = (with(".private.pem"), with(".public.pem"));
    for path in [&private, &public] {
        ensure!(!path.exists(), "{} is there already; keys are not overwritten", path.display());
    }
    let folder = name.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).with_context(|| format!("there is no folder {}", folder.display()))?;
    // All of it is packaged.
    let packaged = project::root().join("plugin");
    if fs::canonicalize(packaged).is_ok_and(|packaged| folder.starts_with(packaged)) {
        bail!("{} would be in the package; keep keys elsewhere", private.display());
    }
    Ok((private, public))
}

fn write(path: &Path, text: &str, mode: u32) -> Result<()> {
    let create = || -> io::Result<()> {
        let mut file: File = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    create().with_context(|| format!("{} cannot be written", path.display()))
}

//! `cargo xtask package`: from the sources to one file that Dify installs.

pub mod archive;
mod binary;
pub mod contents;
pub mod elf;
pub mod unpack;
mod version;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::arch::Arch;
use crate::declaration::{self, Declaration, MAX_STORED_BYTES, MYSQL_TEXT_BYTES};
use crate::{empty_root, project, say};

pub use version::manifest_version;

/// Writes the package and tells about it.
///
/// # Errors
/// As [`build`].
pub async fn run() -> Result<()> {
    build().await.map(drop)
}

/// Builds the binary, proves that it needs nothing from the machine it will run on, and writes
/// `dist/kling_aigc-<version>.difypkg`, whose path comes back. Tells what it does.
///
/// # Errors
/// When the versions differ, the declaration is wrong or too large, the build fails, the binary is not static or does
/// not run alone, or the package is too large.
pub async fn build() -> Result<PathBuf> {
    let arch = Arch::of_this_machine()?;
    version::check()?;
    let declaration = Declaration::read(&project::root().join("plugin"))?;
    let declared = declaration::ensure_fits(&declaration.stored()?)?;

    say::line("build", format_args!("{} for {}, static", project::BINARY, arch.target()));
    let binary = binary::build(arch)?;
    let verdict = empty_root::check(&binary).await.context("the binary does not run in an empty root")?;
    say::line("empty root", verdict);

    let entries = contents::collect(project::root(), &binary, arch)?;
    let unpacked = archive::unpacked_size(&entries)?;
    let bytes = archive::write(&entries)?;
    let path = project::root().join("dist").join(format!("{}-{}.difypkg", project::PLUGIN, project::VERSION));
    fs::create_dir_all(path.with_file_name("")).context("dist/ cannot be made")?;
    fs::write(&path, &bytes).with_context(|| format!("{} cannot be written", project::short(&path)))?;

    say::line("package", project::short(&path));
    say::line("size", say::size(bytes.len() as u64));
    say::line("unpacked", format_args!("{} in {} files", say::size(unpacked), entries.len()));
    let binary_size = fs::metadata(&binary)?.len();
    say::line("binary", format_args!("{}, static, {}", say::size(binary_size), arch.name()));
    tell_declaration(declared);
    Ok(path)
}

fn tell_declaration(bytes: usize) {
    let size = |bytes: usize| say::size(bytes as u64);
    let limit = size(MAX_STORED_BYTES);
    say::line("declaration", format_args!("{} ({bytes} bytes) as Dify stores it, of {limit}", size(bytes)));
    if bytes > MYSQL_TEXT_BYTES {
        let note =
            format!("PostgreSQL, Dify's default, stores any size; a plugin daemon on MySQL holds {MYSQL_TEXT_BYTES}");
        say::line("note", format_args!("{note} bytes"));
    }
}

//! The same source gives the same package, wherever it is built.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::symlink;
use std::path::Path;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use zip::ZipArchive;

use super::Packed;
use super::binary::Binary;
use super::contents::Changes;
use super::place::Place;
use super::toolchain::Toolchain;
use crate::{project, say};

/// What stands at the root and is not source.
const NOT_SOURCE: [&str; 4] = [".git", "dist", "fuzz", "target"];
/// What another home of cargo shares with the usual one: the crates it has fetched, and where it fetches them from.
const SHARED: [&str; 4] = ["config", "config.toml", "git", "registry"];

/// Builds a copy of the sources in a folder of another name and length, with another target folder and another home of
/// cargo, and compares the packages byte by byte.
///
/// # Errors
/// When that build fails, or its package differs; with the first file that does.
pub(super) fn check(built: &[(Toolchain, Binary)], changes: &Changes, package: &[u8]) -> Result<()> {
    let around = TempDir::new()?;
    let other = Place {
        root: around.path().join("a copy of the sources"),
        target: around.path().join("its-target"),
        cargo_home: Some(around.path().join("its-cargo")),
    };
    say::line("again", format_args!("in {}", other.root.display()));
    copy(project::root(), &other.root, &NOT_SOURCE).context("the sources cannot be copied")?;
    share_cargo_home(&other).context("another home of cargo cannot be made")?;
    let mut again = Vec::new();
    for (toolchain, _) in built {
        again.push((toolchain.clone(), Binary::build(&other, toolchain)?));
    }
    let again = Packed::new(&other, &again, changes)?.bytes;
    if again == package {
        say::line("reproducible", "two builds in two folders gave the same package");
        return Ok(());
    }
    bail!("two builds in two folders differ: {}", first_difference(package, &again)?)
}

fn copy(from: &Path, to: &Path, leave_out: &[&str]) -> Result<()> {
    fs::create_dir_all(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let name = item.file_name();
        if leave_out.iter().any(|it| name == *it) {
            continue;
        }
        let target = to.join(&name);
        if item.file_type()?.is_dir() {
            copy(&item.path(), &target, &[])?;
        } else {
            fs::copy(item.path(), target)?;
        }
    }
    Ok(())
}

fn share_cargo_home(place: &Place) -> Result<()> {
    let usual = Place::usual().cargo_home().context("cargo has no home")?;
    let other = place.cargo_home().context("cargo has no home")?;
    fs::create_dir_all(&other)?;
    for name in SHARED {
        let shared = usual.join(name);
        if shared.exists() {
            symlink(shared, other.join(name))?;
        }
    }
    Ok(())
}

/// The file that is not the same, or that they are in another order.
fn first_difference(one: &[u8], other: &[u8]) -> Result<String> {
    let (mut one, mut other) = (ZipArchive::new(Cursor::new(one))?, ZipArchive::new(Cursor::new(other))?);
    for index in 0..one.len().max(other.len()) {
        let describe = |archive: &mut ZipArchive<Cursor<&[u8]>>| {
            let entry = archive.by_index(index).ok()?;
            Some((entry.name().ok()?.into_owned(), entry.size(), entry.crc32()))
        };
        let (left, right) = (describe(&mut one), describe(&mut other));
        if left != right {
            return Ok(match (left, right) {
                (Some((left, ..)), Some((right, ..))) if left == right => left,
                (left, right) => format!("{left:?} in one, {right:?} in the other"),
            });
        }
    }
    Ok("not in what they hold".to_owned())
}

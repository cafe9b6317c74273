//! `cargo xtask bump`: another version, in every place that holds it.

mod changelog;
mod places;
mod version;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::Args;
use jiff::Timestamp;

use crate::{project, say};
pub use changelog::notes;
use places::PLACES;
pub use version::Version;

/// Where to.
#[derive(Debug, Args)]
pub struct Options {
    /// The new version, as 1.2.3 or 1.2.3-beta1
    pub version: String,
}

/// Which section.
#[derive(Debug, Args)]
pub struct NotesOptions {
    /// The version, or its tag: this one where none is named
    #[arg(default_value = project::VERSION)]
    pub version: String,
}

/// Changes the version of this repository and tells where.
///
/// # Errors
/// As [`bump`].
pub fn run(options: &Options) -> Result<()> {
    let now = Timestamp::now().to_string();
    let date = now.split('T').next().unwrap_or_default();
    for file in bump(project::root(), &options.version, date)? {
        say::line("changed", file);
    }
    say::line("next", "say in CHANGELOG.md what is new, then commit and tag (docs/releasing.md)");
    Ok(())
}

/// Prints what `CHANGELOG.md` says about a version, as the text of its release.
///
/// # Errors
/// As [`notes`], and when nobody reads them.
pub fn print_notes(options: &NotesOptions) -> Result<()> {
    let text = read(project::root(), "CHANGELOG.md")?;
    let notes = notes(&text, options.version.trim_start_matches('v'))?;
    // A reader that has seen enough is an error, not a panic.
    writeln!(io::stdout(), "{notes}").context("the notes cannot be printed")
}

/// Changes the version of a repository; the changed files come back. The date is that of the changelog's new section.
///
/// # Errors
/// When the version is none, or not newer than the present one, or a place does not hold that. Then nothing is changed.
pub fn bump(root: &Path, version: &str, date: &str) -> Result<Vec<&'static str>> {
    let (from, to) = (current(root)?, Version::parse(version)?);
    ensure!(to != from, "the version is {from} already");
    ensure!(to > from, "{to} is older than the present version, {from}");
    let mut texts = BTreeMap::new();
    for place in &PLACES {
        let text = match texts.remove(place.file) {
            Some(text) => text,
            None => read(root, place.file)?,
        };
        texts.insert(place.file, place.change(&text, &from, &to, date)?);
    }
    for (file, text) in &texts {
        fs::write(root.join(file), text).with_context(|| format!("{file} cannot be written"))?;
    }
    Ok(texts.into_keys().collect())
}

/// The files that do not hold the version of `Cargo.toml`.
///
/// # Errors
/// When a file is missing, or `Cargo.toml` has no version.
pub fn disagreeing(root: &Path) -> Result<Vec<&'static str>> {
    let version = current(root)?;
    let mut files = Vec::new();
    for place in &PLACES {
        if !place.holds(&read(root, place.file)?, &version) {
            files.push(place.file);
        }
    }
    Ok(files)
}

/// The files that hold the version.
pub fn files() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|place| place.file)
}

fn current(root: &Path) -> Result<Version> {
    let text = read(root, "Cargo.toml")?;
    let line = text.lines().find_map(|line| line.strip_prefix("version = \""));
    let version = line.and_then(|line| line.strip_suffix('"')).context("Cargo.toml has no version")?;
    Version::parse(version).context("Cargo.toml")
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| format!("{file} cannot be read"))
}

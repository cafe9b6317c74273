//! `CHANGELOG.md`, in the form of Keep a Changelog.

use anyhow::{Context, Result, ensure};

use super::Version;

const UNRELEASED: &str = "\n## [Unreleased]\n";

/// The newest released version: the first section behind that for what is not released yet.
pub(super) fn newest(text: &str) -> Option<&str> {
    sections(text).map(|(version, _)| version).find(|version| *version != "Unreleased")
}

/// What changed in a version.
///
/// # Errors
/// When there is no section for it, or nothing in it.
pub fn notes<'a>(text: &'a str, version: &str) -> Result<&'a str> {
    let (_, rest) = sections(text)
        .find(|(it, _)| *it == version)
        .with_context(|| format!("CHANGELOG.md has no section [{version}]"))?;
    let end = ["\n## [", "\n["].into_iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
    let notes = rest.get(..end).unwrap_or_default().trim();
    ensure!(!notes.is_empty(), "CHANGELOG.md says nothing in the section [{version}]");
    Ok(notes)
}

/// Each section's version, and the text from behind its heading on.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.match_indices("\n## [").filter_map(|(at, mark)| {
        let (heading, rest) = text.get(at + mark.len()..)?.split_once('\n')?;
        Some((heading.split(']').next()?, text.get(text.len() - rest.len() - 1..)?))
    })
}

/// What was unreleased becomes a version; its heading, its link, and an empty place for what comes next.
pub(super) fn add_section(text: &str, from: &Version, to: &Version, date: &str) -> Result<String> {
    ensure!(text.contains(UNRELEASED), "CHANGELOG.md has no section [Unreleased]");
    let since = format!("/compare/v{from}...");
    let link = text.lines().find(|line| line.starts_with("[Unreleased]: ") && line.ends_with(&format!("{since}HEAD")));
    let link = link.with_context(|| format!("CHANGELOG.md has no link [Unreleased] for what came after {from}"))?;
    let next = link.replace(&since, &format!("/compare/v{to}..."));
    let this = link.replace("[Unreleased]", &format!("[{to}]")).replace("...HEAD", &format!("...v{to}"));
    let text = text.replacen(UNRELEASED, &format!("{UNRELEASED}\n## [{to}] - {date}\n"), 1);
    Ok(text.replacen(link, &format!("{next}\n{this}"), 1))
}

//! The zip around a package, read as the daemon reads it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek};

use anyhow::{Result, anyhow, bail};
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::finding::{Enforcer, Finding, Severity};
use super::{Entry, Package, VERIFICATION_FILE};
use crate::package::archive::MAX_UNPACKED_BYTES;
use crate::say;

/// An archive whose entries may break rules.
///
/// Rules and their sources: dify-plugin-daemon 0.6.10, 2026-08, which reads packages with Go's `archive/zip`.
#[derive(Debug)]
pub struct Archive {
    entries: Vec<Entry>,
    comment: Vec<u8>,
    findings: Vec<Finding>,
}

impl Archive {
    /// Reads all entries, and collects what is wrong with them. Those with an error are left out.
    ///
    /// # Errors
    /// When it is no zip, or one that is cut short.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| no_zip(bytes, &error))?;
        let mut archive = Self { entries: Vec::new(), comment: zip.comment().to_vec(), findings: Vec::new() };
        archive.check_sizes(bytes.len() as u64, &zip);
        if archive.findings.is_empty() {
            archive.check_directory(&mut zip);
            for index in 0..zip.len() {
                let name = name_of(&zip, index);
                match zip.by_index(index) {
                    Ok(file) => archive.add(file),
                    Err(error) => archive.unreadable(&name, &error),
                }
            }
            archive.check_names();
            archive.check_verification_file();
        }
        Ok(archive)
    }

    /// What is wrong with it.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The package, which exists only where nothing is an error.
    ///
    /// # Errors
    /// The first of the findings that is an error.
    pub fn into_package(self) -> Result<Package> {
        match self.findings.iter().find(|finding| finding.severity == Severity::Error) {
            Some(finding) => bail!("{finding}"),
            None => Ok(Package { entries: self.entries, comment: self.comment }),
        }
    }

    fn error(&mut self, rule: &'static str, place: &str, message: impl Into<String>) {
        self.findings.push(Finding::error(Enforcer::Daemon, rule, place, message));
    }

    /// Before anything is unpacked: a small file may claim to hold terabytes.
    fn check_sizes(&mut self, packed: u64, zip: &ZipArchive<Cursor<&[u8]>>) {
        let limit = say::size(MAX_UNPACKED_BYTES);
        if packed > MAX_UNPACKED_BYTES {
            self.error("size-packed", "", format!("is {}, and {limit} at most are taken", say::size(packed)));
        }
        // By the archive's directory: files that were written as a stream tell no size of their own.
        let sizes = (0..zip.len()).filter_map(|index| zip.by_index_data(index).ok()).map(|entry| entry.size());
        let unpacked = sizes.fold(0, u64::saturating_add);
        if unpacked > MAX_UNPACKED_BYTES {
            let unpacked = say::size(unpacked);
            self.error("size-unpacked", "", format!("unpacks to {unpacked}, and {limit} at most are taken"));
        }
    }

    /// The directory of a zip must name each file once, and tell what the files' own headers tell.
    fn check_directory(&mut self, zip: &mut ZipArchive<Cursor<&[u8]>>) {
        if zip.has_duplicate_names() {
            let message = "two entries have one and the same name: Dify reads the first, other programs the last";
            self.findings.push(Finding::error(Enforcer::Advice, "duplicate", "", message));
        } else if let Err(error) = zip.validate_header_consistency() {
            let message = format!("other programs may see other files in it: {error}");
            self.findings.push(Finding::error(Enforcer::Advice, "two-faces", "", message));
        }
    }

    fn add(&mut self, mut file: ZipFile<'_, Cursor<&[u8]>>) {
        let stored = String::from_utf8_lossy(file.name_raw()).into_owned();
        if let Some((enforcer, message)) = wrong_name(file.name_raw()) {
            return self.findings.push(Finding::error(enforcer, "name", &stored, message));
        }
        if stored.ends_with('/') {
            return self.error("folder-entry", &stored, "is an entry for a folder, which makes the installation fail");
        }
        if !matches!(file.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
            return self.error("method", &stored, "is neither stored nor deflated: Dify reads no other method");
        }
        let name = clean(&stored);
        if name != stored {
            let message = format!("is taken for `{name}`; write it so");
            self.findings.push(Finding::warning(Enforcer::Advice, "name", &stored, message));
        }
        let (size, mode) = (file.size(), file.unix_mode());
        let mut content = Vec::new();
        // One byte more than it claims would be one too many.
        match file.by_ref().take(size.saturating_add(1)).read_to_end(&mut content) {
            Ok(read) if read as u64 == size => self.entries.push(Entry { name, content, mode }),
            Ok(_) => self.error("broken", &stored, "unpacks to another size than the archive claims"),
            Err(error) => self.error("broken", &stored, format!("cannot be unpacked: {error}")),
        }
    }

    fn unreadable(&mut self, name: &str, error: &ZipError) {
        match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => self.error("encrypted", name, "is encrypted"),
            other => self.error("broken", name, format!("cannot be unpacked: {other}")),
        }
    }

    /// One name, one file; and no file where another needs a folder.
    fn check_names(&mut self) {
        let mut count = BTreeMap::new();
        for entry in &self.entries {
            *count.entry(entry.name.clone()).or_insert(0) += 1;
        }
        let folders: BTreeSet<_> = count.keys().flat_map(|name| folders_of(name)).map(str::to_owned).collect();
        for (name, times) in &count {
            if *times > 1 {
                self.error("duplicate", name, format!("is in the archive {times} times"));
            }
            if folders.contains(name) {
                self.error("duplicate", name, "is a file, and a folder of others");
            }
        }
    }

    /// It tells a signature's category, and is signed as the last of all files.
    fn check_verification_file(&mut self) {
        let at = self.entries.iter().position(|entry| entry.name == VERIFICATION_FILE);
        if at.is_some_and(|at| at + 1 != self.entries.len()) {
            let message = "is not the last entry, where signing puts it: was the package changed afterwards?";
            self.findings.push(Finding::warning(Enforcer::Advice, "verification-last", VERIFICATION_FILE, message));
        }
    }
}

fn no_zip(bytes: &[u8], error: &ZipError) -> anyhow::Error {
    // Each file in a zip begins so; its directory, by which it is read, stands at the end.
    if bytes.starts_with(b"PK\x03\x04") {
        anyhow!("the package is cut short or damaged: {error}")
    } else if bytes.is_empty() {
        anyhow!("the package is empty")
    } else {
        anyhow!("this is no package: a .difypkg is a zip")
    }
}

fn name_of<R: Read + Seek>(zip: &ZipArchive<R>, index: usize) -> String {
    zip.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned()
}

/// Who refuses a name, and why.
fn wrong_name(name: &[u8]) -> Option<(Enforcer, &'static str)> {
    let Ok(name) = std::str::from_utf8(name) else { return Some((Enforcer::Daemon, "is not UTF-8")) };
    let up = |part: &str| part == "..";
    if name.starts_with('/') || name.contains('\\') || name.split('/').next().is_some_and(up) {
        Some((Enforcer::Daemon, "is not a path with `/` from the package's root"))
    } else if name.split('/').any(up) {
        Some((Enforcer::Advice, "leads out of a folder with `..`"))
    } else if clean(name).is_empty() || name.chars().any(char::is_control) {
        Some((Enforcer::Daemon, "is no name for a file"))
    } else {
        None
    }
}

/// As Go's `path.Clean`, for names without `..`.
fn clean(name: &str) -> String {
    let parts: Vec<_> = name.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    parts.join("/")
}

/// `a` and `a/b` of `a/b/c`.
fn folders_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').filter_map(|(at, _)| name.get(..at))
}

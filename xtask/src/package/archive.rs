//! The package as a file: a zip whose bytes depend on nothing but what is in it.

use std::io::{Cursor, Write};

use anyhow::{Context, Result, ensure};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::contents::Entry;
use crate::say;

/// The largest package, unpacked: what `dify plugin package` 0.6.10 and the marketplace take.
pub const MAX_UNPACKED_BYTES: u64 = 50 * 1024 * 1024;

/// What this repository allows a package with both programs: a Dify with many plugins keeps every version unpacked.
pub const OWN_UNPACKED_BYTES: u64 = 16_000_000;

/// The bytes of all entries together.
///
/// # Errors
/// When they are more than [`MAX_UNPACKED_BYTES`].
pub fn unpacked_size(entries: &[Entry]) -> Result<u64> {
    let total = entries.iter().map(|entry| entry.size).sum();
    let largest = entries.iter().max_by_key(|entry| entry.size);
    ensure!(
        total <= MAX_UNPACKED_BYTES,
        "the package unpacks to {}, Dify takes {} at most; the largest file is {}",
        say::size(total),
        say::size(MAX_UNPACKED_BYTES),
        largest.map_or_else(String::new, |entry| format!("{} ({})", entry.path, say::size(entry.size))),
    );
    Ok(total)
}

/// A zip of the entries in their order: deflated, with one time and one mode, without entries for folders, which make
/// an installation fail (dify-plugin-daemon 0.6.10).
///
/// # Errors
/// When a file cannot be read.
pub fn write(entries: &[Entry]) -> Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { path, source, .. } in entries {
        let bytes = source.read().with_context(|| format!("{path} cannot be read"))?;
        zip.start_file(path, options)?;
        zip.write_all(&bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

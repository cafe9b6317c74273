//! Checksums of crates, from `Cargo.lock`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Key;

/// The SHA-256 of every crate from a registry.
pub(super) fn checksums(root: &Path) -> Result<BTreeMap<Key, String>> {
    let text = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    Ok(text.split("[[package]]").filter_map(read).collect())
}

/// Cargo writes one key a line, each value a basic string (format 4 of the lock file).
fn read(block: &str) -> Option<(Key, String)> {
    let value = |key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        line.strip_suffix('"').map(str::to_owned)
    };
    Some(((value("name")?, value("version")?), value("checksum")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_this_repository_have_no_checksum() {
        let block = "\nname = \"a\"\nversion = \"1.2.3\"\nsource = \"registry\"\nchecksum = \"00ff\"\ndependencies = [\n \"b\",\n]\n";
        assert_eq!(read(block), Some((("a".into(), "1.2.3".into()), "00ff".into())));
        assert_eq!(read("\nname = \"kling-api\"\nversion = \"0.1.0\"\n"), None);
        assert_eq!(read("version = 4\n"), None);
    }
}

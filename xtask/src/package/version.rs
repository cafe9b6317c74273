//! One version everywhere.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::project::{self, VERSION};

/// The version in the text of a `manifest.yaml`: the one at the top level.
///
/// # Errors
/// When there is none.
pub fn manifest_version(manifest: &str) -> Result<&str> {
    let value = manifest.lines().find_map(|line| line.strip_prefix("version:")).context("it names no version")?;
    Ok(value.trim().trim_matches(['"', '\'']))
}

/// What Dify will show must be what was built.
pub(super) fn check() -> Result<()> {
    let path = project::root().join("plugin/manifest.yaml");
    let manifest = fs::read_to_string(&path).context("plugin/manifest.yaml cannot be read")?;
    let version = manifest_version(&manifest).context("plugin/manifest.yaml")?;
    ensure!(version == VERSION, "plugin/manifest.yaml has version {version}, Cargo.toml has {VERSION}: make them one");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_at_the_top_counts() {
        let manifest = "meta:\n  version: 0.0.1\nversion: \"1.2.3\"\n";
        assert_eq!(manifest_version(manifest).unwrap(), "1.2.3");
        assert!(manifest_version("meta:\n  version: 0.0.1\n").is_err());
    }
}

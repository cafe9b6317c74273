//! The plugin's declaration, checked as everything in Dify checks it, and how large it is stored.

use std::fs;
use std::ops::Deref;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use dify_plugin::declaration;
use serde::de::DeserializeOwned;

pub use dify_plugin::declaration::{MYSQL_TEXT_BYTES, Parameter, Tool};

/// What this repository allows itself: 160 KiB. No database of Dify's sets a limit that matters (its text columns are
/// `longtext` on `MySQL` in every daemon from 0.0.7 to 0.6.10); a declaration beyond this has grown by accident.
pub const MAX_STORED_BYTES: usize = 160 * 1024;

/// A whole declaration.
#[derive(Debug, Clone)]
pub struct Declaration(declaration::Declaration);

impl Declaration {
    /// Reads `manifest.yaml` and the files it names, of an unpacked package or of `plugin/` itself.
    ///
    /// # Errors
    /// Everything in it that Dify would refuse, a line each.
    pub fn read(folder: &Path) -> Result<Self> {
        Ok(Self(declaration::Declaration::from_folder(folder)?))
    }

    /// The same with the named tools alone.
    #[must_use]
    pub fn with_tools(mut self, names: &[String]) -> Self {
        self.0.keep_tools(|tool| names.iter().any(|name| name == tool.name()));
        self
    }

    /// The JSON the daemon stores, byte for byte.
    ///
    /// # Errors
    /// Never: what was read can be written.
    pub fn stored(&self) -> Result<String> {
        Ok(self.0.stored())
    }
}

impl Deref for Declaration {
    type Target = declaration::Declaration;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The bytes of a stored declaration.
///
/// # Errors
/// When they are more than [`MAX_STORED_BYTES`].
pub fn ensure_fits(stored: &str) -> Result<usize> {
    let bytes = stored.len();
    ensure!(
        bytes <= MAX_STORED_BYTES,
        "the declaration takes {bytes} bytes as Dify stores it, {MAX_STORED_BYTES} are allowed: shorten texts in plugin/"
    );
    Ok(bytes)
}

/// YAML as the daemon takes it: `on` and `n` are texts, `true` alone is true.
///
/// # Errors
/// When the file cannot be read or is not of the type.
pub fn yaml<T: DeserializeOwned>(folder: &Path, path: &str) -> Result<T> {
    let text = fs::read_to_string(folder.join(path)).with_context(|| format!("{path} cannot be read"))?;
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(&text, options).with_context(|| format!("{path} is not what Dify reads"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_more_than_allowed_is_refused() {
        assert_eq!(ensure_fits(&" ".repeat(MAX_STORED_BYTES)).unwrap(), 163_840);
        let refusal = ensure_fits(&" ".repeat(MAX_STORED_BYTES + 1)).unwrap_err().to_string();
        assert!(refusal.contains("163841 bytes") && refusal.contains("163840"), "{refusal}");
    }
}

//! The plugin's declaration, checked as everything in Dify checks it.

use std::fs;
use std::ops::Deref;
use std::path::Path;

use anyhow::{Context, Result};
use dify_plugin::declaration;
use serde::de::DeserializeOwned;

pub use dify_plugin::declaration::{Parameter, Tool};

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

    /// The JSON the daemon stores, byte for byte. Its size has no limit: the daemon's text columns are `text` on `PostgreSQL`
    /// and `longtext` on `MySQL` (dify-plugin-daemon 0.0.7 to 0.6.10).
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

/// YAML as the daemon takes it: `on` and `n` are texts, `true` alone is true.
///
/// # Errors
/// When the file cannot be read or is not of the type.
pub fn yaml<T: DeserializeOwned>(folder: &Path, path: &str) -> Result<T> {
    let text = fs::read_to_string(folder.join(path)).with_context(|| format!("{path} cannot be read"))?;
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(&text, options).with_context(|| format!("{path} is not what Dify reads"))
}

//! The plugin's declaration as Dify's daemon puts it together from the YAML: what is in it, and how large it is stored.

mod entities;
mod go_json;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;

use entities::{Credential, Manifest, Provider, ProviderFile};
pub use entities::{Parameter, Tool};

/// What this repository allows itself: 96 KiB. Dify stores the declaration in a database and reads it often.
pub const MAX_STORED_BYTES: usize = 96 * 1024;
/// What a column of the type TEXT holds in `MySQL`, where a plugin daemon on `MySQL` stores the declaration. In
/// `PostgreSQL`, which Dify installs by default, the type has no such limit (dify-plugin-daemon 0.6.10).
pub const MYSQL_TEXT_BYTES: usize = 65_535;

/// A whole declaration.
#[derive(Debug, Clone)]
pub struct Declaration(Manifest);

impl Declaration {
    /// Reads `manifest.yaml` and the files it names, of an unpacked package or of `plugin/` itself.
    ///
    /// # Errors
    /// When a file is missing or says what the daemon would not understand, or when there is anything but one provider
    /// of tools.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut manifest: Manifest = yaml(folder, "manifest.yaml")?;
        let providers = manifest.plugins.only_tools().context("manifest.yaml declares more than tools")?;
        let [provider] = providers else { bail!("manifest.yaml names {} providers of tools, not 1", providers.len()) };
        let ProviderFile { identity, credentials_for_provider, tools } = yaml(folder, provider)?;
        let credentials_schema = credentials_for_provider
            .into_iter()
            .map(|(name, credential)| Credential::named(name, credential).with_context(|| provider.clone()))
            .collect::<Result<_>>()?;
        let tools = tools.iter().map(|path| yaml(folder, path)).collect::<Result<_>>()?;
        manifest.tool = Some(Provider { identity, credentials_schema, oauth_schema: (), tools });
        Ok(Self(manifest))
    }

    /// The tools, in the order of the provider's list.
    pub fn tools(&self) -> &[Tool] {
        self.0.tool.as_ref().map_or(&[], |provider| &provider.tools)
    }

    /// The tool of a name.
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools().iter().find(|tool| tool.name() == name)
    }

    /// The same with the named tools alone.
    #[must_use]
    pub fn with_tools(mut self, names: &[String]) -> Self {
        if let Some(provider) = &mut self.0.tool {
            provider.tools.retain(|tool| names.iter().any(|name| name == tool.name()));
        }
        self
    }

    /// The JSON the daemon stores, byte for byte.
    ///
    /// # Errors
    /// Never with a declaration that was [read](Self::read).
    pub fn stored(&self) -> Result<String> {
        go_json::marshal(&self.0)
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
        assert_eq!(ensure_fits(&" ".repeat(MAX_STORED_BYTES)).unwrap(), 98_304);
        let refusal = ensure_fits(&" ".repeat(MAX_STORED_BYTES + 1)).unwrap_err().to_string();
        assert!(refusal.contains("98305 bytes") && refusal.contains("98304"), "{refusal}");
    }
}

//! What a plugin declares to Dify: `manifest.yaml` and the files it names.
//!
//! A [`Declaration`] is read from a folder, a zip or anything else that is a [`Source`]. Reading applies the rules of
//! everything in Dify that reads one: the daemon when it installs, `dify plugin package`, a debugging connection, which
//! is the strictest, and Dify's API. All [findings](Finding) are collected, each with its file, line and field.
//!
//! ```
//! use std::io;
//!
//! use dify_plugin::declaration::{self, Rule};
//!
//! let package = |path: &str| match path {
//!     "manifest.yaml" => Ok(b"name: Greeter".to_vec()),
//!     _ => Err(io::ErrorKind::NotFound.into()),
//! };
//! let report = declaration::check(&package);
//! let finding = report.findings.iter().find(|finding| finding.rule == Rule::Pattern).expect("capitals are refused");
//! assert!(finding.to_string().starts_with("manifest.yaml:1: name: is \"Greeter\""));
//! ```

mod config;
mod endpoint;
mod field;
mod finding;
mod go_json;
mod manifest;
mod network;
mod parameter;
mod permission;
mod provider;
mod reading;
mod scalar;
mod source;
mod text;
mod timestamp;
mod tool;
mod words;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

pub use config::{Config, ConfigOption};
pub use endpoint::{Endpoint, EndpointGroup};
pub use finding::{Finding, Invalid, Report, Rule, Severity};
pub use manifest::{Extensions, Manifest, Meta, Resource, Runner};
pub use network::Network;
pub use parameter::{AutoGenerate, Parameter, ParameterOption};
pub use permission::{Models, Permission, Storage, Switch};
pub use provider::{OAuthSchema, ProviderIdentity, ToolProvider};
pub use reading::check;
pub use source::{Folder, Source};
pub use text::LocalizedText;
pub use tool::{Tool, ToolDescription, ToolIdentity};

/// A whole declaration, which keeps the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    manifest: Manifest,
    provider: Option<ToolProvider>,
    endpoint_group: Option<EndpointGroup>,
    /// By name, from `_assets`.
    assets: BTreeMap<String, Vec<u8>>,
}

impl Declaration {
    /// Reads an unpacked package, or the folder that becomes one.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with everything Dify would refuse.
    pub fn from_folder(folder: &Path) -> Result<Self, Invalid> {
        Self::from_source(&Folder::new(folder))
    }

    /// Reads from wherever the files are.
    ///
    /// # Errors
    ///
    /// [`Invalid`] with everything Dify would refuse.
    pub fn from_source(source: &impl Source) -> Result<Self, Invalid> {
        check(source).into_result()
    }

    /// `manifest.yaml`.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The provider of the tools.
    pub fn provider(&self) -> Option<&ToolProvider> {
        self.provider.as_ref()
    }

    /// The tools, in their order.
    pub fn tools(&self) -> &[Tool] {
        self.provider.as_ref().map_or(&[], |provider| &provider.tools)
    }

    /// Leaves the other tools out.
    pub fn keep_tools(&mut self, keep: impl FnMut(&Tool) -> bool) {
        if let Some(provider) = &mut self.provider {
            provider.tools.retain(keep);
        }
    }

    /// The tool of a name.
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools().iter().find(|tool| tool.name() == name)
    }

    /// The endpoints.
    pub fn endpoint_group(&self) -> Option<&EndpointGroup> {
        self.endpoint_group.as_ref()
    }

    /// The files of `_assets` that are named: names without the folder, and bytes, of which there is at least one.
    pub fn assets(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.assets.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// The `data` of `manifest_declaration`, with which a debugging connection registers.
    pub fn manifest_declaration(&self) -> Value {
        json!(self.manifest)
    }

    /// The `data` of `tool_declaration`: a list of one provider. `None` where there are no tools.
    pub fn tool_declaration(&self) -> Option<Value> {
        self.provider.as_ref().map(|provider| json!([provider]))
    }

    /// The `data` of `endpoint_declaration`: a list of one group. `None` where there are no endpoints.
    pub fn endpoint_declaration(&self) -> Option<Value> {
        self.endpoint_group.as_ref().map(|group| json!([group]))
    }

    /// The JSON that Dify's daemon stores, byte for byte, but for the names of the icons, which it replaces by others
    /// (dify-plugin-daemon 0.6.10, 2026-08).
    pub fn stored(&self) -> String {
        let Self { manifest, provider, endpoint_group, assets: _ } = self;
        go_json::marshal(&Stored {
            manifest,
            verified: false,
            endpoint: endpoint_group.as_ref(),
            tool: provider.as_ref(),
        })
    }
}

#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    manifest: &'a Manifest,
    /// The daemon's own finding.
    verified: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<&'a EndpointGroup>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<&'a ToolProvider>,
}

//! The types the daemon reads YAML into and stores as JSON, with their fields in its order.
//!
//! A field of the type `Option` is stored as null where nothing is said; one that is left out then says so. Source:
//! `pkg/entities/plugin_entities` of dify-plugin-daemon 0.6.10.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use super::go_json;

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Manifest {
    version: String,
    #[serde(rename = "type")]
    kind: String,
    author: String,
    name: String,
    label: I18n,
    description: I18n,
    icon: String,
    #[serde(default)]
    icon_dark: String,
    resource: Resource,
    pub(super) plugins: Extensions,
    meta: Meta,
    #[serde(default)]
    tags: Vec<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    privacy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repo: Option<String>,
    /// The daemon's own finding.
    #[serde(skip_deserializing)]
    verified: bool,
    #[serde(skip_deserializing)]
    pub(super) tool: Option<Provider>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct I18n {
    #[serde(rename = "en_US")]
    english: String,
    #[serde(rename = "ja_JP", default, skip_serializing_if = "String::is_empty")]
    japanese: String,
    #[serde(rename = "zh_Hans", default, skip_serializing_if = "String::is_empty")]
    chinese: String,
    #[serde(rename = "pt_BR", default, skip_serializing_if = "String::is_empty")]
    portuguese: String,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct Resource {
    memory: i64,
    /// Stored as given: an object of objects, complete where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    permission: Option<Value>,
}

/// Paths by what they declare.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Extensions {
    tools: Option<Vec<String>>,
    models: Option<Vec<String>>,
    endpoints: Option<Vec<String>>,
    agent_strategies: Option<Vec<String>>,
    datasources: Option<Vec<String>>,
    triggers: Option<Vec<String>>,
}

impl Extensions {
    /// The providers of tools; `None` where anything else is declared, which the types here do not hold.
    pub(super) fn only_tools(&self) -> Option<&[String]> {
        let Self { tools, models, endpoints, agent_strategies, datasources, triggers } = self;
        let others = [models, endpoints, agent_strategies, datasources, triggers];
        others.iter().all(|paths| paths.is_none()).then_some(tools.as_deref().unwrap_or_default())
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct Meta {
    version: String,
    arch: Vec<String>,
    runner: Runner,
    minimum_dify_version: Option<String>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct Runner {
    language: String,
    version: String,
    entrypoint: String,
}

/// A provider as its file has it.
#[derive(Debug, Deserialize)]
pub(super) struct ProviderFile {
    pub(super) identity: ProviderIdentity,
    #[serde(default)]
    pub(super) credentials_for_provider: Map<String, Value>,
    pub(super) tools: Vec<String>,
}

/// A provider as it is stored.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Provider {
    pub(super) identity: ProviderIdentity,
    pub(super) credentials_schema: Vec<Credential>,
    /// There is none: null.
    pub(super) oauth_schema: (),
    pub(super) tools: Vec<Tool>,
}

/// The daemon fills in a missing description and missing tags from the manifest; here they must be given.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ProviderIdentity {
    author: String,
    name: String,
    description: I18n,
    icon: String,
    #[serde(default)]
    icon_dark: String,
    label: I18n,
    tags: Vec<String>,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct Credential {
    #[serde(default)]
    name: String,
    #[serde(rename = "type")]
    kind: String,
    scope: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(deserialize_with = "untyped", default)]
    default: Option<Value>,
    options: Option<Vec<CredentialOption>>,
    #[serde(default)]
    multiple: bool,
    label: I18n,
    help: Option<I18n>,
    url: Option<String>,
    placeholder: Option<I18n>,
}

impl Credential {
    pub(super) fn named(name: String, credential: Value) -> Result<Self> {
        let credential = serde_json::from_value(credential).with_context(|| format!("credential {name}"))?;
        Ok(Self { name, ..credential })
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct CredentialOption {
    value: String,
    label: I18n,
}

/// A tool.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Tool {
    identity: ToolIdentity,
    description: ToolDescription,
    parameters: Option<Vec<Parameter>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "untyped", default)]
    output_schema: Option<Value>,
    #[serde(default)]
    has_runtime_parameters: bool,
}

impl Tool {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Its parameters, in their order.
    pub fn parameters(&self) -> &[Parameter] {
        self.parameters.as_deref().unwrap_or_default()
    }

    /// The names of its outputs besides those that Dify gives to every tool.
    pub fn outputs(&self) -> impl Iterator<Item = &str> {
        let properties = self.output_schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
        properties.into_iter().flat_map(Map::keys).map(String::as_str)
    }

    /// The parameter of a name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters().iter().find(|parameter| parameter.name == name)
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct ToolIdentity {
    author: String,
    name: String,
    label: I18n,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct ToolDescription {
    human: I18n,
    llm: String,
}

/// A parameter of a tool.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    label: I18n,
    human_description: I18n,
    /// Its type: `string`, `number`, `select`, `file`, `files`, ...
    #[serde(rename = "type")]
    pub kind: String,
    scope: Option<String>,
    form: String,
    #[serde(default)]
    llm_description: String,
    /// Whether a call without it is refused by Dify.
    #[serde(default)]
    pub required: bool,
    auto_generate: Option<Value>,
    template: Option<Value>,
    /// What Dify fills in for a missing value.
    #[serde(deserialize_with = "untyped", default)]
    pub default: Option<Value>,
    #[serde(deserialize_with = "float", default)]
    min: Option<Number>,
    #[serde(deserialize_with = "float", default)]
    max: Option<Number>,
    #[serde(default)]
    multiple: bool,
    precision: Option<i64>,
    options: Option<Vec<ParameterOption>>,
}

impl Parameter {
    /// The values of a select.
    pub fn options(&self) -> impl Iterator<Item = &str> {
        self.options.iter().flatten().map(|option| option.value.as_str())
    }
}

#[derive(Debug, Clone, Deserialize, Serialize)]
struct ParameterOption {
    value: String,
    label: I18n,
    #[serde(default)]
    icon: String,
}

fn untyped<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(go_json::untyped))
}

fn float<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Number>, D::Error> {
    Ok(Option::deserialize(deserializer)?.map(go_json::float))
}

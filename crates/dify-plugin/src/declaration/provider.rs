//! A provider's file: its tools and the credentials they need.

use serde::Serialize;

use super::config::Config;
use super::field::{Field, Fields};
use super::finding::Rule;
use super::manifest;
use super::text::{LocalizedText, Text};
use super::tool::{NAME_FORM, Tool};
use super::words;

/// A provider of tools. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ToolProvider {
    /// What it is called.
    pub identity: ProviderIdentity,
    /// What users fill in, in their order.
    pub credentials_schema: Vec<Config>,
    /// What is filled in where users log in elsewhere.
    pub oauth_schema: Option<OAuthSchema>,
    /// Its tools: those of the file itself, then those of the files it names.
    pub tools: Vec<Tool>,
}

/// What a provider is called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProviderIdentity {
    /// Who makes it.
    pub author: String,
    /// The name a call has.
    pub name: String,
    /// What it is for: the manifest's, where it says nothing itself.
    pub description: LocalizedText,
    /// A file of `_assets`.
    pub icon: String,
    /// A file of `_assets` for dark backgrounds; empty where there is none.
    pub icon_dark: String,
    /// The name users see.
    pub label: LocalizedText,
    /// What it is about: the manifest's, where it says nothing itself.
    pub tags: Vec<String>,
}

/// Credentials of a provider that users log in at.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OAuthSchema {
    /// What the administrator fills in: an id and a secret of the client.
    pub client_schema: Option<Vec<Config>>,
    /// What logging in gives.
    pub credentials_schema: Option<Vec<Config>>,
}

/// A provider, and the files of its tools, each at its place.
pub(super) type WithPaths<'a, T> = (T, Vec<Field<'a>>);

impl ToolProvider {
    pub(super) fn read<'a>(field: &Field<'a>) -> Option<WithPaths<'a, Self>> {
        field.object(|fields| {
            // For the Python SDK.
            fields.leave(&["extra"]);
            let (mut tools, mut paths) = (Vec::new(), Vec::new());
            let listed = fields.get("tools").required().list().unwrap_or_default();
            for tool in listed {
                if tool.is_scalar() { paths.extend(tool.named_file()) } else { tools.extend(Tool::read(&tool)) }
            }
            let (schema, by_name) = (fields.get("credentials_schema"), fields.get("credentials_for_provider"));
            let given = Config::list_or_map(&schema).filter(|configs| !configs.is_empty());
            let provider = Self {
                identity: fields.get("identity").required().object(ProviderIdentity::read).unwrap_or_default(),
                credentials_schema: given.or_else(|| Config::list_or_map(&by_name)).unwrap_or_default(),
                oauth_schema: fields.get("oauth_schema").object(OAuthSchema::read),
                tools,
            };
            (provider, paths)
        })
    }
}

impl ProviderIdentity {
    fn read(fields: &Fields<'_>) -> Self {
        let text = |name| fields.get(name).text();
        Self {
            author: text("author").required().get(),
            name: text("name")
                .required()
                .like(Rule::Pattern, words::is_name, NAME_FORM)
                .like(Rule::LowerCase, words::is_lower_name, "must be in lower case")
                .get(),
            description: LocalizedText::optional(&fields.get("description")).unwrap_or_default(),
            icon: text("icon").required().get(),
            icon_dark: text("icon_dark").get(),
            label: LocalizedText::read(fields.get("label")),
            tags: manifest::tags(&fields.get("tags"), tag_of_provider),
        }
    }
}

fn tag_of_provider(tag: Text<'_>) -> Text<'_> {
    let is_known = |tag: &str| !words::TAGS_OF_PLUGINS_ALONE.contains(&tag);
    tag.like(Rule::ProviderTag, is_known, "a tag of plugins alone")
}

impl OAuthSchema {
    fn read(fields: &Fields<'_>) -> Self {
        let configs = |name| Config::list(&fields.get(name));
        Self { client_schema: configs("client_schema"), credentials_schema: configs("credentials_schema") }
    }
}

//! `manifest.yaml`.

use serde::Serialize;

use super::field::{Field, Fields};
use super::finding::Rule;
use super::network::Network;
use super::permission::Permission;
use super::text::{LocalizedText, Text};
use super::words::{self, VERSION_FORM};

/// `manifest.yaml`. Fields stand in the order in which the daemon stores them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Manifest {
    /// The plugin's version: `1.2.3` or `1.2.3-beta`.
    pub version: String,
    /// Always `plugin`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who makes it: the first half of its id.
    pub author: String,
    /// Its name: the second half of its id.
    pub name: String,
    /// The name users see.
    pub label: LocalizedText,
    /// What it is for.
    pub description: LocalizedText,
    /// A file of `_assets`.
    pub icon: String,
    /// A file of `_assets` for dark backgrounds; empty where there is none.
    pub icon_dark: String,
    /// What it may use.
    pub resource: Resource,
    /// Where the rest is declared.
    pub plugins: Extensions,
    /// How it runs.
    pub meta: Meta,
    /// What it is about.
    pub tags: Vec<String>,
    /// When it was made, in the form of RFC 3339.
    pub created_at: String,
    /// A file of the package or a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<String>,
    /// The URL of its sources.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo: Option<String>,
    /// The hosts it connects to: for the marketplace alone, and no part of what the daemon stores.
    #[serde(skip)]
    pub network: Network,
}

/// What a plugin may use.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Resource {
    /// Memory in bytes. Not enforced where the daemon runs plugins itself.
    pub memory: i64,
    /// What it may call in Dify.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
}

/// Paths of files, by what they declare; `None` where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Extensions {
    /// Providers of tools.
    pub tools: Option<Vec<String>>,
    /// Providers of models.
    pub models: Option<Vec<String>>,
    /// Groups of endpoints.
    pub endpoints: Option<Vec<String>>,
    /// Providers of agent strategies.
    pub agent_strategies: Option<Vec<String>>,
    /// Providers of data sources.
    pub datasources: Option<Vec<String>>,
    /// Providers of triggers.
    pub triggers: Option<Vec<String>>,
}

/// How a plugin runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Meta {
    /// A label of the manifest's format, which nothing compares.
    pub version: String,
    /// `amd64`, `arm64`: for the reader; the daemon does not check it.
    pub arch: Vec<String>,
    /// What starts it.
    pub runner: Runner,
    /// The oldest Dify it is for. Dify's interface and the marketplace compare it, the daemon does not.
    pub minimum_dify_version: Option<String>,
}

/// What starts a plugin.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Runner {
    /// Always `python`.
    pub language: String,
    /// A label: the daemon always takes Python 3.12.
    pub version: String,
    /// The module given to `python -m`.
    pub entrypoint: String,
}

const LONGEST_PATH: usize = 128;
const NAME_FORM: &str = "only lower-case letters, digits, _ and - are allowed";

impl Manifest {
    pub(super) fn read(file: &Field<'_>) -> Option<Self> {
        file.object(|fields| {
            fields.leave(&["verified", "contact"]);
            let text = |name| fields.get(name).text();
            let name =
                |field, most| text(field).required().at_most(most).like(Rule::Pattern, words::is_lower_name, NAME_FORM);
            Self {
                version: version(fields),
                kind: text("type").required().one_of(&["plugin"]).get(),
                author: author(name("author", 64)),
                name: name("name", 128).get(),
                label: LocalizedText::read(fields.get("label")),
                description: LocalizedText::read(fields.get("description")),
                icon: text("icon").required().at_most(LONGEST_PATH).get(),
                icon_dark: text("icon_dark").at_most(LONGEST_PATH).get(),
                resource: fields.get("resource").required().object(Resource::read).unwrap_or_default(),
                plugins: fields.get("plugins").required().object(Extensions::read).unwrap_or_default(),
                meta: fields.get("meta").required().object(Meta::read).unwrap_or_default(),
                tags: tags(&fields.get("tags"), |tag| tag),
                created_at: fields.get("created_at").required().timestamp(),
                privacy: text("privacy").optional(),
                repo: text("repo").filled().like(Rule::Url, words::is_url, "no URL").optional(),
                network: Network::read(&fields.get("network")),
            }
        })
    }
}

fn version(fields: &Fields<'_>) -> String {
    fields.get("version").text().required().like(Rule::Pattern, words::is_version, VERSION_FORM).get()
}

fn author(author: Text<'_>) -> String {
    let is_reserved = |author: &str| ["langgenius", "dify"].iter().any(|name| author.contains(name));
    author
        .like(Rule::AuthorIsUuid, |author| !words::is_uuid(author), "a UUID is the author of plugins being debugged")
        .like(Rule::ReservedAuthor, |author| !is_reserved(author), "the marketplace keeps `langgenius` and `dify`")
        .get()
}

/// The tags of a plugin or of its provider.
pub(super) fn tags<'a>(field: &Field<'a>, check: impl Fn(Text<'a>) -> Text<'a>) -> Vec<String> {
    let tags = field.list().unwrap_or_default();
    tags.into_iter().map(|tag| check(tag.text().required().one_of(&words::TAGS)).get()).collect()
}

impl Resource {
    fn read(fields: &Fields<'_>) -> Self {
        let memory = fields.get("memory").required();
        let bytes = memory.integer();
        if bytes == Some(0) {
            memory.note(Rule::Required, "must not be 0");
        }
        Self { memory: bytes.unwrap_or_default(), permission: fields.get("permission").object(Permission::read) }
    }
}

impl Extensions {
    fn read(fields: &Fields<'_>) -> Self {
        let paths = |name| {
            let paths = fields.get(name).list()?;
            Some(paths.into_iter().map(|path| path.text().required().at_most(LONGEST_PATH).get()).collect())
        };
        Self {
            tools: paths("tools"),
            models: paths("models"),
            endpoints: paths("endpoints"),
            agent_strategies: paths("agent_strategies"),
            datasources: paths("datasources"),
            triggers: paths("triggers"),
        }
    }

    /// The kinds this crate does not read, which are declared.
    pub(super) fn others(&self) -> impl Iterator<Item = &'static str> {
        let Self { tools: _, endpoints: _, models, agent_strategies, datasources, triggers } = self;
        let others = [
            ("models", models),
            ("agent_strategies", agent_strategies),
            ("datasources", datasources),
            ("triggers", triggers),
        ];
        others
            .into_iter()
            .filter(|(_, paths)| paths.as_ref().is_some_and(|paths| !paths.is_empty()))
            .map(|(name, _)| name)
    }
}

impl Meta {
    fn read(fields: &Fields<'_>) -> Self {
        let arch = fields.get("arch").required().list().unwrap_or_default();
        Self {
            version: version(fields),
            arch: arch.into_iter().map(|arch| arch.text().required().one_of(&words::ARCHITECTURES).get()).collect(),
            runner: fields.get("runner").required().object(Runner::read).unwrap_or_default(),
            minimum_dify_version: fields.get("minimum_dify_version").text().optional(),
        }
    }
}

impl Runner {
    fn read(fields: &Fields<'_>) -> Self {
        let text = |name| fields.get(name).text().required();
        Self {
            language: text("language").one_of(&["python"]).get(),
            version: text("version").at_most(128).get(),
            entrypoint: text("entrypoint").at_most(256).get(),
        }
    }
}

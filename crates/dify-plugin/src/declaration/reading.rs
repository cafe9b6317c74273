//! From the files to a declaration, and to all that is wrong with it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::config::note_twice;
use super::endpoint::{Endpoint, EndpointGroup};
use super::field::{Field, Log};
use super::finding::{Finding, Report, Rule, Severity};
use super::manifest::Manifest;
use super::provider::ToolProvider;
use super::source::Source;
use super::tool::Tool;
use super::{Declaration, yaml};

/// Reads `manifest.yaml` and all it names, and collects what is wrong.
pub fn check(source: &impl Source) -> Report {
    let reading = Reading { source, findings: RefCell::default(), assets: RefCell::default() };
    let read = reading.file(
        "manifest.yaml",
        |rule, message| {
            let finding = Finding { rule, file: "manifest.yaml".into(), line: None, path: String::new(), message };
            reading.findings.borrow_mut().push(finding);
        },
        |root| reading.plugin(root),
    );
    let Reading { source: _, findings, assets } = reading;
    let (findings, assets) = (findings.into_inner(), assets.into_inner());
    let is_valid = findings.iter().all(|finding| finding.severity() < Severity::Error);
    let declaration = read.filter(|_| is_valid).map(|declaration| Declaration { assets, ..declaration });
    Report { findings, declaration }
}

struct Reading<'s, S> {
    source: &'s S,
    findings: RefCell<Vec<Finding>>,
    assets: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl<S: Source> Reading<'_, S> {
    /// What `read` makes of a file. `note` is told, at the place that names the file, when it is not there.
    fn file<T>(
        &self,
        path: &str,
        note: impl FnOnce(Rule, String),
        read: impl FnOnce(&Field<'_>) -> Option<T>,
    ) -> Option<T> {
        if !is_plain_path(path) {
            note(Rule::Path, format!("must be a path without `.`, `..` and empty parts, not \"{path}\""));
            return None;
        }
        let bytes = match self.source.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                note(Rule::MissingFile, unreadable(path, &error));
                return None;
            }
        };
        let log = Log { file: path, findings: &self.findings };
        let Ok(text) = std::str::from_utf8(&bytes) else {
            log.note(Rule::Yaml, None, "", "is not in UTF-8");
            return None;
        };
        match yaml::parse(text) {
            Ok(root) => read(&Field::root(&log, root).required()),
            Err(refusal) => {
                log.note(Rule::Yaml, refusal.line, "", refusal.message);
                None
            }
        }
    }

    /// The file that a field names.
    fn named<T>(&self, place: &Field<'_>, read: impl FnOnce(&Field<'_>) -> Option<T>) -> Option<T> {
        // What is no path is noted where the list of paths is read.
        let path = place.word().filter(|path| !path.is_empty())?;
        self.file(path, |rule, message| place.note(rule, message), read)
    }

    fn plugin(&self, root: &Field<'_>) -> Option<Declaration> {
        let manifest = Manifest::read(root)?;
        check_kinds(root, &manifest);
        self.entrypoint(root);
        self.icons(root);
        let named = |kind| root.get("plugins").get(kind).list().unwrap_or_default();
        // Of several the daemon keeps the last.
        let provider = named("tools").iter().filter_map(|path| self.named(path, |root| self.provider(root))).last();
        let group = named("endpoints").iter().filter_map(|path| self.named(path, |root| self.endpoints(root))).last();
        let provider = provider.map(|provider| filled_in(provider, &manifest));
        Some(Declaration { manifest, provider, endpoint_group: group, assets: BTreeMap::new() })
    }

    fn provider(&self, root: &Field<'_>) -> Option<ToolProvider> {
        let (mut provider, paths) = ToolProvider::read(root)?;
        self.icons(&root.get("identity"));
        let mut names = BTreeSet::new();
        for tool in &provider.tools {
            note_twice(&root.get("tools"), tool.name(), &mut names);
        }
        for path in paths {
            let Some(tool) = self.named(&path, Tool::read) else { continue };
            note_twice(&path, tool.name(), &mut names);
            provider.tools.push(tool);
        }
        Some(provider)
    }

    fn endpoints(&self, root: &Field<'_>) -> Option<EndpointGroup> {
        let (mut group, paths) = EndpointGroup::read(root)?;
        let mut routes = BTreeSet::new();
        let route = |endpoint: &Endpoint| format!("{} {}", endpoint.method, endpoint.path);
        for endpoint in group.endpoints() {
            note_twice(&root.get("endpoints"), &route(endpoint), &mut routes);
        }
        for path in paths {
            let Some(endpoint) = self.named(&path, Endpoint::read) else { continue };
            note_twice(&path, &route(&endpoint), &mut routes);
            group.endpoints.get_or_insert_default().push(endpoint);
        }
        Some(group)
    }

    /// Takes `icon` and `icon_dark` from `_assets`.
    fn icons(&self, of: &Field<'_>) {
        for icon in ["icon", "icon_dark"].map(|name| of.get(name)) {
            let Some(name) = icon.word().filter(|name| !name.is_empty()) else { continue };
            let path = format!("_assets/{name}");
            if !is_plain_path(&path) {
                icon.note(Rule::Path, format!("must be the name of a file in _assets, not \"{name}\""));
                continue;
            }
            match self.source.read(&path) {
                Ok(bytes) if bytes.is_empty() => icon.note(Rule::MissingAsset, format!("names {path}, which is empty")),
                Ok(bytes) => drop(self.assets.borrow_mut().insert(name.to_owned(), bytes)),
                Err(error) => icon.note(Rule::MissingAsset, unreadable(&path, &error)),
            }
        }
    }

    fn entrypoint(&self, manifest: &Field<'_>) {
        let entrypoint = manifest.get("meta").get("runner").get("entrypoint");
        let Some(module) = entrypoint.word().filter(|module| !module.is_empty()) else { return };
        let path = format!("{}.py", module.replace('.', "/"));
        if let Err(error) = self.source.read(&path) {
            entrypoint.note(Rule::Entrypoint, unreadable(&path, &error));
        }
    }
}

/// What Go's `fs.ValidPath` takes, without which the daemon opens nothing in a package.
fn is_plain_path(path: &str) -> bool {
    path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn unreadable(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("names {path}, which is missing"),
        _ => format!("names {path}, which cannot be read: {error}"),
    }
}

/// Which kinds of things a plugin may declare together.
fn check_kinds(manifest: &Field<'_>, read: &Manifest) {
    let plugins = manifest.get("plugins");
    let count = |paths: &Option<Vec<String>>| paths.as_ref().map_or(0, Vec::len);
    let (tools, endpoints) = (count(&read.plugins.tools), count(&read.plugins.endpoints));
    let others: Vec<_> = read.plugins.others().collect();

    for (kind, paths) in [("tools", tools), ("endpoints", endpoints)] {
        if paths > 1 {
            plugins
                .get(kind)
                .note(Rule::OneOfEach, format!("must name one file: of these {paths} Dify keeps the last"));
        }
    }
    let kinds = others.len() + usize::from(tools > 0) + usize::from(endpoints > 0);
    for kind in &others {
        match kinds {
            1 => plugins.get(kind).note(Rule::Unsupported, "cannot be read here: only tools and endpoints can"),
            _ => plugins.get(kind).note(Rule::Combination, "must be all that a plugin declares"),
        }
    }
    if kinds == 0 && !plugins.is_missing() {
        plugins.note(Rule::NothingDeclared, "must name tools or endpoints");
    }
    let permission = read.resource.permission.as_ref().and_then(|permission| permission.endpoint);
    if endpoints > 0 && !permission.is_some_and(|endpoint| endpoint.enabled) {
        let place = manifest.get("resource").get("permission").get("endpoint").get("enabled");
        place.note(Rule::EndpointPermission, "should be true, or nobody can set the endpoints up");
    }
}

/// What a provider does not say itself is what the manifest says.
fn filled_in(mut provider: ToolProvider, manifest: &Manifest) -> ToolProvider {
    let identity = &mut provider.identity;
    if identity.description.english.is_empty() {
        identity.description.clone_from(&manifest.description);
    }
    if identity.tags.is_empty() {
        identity.tags.clone_from(&manifest.tags);
    }
    provider
}

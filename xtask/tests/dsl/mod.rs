//! Reads apps as Dify exports them (its DSL, a YAML file an app) and says what Dify, or a person, would stumble over.

mod app;
mod graph;
mod layout;
mod people;
mod references;
mod tools;

use std::collections::BTreeMap;

use serde_json::Value;

use graph::{Graph, Node};

use crate::support;

/// What the plugin declares.
pub(crate) struct Declared {
    /// `author/name`.
    plugin: String,
    /// `author/name/provider`.
    provider: String,
    tools: BTreeMap<String, Value>,
}

impl Declared {
    /// Reads `plugin/`.
    pub(crate) fn read() -> Self {
        let manifest = support::yaml("manifest.yaml");
        let plugin = format!("{}/{}", text(&manifest["author"]), text(&manifest["name"]));
        let provider = format!("{plugin}/{}", text(&support::yaml(support::PROVIDER)["identity"]["name"]));
        let tools =
            support::tools().into_iter().map(|tool| (text(&tool["identity"]["name"]).to_owned(), tool)).collect();
        Self { plugin, provider, tools }
    }
}

/// The values in an app's YAML, with the booleans of YAML 1.1: Dify reads a bare `off` as false.
pub(crate) fn read(yaml: &str) -> Result<Value, Vec<String>> {
    let sexagesimal = yaml.lines().filter(|line| is_sexagesimal(line));
    let found: Vec<_> =
        sexagesimal.map(|line| format!("`{}` is a number to YAML 1.1: quote it", line.trim())).collect();
    if found.is_empty() { serde_saphyr::from_str(yaml).map_err(|error| vec![error.to_string()]) } else { Err(found) }
}

/// Python's YAML reader takes a bare `16:9` for a number to the base of 60.
fn is_sexagesimal(line: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = line.split_once(": ").map_or(line.trim_start().trim_start_matches("- "), |(_, value)| value);
    value.trim().split_once(':').is_some_and(|(left, right)| is_number(left) && is_number(right))
}

/// Everything that is wrong with an app, a line each; empty for a good one.
pub(crate) fn findings(app: &Value, declared: &Declared) -> Vec<String> {
    let mut findings = app::findings(app, declared);
    let graph = Graph::new(&app["workflow"]["graph"]);
    findings.extend(graph.findings(text(&app["app"]["mode"])));
    findings.extend(layout::findings(&graph));
    findings.extend(people::findings(app, &graph));
    findings.extend(references::findings(app, &graph, declared));
    findings.extend(tools::findings(app, &graph, declared));
    findings
}

/// A text, or an empty one.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

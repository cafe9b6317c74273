//! The file as a whole: what kind of app it is, and which plugins it needs.

use serde_json::Value;

use super::{Declared, Graph, text};
use crate::support::list;

/// The DSL's version of Dify 1.16.0. Newer ones import it; older ones ask first.
const VERSION: &str = "0.7.0";

pub(super) fn findings(app: &Value, declared: &Declared) -> Vec<String> {
    let mut findings = Vec::new();
    if app["kind"] != "app" {
        findings.push("kind is not app".to_owned());
    }
    if app["version"] != VERSION {
        findings.push(format!("version is {}, not {VERSION}", app["version"]));
    }
    if !matches!(text(&app["app"]["mode"]), "workflow" | "advanced-chat") {
        findings.push(format!("the mode {} has no graph", app["app"]["mode"]));
    }
    for variables in ["environment_variables", "conversation_variables"] {
        if app["workflow"][variables].as_array().is_none_or(|list| !list.is_empty()) {
            findings.push(format!("{variables} is not an empty list"));
        }
    }
    findings.extend(dependencies(app, declared));
    findings
}

/// Every plugin that a node is of stands among the dependencies, so that Dify says what is missing. Plugins of models do
/// not: which one it is, the user chooses.
fn dependencies(app: &Value, declared: &Declared) -> Vec<String> {
    let mut findings = Vec::new();
    let mut there = Vec::new();
    for dependency in list(&app["dependencies"]) {
        let value = &dependency["value"];
        let identifier = match text(&dependency["type"]) {
            "package" => text(&value["plugin_unique_identifier"]),
            "marketplace" => text(&value["marketplace_plugin_unique_identifier"]),
            _ => "",
        };
        match plugin_of(identifier) {
            Some(plugin) => there.push(plugin),
            None => findings.push(format!("the dependency {dependency} names no plugin")),
        }
    }
    let graph = Graph::new(&app["workflow"]["graph"]);
    let strategies = graph.nodes.iter().map(|node| text(&node.data["agent_strategy_provider_name"]));
    let agents = strategies.filter_map(|provider| provider.rsplit_once('/')).map(|(plugin, _)| plugin);
    for plugin in agents.chain([declared.plugin.as_str()]) {
        if !there.contains(&plugin) {
            findings.push(format!("{plugin} is no dependency"));
        }
    }
    findings
}

/// The `author/name` of `author/name:1.2.3@checksum`.
fn plugin_of(identifier: &str) -> Option<&str> {
    let (plugin, rest) = identifier.split_once(':')?;
    let (version, checksum) = rest.split_once('@')?;
    let is_version = version.split('.').count() == 3 && version.split('.').all(|part| part.parse::<u32>().is_ok());
    let is_checksum = checksum.len() == 64 && checksum.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_version && is_checksum && plugin.split('/').count() == 2).then_some(plugin)
}

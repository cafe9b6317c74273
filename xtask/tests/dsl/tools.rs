//! Nodes that call the plugin, or a model: they give what is declared, where and how it is declared.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::references::{Scope, in_text, selector};
use super::{Declared, Graph, Node, text};
use crate::support::list;

/// The version of what a tool node keeps: values with their kind.
const NODE_VERSION: &str = "2";

/// A value of a parameter as a node keeps it.
struct Given<'a> {
    /// Whether it stands among the inputs (`form: llm`) or the settings (`form: form`).
    form: &'static str,
    name: &'a str,
    /// `constant`, `variable` or `mixed`, which is a text with variables in it.
    kind: &'a str,
    value: &'a Value,
}

pub(super) fn findings(app: &Value, graph: &Graph<'_>, declared: &Declared) -> Vec<String> {
    let scope = Scope::new(app, graph, declared);
    let mut findings = Vec::new();
    for node in &graph.nodes {
        let wrong = match node.kind {
            "tool" => tool_node(node, &scope, declared),
            "agent" => agent_node(node, &scope, declared),
            "llm" => llm_node(node),
            _ => Vec::new(),
        };
        findings.extend(wrong.into_iter().map(|what| format!("node {}: {what}", node.id)));
    }
    findings
}

fn tool_node(node: &Node<'_>, scope: &Scope<'_>, declared: &Declared) -> Vec<String> {
    let data = node.data;
    let mut wrong = Vec::new();
    let told =
        [("provider_id", &declared.provider), ("provider_name", &declared.provider), ("plugin_id", &declared.plugin)];
    for (key, expected) in told.into_iter().filter(|(key, expected)| data[*key] != ***expected) {
        wrong.push(format!("{key} is {}, not {expected}", data[key]));
    }
    for (key, expected) in [("provider_type", "builtin"), ("tool_node_version", NODE_VERSION)] {
        if data[key] != expected {
            wrong.push(format!("{key} is {}, not {expected}", data[key]));
        }
    }
    let given = |key, form| {
        let values = data[key].as_object().into_iter().flatten();
        values.map(move |(name, it)| Given { form, name, kind: text(&it["type"]), value: &it["value"] })
    };
    let given = given("tool_parameters", "llm").chain(given("tool_configurations", "form")).collect();
    wrong.extend(call(text(&data["tool_name"]), given, false, node, scope, declared));
    wrong
}

/// A call of a tool with what a node gives it. A model (`by_model`) fills in the inputs by itself.
fn call(
    tool: &str,
    given: Vec<Given<'_>>,
    by_model: bool,
    node: &Node<'_>,
    scope: &Scope<'_>,
    declared: &Declared,
) -> Vec<String> {
    let Some(declaration) = declared.tools.get(tool) else { return vec![format!("there is no tool `{tool}`")] };
    let parameters = list(&declaration["parameters"]);
    let mut wrong = Vec::new();
    let mut named = BTreeSet::new();
    for given in given {
        let place = format!("{tool}.{}", given.name);
        let Some(parameter) = parameters.iter().find(|parameter| parameter["name"] == given.name) else {
            wrong.push(format!("{place} is not declared"));
            continue;
        };
        if parameter["form"] != given.form {
            wrong.push(format!("{place} is of the form {}, not {}", parameter["form"], given.form));
        }
        if by_model && given.form == "llm" {
            continue;
        }
        if given.value.as_str() != Some("") {
            named.insert(given.name);
        }
        wrong.extend(value(parameter, &given, node, scope).map(|what| format!("{place}: {what}")));
    }
    for parameter in parameters.iter().filter(|it| it["required"] == true && it.get("default").is_none()) {
        let is_models = by_model && parameter["form"] == "llm";
        if !is_models && !named.contains(text(&parameter["name"])) {
            wrong.push(format!("{tool}.{} is required", text(&parameter["name"])));
        }
    }
    wrong
}

/// What is wrong with a value.
fn value(parameter: &Value, given: &Given<'_>, node: &Node<'_>, scope: &Scope<'_>) -> Option<String> {
    let declared = text(&parameter["type"]);
    match given.kind {
        "constant" => constant(parameter, given.value),
        "mixed" if declared == "string" => {
            let Some(words) = given.value.as_str() else { return Some(format!("{} is no text", given.value)) };
            let variables = in_text(given.value);
            // Any other mistake in a reference is found where references are.
            let is_file = |kind: String| matches!(kind.as_str(), "file" | "array[file]");
            let file = variables.iter().find(|it| scope.type_of(it, node, false).is_ok_and(is_file));
            match file {
                Some(file) => Some(format!("{} is a file in a text", file.join("."))),
                None if variables.is_empty() && words.trim().is_empty() => Some("is an empty text".to_owned()),
                None => None,
            }
        }
        "variable" => {
            let Some(variable) = selector(given.value) else { return Some(format!("{} is no variable", given.value)) };
            let kind = scope.type_of(&variable, node, false).ok()?;
            let fits = match declared {
                "file" | "files" => matches!(kind.as_str(), "file" | "array[file]"),
                "select" => kind == "string",
                declared => kind == declared,
            };
            (!fits).then(|| format!("{} is of the type {kind}, not {declared}", variable.join(".")))
        }
        kind => Some(format!("a {declared} cannot be {kind}")),
    }
}

fn constant(parameter: &Value, value: &Value) -> Option<String> {
    let among = || {
        let option = list(&parameter["options"]).iter().find(|option| option["value"] == *value);
        match option {
            None => Some(format!("{value} is not among the options")),
            Some(option) if text(&option["label"]["en_US"]).contains("retired") => Some(format!("{value} is retired")),
            Some(_) => None,
        }
    };
    let wrong = match text(&parameter["type"]) {
        "select" => return among(),
        "string" => !value.is_string(),
        "boolean" => !value.is_boolean(),
        "number" => {
            let Some(number) = value.as_f64() else { return Some(format!("{value} is no number")) };
            let (min, max) = (parameter["min"].as_f64(), parameter["max"].as_f64());
            min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max)
        }
        // Files are never written into an app.
        _ => true,
    };
    wrong.then(|| format!("{value} is no {} that is allowed", text(&parameter["type"])))
}

fn agent_node(node: &Node<'_>, scope: &Scope<'_>, declared: &Declared) -> Vec<String> {
    let parameters = &node.data["agent_parameters"];
    let mut wrong = Vec::new();
    wrong.extend(model(&parameters["model"]["value"], "model"));
    for name in ["instruction", "query"] {
        if text(&parameters[name]["value"]).trim().is_empty() {
            wrong.push(format!("the agent has no {name}"));
        }
    }
    let tools = list(&parameters["tools"]["value"]);
    if tools.is_empty() {
        wrong.push("the agent has no tools".to_owned());
    }
    for tool in tools {
        let name = text(&tool["tool_name"]);
        if tool["provider_name"] != declared.provider || tool["type"] != "builtin" || tool["enabled"] != true {
            wrong.push(format!("{name} is not of this plugin, or is off"));
        }
        // Dify prefers this text to the declaration's, which then would grow old in here.
        if tool["extra"]["description"] != "" {
            wrong.push(format!("{name} has a description of its own"));
        }
        let empty = Map::new();
        let fields = |key: &str| tool[key].as_object().unwrap_or(&empty).iter();
        let of_model = |it: &Value| it["auto"] == 1 && it["value"].is_null();
        for (input, _) in fields("parameters").filter(|(_, it)| !of_model(it)) {
            wrong.push(format!("{name}.{input} is not left to the model"));
        }
        let of =
            |form, key| fields(key).map(move |(name, it)| Given { form, name, kind: "constant", value: &it["value"] });
        let given = of("llm", "parameters").chain(of("form", "settings")).collect();
        wrong.extend(call(name, given, true, node, scope, declared));
    }
    wrong
}

fn llm_node(node: &Node<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    wrong.extend(model(&node.data["model"], "name"));
    let prompts = list(&node.data["prompt_template"]);
    if prompts.is_empty() || prompts.iter().any(|prompt| text(&prompt["text"]).trim().is_empty()) {
        wrong.push("the model is told nothing".to_owned());
    }
    for part in ["context", "vision"] {
        if !node.data[part]["enabled"].is_boolean() {
            wrong.push(format!("{part} is neither on nor off"));
        }
    }
    wrong
}

/// A model is named by its provider (`author/plugin/provider`), its name and its mode.
fn model(model: &Value, name: &str) -> Option<String> {
    let is_provider = text(&model["provider"]).split('/').filter(|part| !part.is_empty()).count() == 3;
    let is_named = !text(&model[name]).is_empty() && model["mode"] == "chat" && model["completion_params"].is_object();
    (!is_provider || !is_named).then(|| format!("{model} names no model"))
}

//! Variables: what a node refers to is given by a node before it, and is of the type that it is taken for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Declared, Graph, Node, text};
use crate::support::list;

/// Keys whose value is a variable.
const SELECTORS: [&str; 4] = ["value_selector", "variable_selector", "iterator_selector", "output_selector"];
/// Keys whose variables are those of the nodes inside.
const INSIDE: [&str; 2] = ["output_selector", "break_conditions"];
/// What a node gives whose failure has a branch, on that branch.
const FAILURE: [(&str, &str); 2] = [("error_message", "string"), ("error_type", "string")];

/// A variable that a node refers to.
struct Reference<'a> {
    selector: Vec<&'a str>,
    /// Whether a container looks into itself.
    inside: bool,
}

/// All nodes, to look up what they give.
pub(super) struct Scope<'a> {
    graph: &'a Graph<'a>,
    declared: &'a Declared,
    is_chat: bool,
}

pub(super) fn findings(app: &Value, graph: &Graph<'_>, declared: &Declared) -> Vec<String> {
    let scope = Scope::new(app, graph, declared);
    let mut findings = Vec::new();
    for node in &graph.nodes {
        let mut references = Vec::new();
        let mut wrong = collect(node.data, false, &mut references);
        wrong.extend(references.iter().filter_map(|it| scope.type_of(&it.selector, node, it.inside).err()));
        wrong.extend(scope.kinds(node));
        findings.extend(wrong.into_iter().map(|what| format!("node {}: {what}", node.id)));
    }
    findings
}

/// Finds the references in `data`; returns braces that are none.
fn collect<'a>(data: &'a Value, inside: bool, found: &mut Vec<Reference<'a>>) -> Vec<String> {
    let mut wrong = Vec::new();
    match data {
        Value::String(words) => {
            for part in words.split("{{").skip(1) {
                match part.strip_prefix('#').and_then(|part| part.split_once("#}}")) {
                    Some((name, _)) => found.push(Reference { selector: name.split('.').collect(), inside }),
                    None => wrong.push(format!("`{{{{{}` is no reference", part.chars().take(20).collect::<String>())),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| wrong.extend(collect(item, inside, found))),
        Value::Object(fields) => {
            let is_variable = data["type"] == "variable" || data["input_type"] == "variable";
            for (key, value) in fields {
                // A template names its variables in braces of its own kind.
                if key == "template" {
                    continue;
                }
                let inside = inside || INSIDE.contains(&key.as_str());
                // A list operator's list is named by `variable` alone.
                let may_be = SELECTORS.contains(&key.as_str()) || key == "variable" || (key == "value" && is_variable);
                match selector(value).filter(|_| may_be) {
                    Some(selector) => found.push(Reference { selector, inside }),
                    None => wrong.extend(collect(value, inside, found)),
                }
            }
        }
        _ => {}
    }
    wrong
}

/// `["node", "output"]`.
pub(super) fn selector(value: &Value) -> Option<Vec<&str>> {
    let parts: Option<Vec<_>> = value.as_array()?.iter().map(Value::as_str).collect();
    parts.filter(|parts| !parts.is_empty())
}

/// The variables in a text.
pub(super) fn in_text(words: &Value) -> Vec<Vec<&str>> {
    let mut found = Vec::new();
    collect(words, false, &mut found);
    found.into_iter().map(|reference| reference.selector).collect()
}

impl<'a> Scope<'a> {
    pub(super) fn new(app: &Value, graph: &'a Graph<'a>, declared: &'a Declared) -> Self {
        Self { graph, declared, is_chat: app["app"]["mode"] == "advanced-chat" }
    }

    /// The type of a variable, for a node that refers to it.
    pub(super) fn type_of(&self, selector: &[&str], reader: &Node<'_>, inside: bool) -> Result<String, String> {
        let place = selector.join(".");
        let [id, name] = selector else { return Err(format!("{place} is no node and output")) };
        if *id == "sys" {
            let known = self.is_chat && *name == "query";
            return if known { Ok("string".to_owned()) } else { Err(format!("{place} is not given to this app")) };
        }
        let Some(source) = self.graph.node(id) else { return Err(format!("{place}: there is no node {id}")) };
        let given = self.given(source, reader, inside).ok_or_else(|| format!("{place} is not known here yet"))?;
        given.get(*name).cloned().ok_or_else(|| format!("{place}: {id} gives no {name}"))
    }

    /// What a node gives to another one; nothing if it has not run by then.
    fn given(&self, source: &Node<'_>, reader: &Node<'_>, inside: bool) -> Option<BTreeMap<String, String>> {
        let reader = self.graph.node(reader.id)?;
        let levels = self.graph.levels(reader.id);
        let around = if inside { &levels[..] } else { &levels[1..] };
        if around.contains(&source.id) {
            return Some(self.to_its_children(source));
        }
        if inside && source.parent == Some(reader.id) {
            return Some(self.outputs(source));
        }
        let source = self.graph.node(source.id)?;
        let leads_here = |handle| {
            let after = self.graph.after(source.id, handle);
            levels.iter().any(|level| after.contains(level))
        };
        if !leads_here(None) {
            return None;
        }
        if source.data["error_strategy"] != "fail-branch" {
            return Some(self.outputs(source));
        }
        let mut outputs = if leads_here(Some("source")) { self.outputs(source) } else { BTreeMap::new() };
        if leads_here(Some("fail-branch")) {
            outputs.extend(FAILURE.map(|(name, kind)| (name.to_owned(), kind.to_owned())));
        }
        Some(outputs)
    }

    /// Names and types of what a node gives to those after it.
    fn outputs(&self, node: &Node<'_>) -> BTreeMap<String, String> {
        let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, kind)| ((*name).into(), (*kind).into())).collect();
        let data = node.data;
        match node.kind {
            "start" => list(&data["variables"]).iter().map(start_variable).collect(),
            "tool" => self.tool_outputs(text(&data["tool_name"])),
            "llm" => of(&[("text", "string"), ("usage", "object")]),
            "agent" => of(&[("text", "string"), ("files", "array[file]"), ("json", "array[object]")]),
            "code" => {
                let outputs = data["outputs"].as_object().into_iter().flatten();
                outputs.map(|(name, output)| (name.clone(), text(&output["type"]).to_owned())).collect()
            }
            "template-transform" => of(&[("output", "string")]),
            "iteration" => of(&[("output", text(&data["output_type"]))]),
            "loop" => loop_variables(data),
            "list-operator" => {
                let item = text(&data["item_var_type"]);
                of(&[("result", text(&data["var_type"])), ("first_record", item), ("last_record", item)])
            }
            _ => BTreeMap::new(),
        }
    }

    /// Those of the plugin's declaration, and what Dify gives with every tool.
    fn tool_outputs(&self, tool: &str) -> BTreeMap<String, String> {
        let schema = self.declared.tools.get(tool).map(|tool| &tool["output_schema"]["properties"]);
        let declared = schema.and_then(Value::as_object).into_iter().flatten().map(|(name, output)| {
            let kind = match text(&output["type"]) {
                "array" => format!("array[{}]", text(&output["items"]["type"])),
                "integer" => "number".to_owned(),
                kind => kind.to_owned(),
            };
            (name.clone(), kind)
        });
        let every = [("text", "string"), ("files", "array[file]"), ("json", "array[object]")];
        declared.chain(every.map(|(name, kind)| (name.to_owned(), kind.to_owned()))).collect()
    }

    fn to_its_children(&self, container: &Node<'_>) -> BTreeMap<String, String> {
        if container.kind == "loop" {
            return loop_variables(container.data);
        }
        let list = selector(&container.data["iterator_selector"]).unwrap_or_default();
        let kind = self.type_of(&list, container, false).unwrap_or_default();
        let item = kind.strip_prefix("array[").and_then(|kind| kind.strip_suffix(']')).unwrap_or_default();
        BTreeMap::from([("item".to_owned(), item.to_owned()), ("index".to_owned(), "number".to_owned())])
    }

    /// Types that a node tells, where they are others than the variables have.
    fn kinds(&self, node: &Node<'_>) -> Vec<String> {
        let data = node.data;
        let mut told: Vec<(&Value, String, bool)> = Vec::new();
        let mut tells = |selector, kind: &Value| told.push((selector, text(kind).to_owned(), false));
        match node.kind {
            "iteration" => tells(&data["iterator_selector"], &data["iterator_input_type"]),
            "list-operator" => tells(&data["variable"], &data["var_type"]),
            "code" => list(&data["variables"]).iter().for_each(|it| tells(&it["value_selector"], &it["value_type"])),
            _ => {}
        }
        for condition in list(&data["cases"]).iter().flat_map(|case| list(&case["conditions"])) {
            tells(&condition["variable_selector"], &condition["varType"]);
        }
        for condition in list(&data["break_conditions"]) {
            told.push((&condition["variable_selector"], text(&condition["varType"]).to_owned(), true));
        }
        for item in list(&data["items"]).iter().filter(|item| item["input_type"] == "variable") {
            let target = selector(&item["variable_selector"]).unwrap_or_default();
            told.push((&item["value"], self.type_of(&target, node, false).unwrap_or_default(), false));
        }
        let mut wrong: Vec<_> = told
            .into_iter()
            .filter_map(|(variable, told, inside)| {
                let variable = selector(variable)?;
                let kind = self.type_of(&variable, node, inside).ok()?;
                (kind != told).then(|| format!("{} is of the type {kind}, not {told}", variable.join(".")))
            })
            .collect();
        wrong.extend(self.collected(node));
        wrong.extend((!KINDS.contains(&node.kind)).then(|| format!("this reader does not know nodes {}", node.kind)));
        wrong
    }

    /// An iteration gives what each round gives as a list; lists are joined.
    fn collected(&self, node: &Node<'_>) -> Option<String> {
        let each = selector(&node.data["output_selector"])?;
        let kind = self.type_of(&each, node, true).ok()?;
        let is_joined = kind.starts_with("array[") && node.data["flatten_output"] == true;
        let all = if is_joined { kind } else { format!("array[{kind}]") };
        let told = text(&node.data["output_type"]);
        (all != told).then(|| format!("its output is of the type {all}, not {told}"))
    }
}

/// Nodes whose rules are known here.
const KINDS: [&str; 15] = [
    "start",
    "end",
    "answer",
    "tool",
    "llm",
    "agent",
    "code",
    "if-else",
    "iteration",
    "iteration-start",
    "loop",
    "loop-start",
    "list-operator",
    "template-transform",
    "assigner",
];

fn start_variable(variable: &Value) -> (String, String) {
    let kind = match text(&variable["type"]) {
        "file" => "file",
        "file-list" => "array[file]",
        "number" => "number",
        "checkbox" => "boolean",
        _ => "string",
    };
    (text(&variable["variable"]).to_owned(), kind.to_owned())
}

fn loop_variables(data: &Value) -> BTreeMap<String, String> {
    let variables = list(&data["loop_variables"]).iter();
    variables.map(|it| (text(&it["label"]).to_owned(), text(&it["var_type"]).to_owned())).collect()
}

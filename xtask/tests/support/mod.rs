//! The YAML that Dify reads, as values.

#![allow(dead_code, reason = "each test file uses its part")]

use std::fs;

use serde_json::Value;
use xtask::{declaration, project};

pub(crate) const PROVIDER: &str = "provider/kling_aigc.yaml";

/// A file of the repository.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(project::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A file of `plugin/`.
pub(crate) fn yaml(path: &str) -> Value {
    declaration::yaml(&project::root().join("plugin"), path).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The tools the provider lists.
pub(crate) fn tools() -> Vec<Value> {
    strings(&yaml(PROVIDER)["tools"]).into_iter().map(yaml).collect()
}

/// Every parameter, with `tool.parameter` to tell where.
pub(crate) fn parameters() -> Vec<(String, Value)> {
    let of_tool = |tool: Value| {
        let place = |parameter: &Value| format!("{}.{}", tool["identity"]["name"], parameter["name"]).replace('"', "");
        list(&tool["parameters"]).iter().map(|parameter| (place(parameter), parameter.clone())).collect::<Vec<_>>()
    };
    tools().into_iter().flat_map(of_tool).collect()
}

pub(crate) fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The values a parameter or a credential is chosen from.
pub(crate) fn options(parameter: &Value) -> Vec<&Value> {
    list(&parameter["options"]).iter().map(|option| &option["value"]).collect()
}

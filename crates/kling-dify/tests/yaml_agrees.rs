//! What Dify reads and what the program does are one: every parameter, type, default, option and output, both ways.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kling_api::{ImageModel, VideoModel};
use kling_dify::declaration::ToolTable;
use serde_json::Value;

fn plugin_folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugin"))
}

fn yaml(path: &str) -> Value {
    let text = std::fs::read_to_string(plugin_folder().join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn declared(tool: &str) -> Value {
    yaml(&format!("tools/{tool}.yaml"))
}

fn texts(value: &Value, pick: impl Fn(&Value) -> &Value) -> Vec<String> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items.iter().map(|item| pick(item).as_str().unwrap_or_default().to_owned()).collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// A default as Dify stores it, without regard to quotes.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[test]
fn the_provider_lists_the_tools_of_the_program() {
    let listed: BTreeSet<String> = texts(&yaml("provider/kling_aigc.yaml")["tools"], |item| item)
        .iter()
        .map(|path| path.trim_start_matches("tools/").trim_end_matches(".yaml").to_owned())
        .collect();
    let served: BTreeSet<String> = kling_dify::tables().iter().map(|table| table.name.to_owned()).collect();
    assert_eq!(listed, served);
    assert_eq!(served.len(), 17);
}

#[test]
fn parameters_agree_in_name_type_default_and_options() {
    for table in kling_dify::tables() {
        let tool = declared(table.name);
        let declared: BTreeMap<String, &Value> = tool["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|parameter| (parameter["name"].as_str().unwrap().to_owned(), parameter))
            .collect();
        let read: BTreeSet<String> = table.parameters().map(|parameter| parameter.name.to_owned()).collect();
        assert_eq!(declared.keys().cloned().collect::<BTreeSet<_>>(), read, "{}", table.name);
        assert_eq!(read.len(), table.parameters().count(), "{}: a name stands twice", table.name);
        for parameter in table.parameters() {
            let yaml = declared[parameter.name];
            let place = format!("{}: {}", table.name, parameter.name);
            assert_eq!(yaml["type"], parameter.kind.as_str(), "{place}");
            assert_eq!(plain(&yaml["default"]).as_deref(), parameter.default, "{place}");
            let options = sorted(texts(&yaml["options"], |option| &option["value"]));
            let expected = sorted(parameter.options.iter().map(|&option| option.to_owned()).collect());
            assert_eq!(options, expected, "{place}");
        }
    }
}

/// Whether Kling no longer serves a model of a tool.
fn retired(tool: &str, model: &str) -> bool {
    let retirement = if tool.contains("image_create") || tool.contains("image_generation") {
        ImageModel::find(model).unwrap().retirement
    } else {
        VideoModel::find(model).unwrap().retirement
    };
    retirement.is_some()
}

#[test]
fn retired_models_are_called_so_and_come_last() {
    for table in kling_dify::tables() {
        let tool = declared(table.name);
        let parameters = tool["parameters"].as_array().unwrap();
        let Some(models) = parameters.iter().find(|it| it["name"] == "model_name") else { continue };
        let gone: Vec<bool> =
            texts(&models["options"], |it| &it["value"]).iter().map(|model| retired(table.name, model)).collect();
        let called: Vec<bool> =
            texts(&models["options"], |it| &it["label"]["en_US"]).iter().map(|it| it.contains("retired")).collect();
        assert_eq!(gone, called, "{}", table.name);
        assert!(gone.is_sorted(), "{}: a retired model stands above one that is served", table.name);
    }
}

#[test]
fn outputs_agree() {
    for ToolTable { name, outputs, .. } in kling_dify::tables() {
        let tool = declared(name);
        let declared: BTreeSet<&str> =
            tool["output_schema"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(declared, outputs.iter().copied().collect(), "{name}");
    }
}

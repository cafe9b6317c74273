//! A declaration becomes the JSON that Dify's daemon stores, and the JSON that a debugging connection sends.

#[path = "support/declarations.rs"]
mod declarations;

use declarations::{Files, folder};
use dify_plugin::declaration::{Declaration, Tool, check};
use serde_json::{Value, json};

fn declaration() -> Declaration {
    Declaration::from_folder(&folder()).unwrap()
}

#[test]
fn it_is_what_the_daemon_stores_byte_for_byte() {
    // Written by dify-plugin-daemon 0.6.10: its decoder, then `json.Marshal`.
    assert_eq!(declaration().stored(), include_str!("fixtures/declaration/stored.json"));
}

#[test]
fn the_lines_of_a_debugging_connection_make_up_what_is_stored() {
    let declaration = declaration();
    let mut sent = declaration.manifest_declaration();
    sent["verified"] = json!(false);
    sent["endpoint"] = declaration.endpoint_declaration().unwrap()[0].clone();
    sent["tool"] = declaration.tool_declaration().unwrap()[0].clone();
    let stored: Value = serde_json::from_str(&declaration.stored()).unwrap();
    assert_eq!(sent, stored);
}

#[test]
fn credentials_are_a_list_with_their_names_inside() {
    let tools = declaration().tool_declaration().unwrap();
    let credentials = tools[0]["credentials_schema"].as_array().unwrap();
    let names: Vec<_> = credentials.iter().map(|credential| credential["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["key", "region", "model", "careful"]);
    let as_list = "credentials_schema:\n  - { name: key, type: text-input, label: { en_US: Key } }\nx:";
    let mut files = Files::whole();
    files.edit("provider/whole.yaml", "credentials_for_provider:", as_list);
    let declaration = check(&files.source()).declaration.unwrap();
    assert_eq!(declaration.tool_declaration().unwrap()[0]["credentials_schema"][0]["name"], "key");
}

#[test]
fn a_provider_says_what_the_manifest_says_where_it_says_nothing() {
    let declaration = declaration();
    let identity = &declaration.provider().unwrap().identity;
    assert_eq!(identity.description, declaration.manifest().description);
    assert_eq!(identity.tags, ["image", "utilities"]);
}

#[test]
fn what_is_not_declared_is_not_sent() {
    let mut files = Files::whole();
    files.edit("manifest.yaml", "  tools: [provider/whole.yaml]\n", "");
    let declaration = check(&files.source()).declaration.unwrap();
    assert_eq!(declaration.tool_declaration(), None);
    assert_eq!(declaration.tools(), []);
    assert!(declaration.endpoint_declaration().is_some());
}

#[test]
fn assets_are_those_that_are_named() {
    let mut files = Files::whole();
    files.put("_assets/unused.svg", "<svg/>");
    let declaration = check(&files.source()).declaration.unwrap();
    let assets: Vec<_> = declaration.assets().map(|(name, bytes)| (name, bytes.is_empty())).collect();
    assert_eq!(assets, [("dark.svg", false), ("icon.svg", false)]);
}

#[test]
fn tools_tell_their_parameters_and_outputs() {
    let declaration = declaration();
    let names: Vec<_> = declaration.tools().iter().map(Tool::name).collect();
    // What stands in the provider's file comes first, as in the daemon.
    assert_eq!(names, ["inline", "first"]);
    let tool = declaration.tool("first").unwrap();
    assert_eq!(tool.outputs().collect::<Vec<_>>(), ["count", "url"]);
    assert_eq!(tool.parameter("choice").unwrap().options().collect::<Vec<_>>(), ["on", "off"]);
    assert!(tool.parameter("text").unwrap().required);
}

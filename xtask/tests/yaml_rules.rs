//! The YAML that Dify reads keeps the rules of Dify and of this repository.

mod support;

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use support::{PROVIDER, list, options, parameters, strings, text, tools, yaml};
use xtask::package::manifest_version;
use xtask::project;

/// Names of outputs that Dify gives to every tool.
const DIFYS_OWN_OUTPUTS: [&str; 3] = ["text", "files", "json"];

fn assert_speaks(texts: &Value, language: &str, place: &str) {
    assert!(texts[language].as_str().is_some_and(|text| !text.is_empty()), "{place} says nothing in {language}");
}

/// Texts that people read come in both languages.
fn assert_speaks_both(texts: &Value, place: &str) {
    assert_speaks(texts, "en_US", place);
    assert_speaks(texts, "zh_Hans", place);
    let english = texts["en_US"].as_str().unwrap();
    assert!(!english.contains(|it| ('\u{4e00}'..='\u{9fff}').contains(&it)), "{place} speaks Chinese in English");
}

#[test]
fn people_read_both_languages() {
    let manifest = yaml("manifest.yaml");
    assert_speaks_both(&manifest["label"], "the manifest's label");
    assert_speaks_both(&manifest["description"], "the manifest's description");
    let provider = yaml(PROVIDER);
    assert_speaks_both(&provider["identity"]["label"], "the provider's label");
    for (name, credential) in provider["credentials_for_provider"].as_object().unwrap() {
        for part in ["label", "placeholder"] {
            assert_speaks_both(&credential[part], &format!("the {part} of {name}"));
        }
        if let Some(help) = credential.get("help") {
            assert_speaks_both(help, &format!("the help of {name}"));
        }
        for option in list(&credential["options"]) {
            assert_speaks_both(&option["label"], &format!("{name}={}", option["value"]));
        }
    }
    for tool in tools() {
        assert_speaks_both(&tool["identity"]["label"], &tool["identity"]["name"].to_string());
        assert_speaks_both(&tool["description"]["human"], &tool["identity"]["name"].to_string());
    }
    for (place, parameter) in parameters() {
        assert_speaks_both(&parameter["label"], &place);
        assert_speaks_both(&parameter["human_description"], &place);
        for option in list(&parameter["options"]) {
            // Many are the value itself, which is the same in every language.
            assert_speaks(&option["label"], "en_US", &format!("{place}={}", option["value"]));
        }
    }
}

#[test]
fn only_what_an_agent_fills_in_is_described_to_it() {
    for (place, parameter) in parameters() {
        let described = parameter["llm_description"].as_str().is_some_and(|text| !text.is_empty());
        assert!(matches!(parameter["form"].as_str(), Some("llm" | "form")), "{place}");
        assert_eq!(described, parameter["form"] == "llm", "{place}");
        assert_eq!(described, parameter.get("llm_description").is_some(), "{place}");
    }
}

#[test]
fn a_description_says_more_than_that_there_is_a_parameter() {
    for (place, parameter) in parameters() {
        let texts =
            [&parameter["llm_description"], &parameter["human_description"]["en_US"], &parameter["label"]["en_US"]];
        for text in texts.into_iter().filter_map(Value::as_str) {
            assert!(!text.starts_with("Parameter"), "{place}: {text}");
        }
    }
}

#[test]
fn options_are_strings_and_defaults_are_options() {
    let provider = yaml(PROVIDER);
    let credentials = provider["credentials_for_provider"].as_object().unwrap().clone();
    let all: Vec<_> = credentials.into_iter().chain(parameters()).collect();
    let mut seen = 0;
    for (place, it) in &all {
        let options = options(it);
        assert!(it["type"] != "select" || !options.is_empty(), "{place} offers nothing to select");
        for option in &options {
            assert!(option.is_string(), "{place}: {option} is no string; quote it");
            seen += 1;
        }
        if let (Some(default), false) = (it.get("default"), options.is_empty()) {
            assert!(options.contains(&default), "{place}: {default} is no option");
        }
    }
    assert!(seen > 0);
}

#[test]
fn files_that_are_named_are_there() {
    let plugin = project::root().join("plugin");
    let manifest = yaml("manifest.yaml");
    let provider = yaml(PROVIDER);
    assert_eq!(manifest["plugins"]["tools"], serde_json::json!([PROVIDER]));
    assert!(project::root().join(manifest["privacy"].as_str().unwrap()).is_file());
    for icon in [&manifest["icon"], &provider["identity"]["icon"]] {
        assert!(plugin.join("_assets").join(icon.as_str().unwrap()).is_file());
    }
    let entrypoint = format!("{}.py", manifest["meta"]["runner"]["entrypoint"].as_str().unwrap());
    assert!(plugin.join(&entrypoint).is_file());
    assert_eq!(provider["extra"]["python"]["source"], entrypoint);

    let listed = strings(&provider["tools"]);
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len(), "a tool is listed twice");
    for path in listed {
        let tool = yaml(path);
        assert_eq!(path, format!("tools/{}.yaml", tool["identity"]["name"].as_str().unwrap()));
        assert_eq!(tool["extra"]["python"]["source"], entrypoint, "{path}");
    }
    let found = fs::read_dir(plugin.join("tools")).unwrap();
    let found: BTreeSet<_> = found.map(|file| format!("tools/{}", file.unwrap().file_name().display())).collect();
    assert_eq!(found, strings(&provider["tools"]).into_iter().map(str::to_owned).collect());
}

#[test]
fn every_tool_declares_its_outputs() {
    for tool in tools() {
        let name = tool["identity"]["name"].as_str().unwrap();
        assert_eq!(tool["output_schema"]["type"], "object", "{name}");
        let outputs = tool["output_schema"]["properties"].as_object().unwrap();
        assert!(!outputs.is_empty(), "{name}");
        for (output, schema) in outputs {
            assert!(!DIFYS_OWN_OUTPUTS.contains(&output.as_str()), "{name}.{output} hides Dify's own");
            let whole = match schema["type"].as_str() {
                Some("array") => schema["items"]["type"].is_string(),
                kind => matches!(kind, Some("string" | "number")),
            };
            assert!(whole, "{name}.{output} has no type that Dify knows");
        }
        // What waits for a task can be resumed, and tells where the results are.
        if list(&tool["parameters"]).iter().any(|parameter| parameter["name"] == "wait_for_result") {
            let of_every_task = ["task_id", "task_status", "handle", "url", "urls", "expires_at"];
            assert!(of_every_task.iter().all(|output| outputs.contains_key(*output)), "{name}");
        }
        if matches!(name, "element_create" | "element_query" | "element_delete" | "task_query") {
            assert!(outputs.contains_key("element_id"), "{name}");
        }
    }
}

#[test]
fn one_version_everywhere() {
    assert_eq!(yaml("manifest.yaml")["version"], project::VERSION);
    assert_eq!(manifest_version(&text("plugin/manifest.yaml")).unwrap(), project::VERSION);
    let section = format!("\n## [{}] - ", project::VERSION);
    assert!(text("CHANGELOG.md").contains(&section), "CHANGELOG.md has no section {}", project::VERSION);
    let package = format!("{}-{}.difypkg", project::PLUGIN, project::VERSION);
    for readme in ["README.md", "plugin/README.md", "plugin/readme/README_zh_Hans.md"] {
        let text = text(readme);
        let (named, right) = (text.matches("kling_aigc-").count(), text.matches(&package).count());
        assert!(named > 0 && named == right, "{readme} names another package than {package}");
    }
}

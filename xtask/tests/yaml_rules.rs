//! The YAML that Dify reads keeps its own rules and every name that a saved workflow refers to.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value};
use xtask::package::manifest_version;
use xtask::project;

const PROVIDER: &str = "provider/kling_aigc.yaml";
/// Dify on `MySQL` keeps the whole declaration as one JSON in a column of the type TEXT.
const MYSQL_TEXT_BYTES: usize = 65_535;

fn text(path: &str) -> String {
    fs::read_to_string(project::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_saphyr::from_str(&text(&format!("plugin/{path}"))).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn tools() -> Vec<Value> {
    strings(&yaml(PROVIDER)["tools"]).into_iter().map(yaml).collect()
}

fn strings(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every parameter, with `tool.parameter` to tell where.
fn parameters() -> Vec<(String, Value)> {
    let of_tool = |tool: Value| {
        let place = |parameter: &Value| format!("{}.{}", tool["identity"]["name"], parameter["name"]).replace('"', "");
        list(&tool["parameters"]).iter().map(|parameter| (place(parameter), parameter.clone())).collect::<Vec<_>>()
    };
    tools().into_iter().flat_map(of_tool).collect()
}

fn options(parameter: &Value) -> Vec<&Value> {
    list(&parameter["options"]).iter().map(|option| &option["value"]).collect()
}

/// Texts that people read come in both languages.
fn assert_speaks_both(texts: &Value, place: &str) {
    for language in ["en_US", "zh_Hans"] {
        assert!(texts[language].as_str().is_some_and(|text| !text.is_empty()), "{place} says nothing in {language}");
    }
}

#[test]
fn every_name_and_value_of_0_0_1_is_still_here() {
    let released: Value = serde_json::from_str(include_str!("fixtures/saved_workflows_0_0_1.json")).unwrap();
    let manifest = yaml("manifest.yaml");
    assert_eq!((&manifest["author"], &manifest["name"]), (&released["plugin"]["author"], &released["plugin"]["name"]));
    let provider = yaml(PROVIDER);
    assert_eq!(provider["identity"]["name"], released["plugin"]["name"]);
    for (name, kind) in released["credentials"].as_object().unwrap() {
        assert_eq!(provider["credentials_for_provider"][name]["type"], *kind, "credential {name}");
    }

    let now = parameters();
    let mut compared = 0;
    for (tool, released) in released["tools"].as_object().unwrap() {
        for (name, released) in released.as_object().unwrap() {
            let place = format!("{tool}.{name}");
            let (_, parameter) =
                now.iter().find(|(found, _)| *found == place).unwrap_or_else(|| panic!("{place} is gone"));
            assert_eq!(parameter["type"], released["type"], "{place}");
            assert_eq!(parameter["form"], released["form"], "{place}");
            assert_eq!(parameter["required"], released.get("required").is_some(), "{place}");
            for option in list(&released["options"]) {
                assert!(options(parameter).contains(&option), "{place} no longer takes {option}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 18);
}

#[test]
fn a_new_parameter_is_not_required() {
    // A saved workflow does not fill it in.
    let required: Vec<_> = parameters().into_iter().filter(|(_, it)| it["required"] != false).collect();
    let places: Vec<_> = required.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["text_2_video_create.prompt"]);
}

#[test]
fn people_read_both_languages() {
    let manifest = yaml("manifest.yaml");
    assert_speaks_both(&manifest["label"], "the manifest's label");
    assert_speaks_both(&manifest["description"], "the manifest's description");
    let provider = yaml(PROVIDER);
    assert_speaks_both(&provider["identity"]["label"], "the provider's label");
    for (name, credential) in provider["credentials_for_provider"].as_object().unwrap() {
        for part in ["label", "placeholder", "help"] {
            assert_speaks_both(&credential[part], &format!("the {part} of {name}"));
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
            assert_speaks_both(&option["label"], &format!("{place}={}", option["value"]));
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
fn options_are_strings_and_defaults_are_options() {
    let provider = yaml(PROVIDER);
    let credentials = provider["credentials_for_provider"].as_object().unwrap().clone();
    let all: Vec<_> = credentials.into_iter().chain(parameters()).collect();
    let mut seen = 0;
    for (place, it) in &all {
        let options = options(it);
        assert_eq!(it["type"] == "select", !options.is_empty(), "{place}");
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

    for path in strings(&provider["tools"]) {
        let tool = yaml(path);
        assert_eq!(path, format!("tools/{}.yaml", tool["identity"]["name"].as_str().unwrap()));
        assert_eq!(tool["extra"]["python"]["source"], entrypoint, "{path}");
    }
    let found = fs::read_dir(plugin.join("tools")).unwrap();
    let found: BTreeSet<_> = found.map(|file| format!("tools/{}", file.unwrap().file_name().display())).collect();
    assert_eq!(found, strings(&provider["tools"]).into_iter().map(str::to_owned).collect());
}

#[test]
fn every_output_is_declared() {
    for tool in tools() {
        let declared: Vec<_> = tool["output_schema"]["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(declared, ["task_id", "task_status", "handle", "url", "urls", "expires_at"]);
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

#[test]
fn the_declaration_fits_into_mysql() {
    let mut manifest = yaml("manifest.yaml");
    let mut provider = yaml(PROVIDER);
    provider["tools"] = tools().into();
    manifest["tool"] = provider;
    // The daemon's Go code escapes these.
    let json = manifest.to_string();
    let escaped = json.matches(['<', '>', '&']).count() * "\\u003".len();
    let bytes = json.len() + escaped;
    assert!(bytes <= MYSQL_TEXT_BYTES, "{bytes} bytes");
}

#[test]
fn the_parser_tells_strings_from_other_things() {
    // Or the rules above would hold for nothing.
    let parsed: Map<String, Value> = serde_saphyr::from_str("a: \"3\"\nb: 3\nc: \"on\"\nd: true\n").unwrap();
    assert_eq!(Value::from(parsed), serde_json::json!({"a": "3", "b": 3, "c": "on", "d": true}));
}

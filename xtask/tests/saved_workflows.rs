//! A workflow saved with the Python plugin 0.0.1, or with 0.1.0, finds everything it refers to.

mod support;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use support::{PROVIDER, list, options, parameters, tools, yaml};

/// What each release declared.
fn releases() -> [(&'static str, Value); 2] {
    [
        ("0.0.1", include_str!("fixtures/saved_workflows_0_0_1.json")),
        ("0.1.0", include_str!("fixtures/saved_workflows_0_1_0.json")),
    ]
    .map(|(version, text)| (version, serde_json::from_str(text).unwrap()))
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Every parameter of a release, with `tool.parameter` to tell where.
fn released_parameters(released: &Value) -> impl Iterator<Item = (String, &Value)> {
    object(&released["tools"]).iter().flat_map(|(tool, parameters)| {
        object(parameters).iter().map(move |(name, parameter)| (format!("{tool}.{name}"), parameter))
    })
}

#[test]
fn the_plugin_and_its_credentials_keep_their_names() {
    let (manifest, provider) = (yaml("manifest.yaml"), yaml(PROVIDER));
    for (version, released) in releases() {
        let plugin = &released["plugin"];
        assert_eq!((&manifest["author"], &manifest["name"]), (&plugin["author"], &plugin["name"]), "{version}");
        assert_eq!(provider["identity"]["name"], plugin["name"], "{version}");
        for (name, kind) in object(&released["credentials"]) {
            assert_eq!(provider["credentials_for_provider"][name]["type"], *kind, "{version}: credential {name}");
        }
    }
}

#[test]
fn every_tool_is_still_here() {
    let now: BTreeSet<_> = tools().iter().map(|tool| tool["identity"]["name"].as_str().unwrap().to_owned()).collect();
    for ((version, released), count) in releases().iter().zip([13, 16]) {
        let missing: Vec<_> = object(&released["tools"]).keys().filter(|name| !now.contains(*name)).collect();
        assert_eq!(missing, [""; 0], "{version}");
        assert_eq!(object(&released["tools"]).len(), count, "{version}");
    }
}

#[test]
fn every_parameter_and_value_is_still_here() {
    let now = parameters();
    for ((version, released), whole) in releases().iter().zip([(101, 143), (149, 203)]) {
        let (mut compared, mut values) = (0, 0);
        for (place, released) in released_parameters(released) {
            let found = now.iter().find(|(found, _)| *found == place);
            let (_, parameter) = found.unwrap_or_else(|| panic!("{version}: {place} is gone"));
            assert_eq!(parameter["type"], released["type"], "{version}: {place}");
            assert_eq!(parameter["form"], released["form"], "{version}: {place}");
            assert_eq!(parameter["required"], released.get("required").is_some(), "{version}: {place}");
            // Models retire, and the default moves on.
            if !place.ends_with(".model_name") {
                assert_eq!(parameter.get("default"), released.get("default"), "{version}: {place}");
            }
            for option in list(&released["options"]) {
                assert!(options(parameter).contains(&option), "{version}: {place} no longer takes {option}");
                values += 1;
            }
            compared += 1;
        }
        assert_eq!((compared, values), whole, "{version}: the fixture is whole");
    }
}

#[test]
fn every_output_is_still_here() {
    // 0.0.1 declared none.
    let [_, (version, released)] = releases();
    let mut compared = 0;
    for tool in tools() {
        let name = tool["identity"]["name"].as_str().unwrap();
        for (output, kind) in released["outputs"][name].as_object().into_iter().flatten() {
            let now = &tool["output_schema"]["properties"][output]["type"];
            assert_eq!(now, kind, "{version}: {name}.{output}");
            compared += 1;
        }
    }
    assert_eq!(compared, 122, "the fixture is whole");
}

#[test]
fn nothing_new_is_required() {
    // A saved workflow does not fill it in; and what is new on its own can do without.
    let required: BTreeSet<_> =
        parameters().into_iter().filter(|(_, it)| it["required"] != false).map(|(place, _)| place).collect();
    for (version, released) in releases() {
        let expected: BTreeSet<_> =
            released_parameters(&released).filter(|(_, it)| it["required"] == true).map(|(place, _)| place).collect();
        assert_eq!(required, expected, "{version}");
    }
}

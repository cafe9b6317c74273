//! A workflow saved with the Python plugin 0.0.1 finds everything it refers to.

mod support;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use support::{PROVIDER, list, options, parameters, tools, yaml};

/// What 0.0.1 declared.
fn released() -> Value {
    serde_json::from_str(include_str!("fixtures/saved_workflows_0_0_1.json")).unwrap()
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap()
}

/// Every parameter of 0.0.1, with `tool.parameter` to tell where.
fn released_parameters(released: &Value) -> impl Iterator<Item = (String, &Value)> {
    object(&released["tools"]).iter().flat_map(|(tool, parameters)| {
        object(parameters).iter().map(move |(name, parameter)| (format!("{tool}.{name}"), parameter))
    })
}

#[test]
fn the_plugin_and_its_credentials_keep_their_names() {
    let released = released();
    let (manifest, provider) = (yaml("manifest.yaml"), yaml(PROVIDER));
    assert_eq!((&manifest["author"], &manifest["name"]), (&released["plugin"]["author"], &released["plugin"]["name"]));
    assert_eq!(provider["identity"]["name"], released["plugin"]["name"]);
    for (name, kind) in object(&released["credentials"]) {
        assert_eq!(provider["credentials_for_provider"][name]["type"], *kind, "credential {name}");
    }
}

#[test]
fn every_tool_is_still_here() {
    let released = released();
    let now: BTreeSet<_> = tools().iter().map(|tool| tool["identity"]["name"].as_str().unwrap().to_owned()).collect();
    let missing: Vec<_> = object(&released["tools"]).keys().filter(|name| !now.contains(*name)).collect();
    assert_eq!(missing, [""; 0]);
    assert_eq!(object(&released["tools"]).len(), 13);
}

#[test]
fn every_parameter_and_value_is_still_here() {
    let released = released();
    let now = parameters();
    let (mut compared, mut values) = (0, 0);
    for (place, released) in released_parameters(&released) {
        let (_, parameter) = now.iter().find(|(found, _)| *found == place).unwrap_or_else(|| panic!("{place} is gone"));
        assert_eq!(parameter["type"], released["type"], "{place}");
        assert_eq!(parameter["form"], released["form"], "{place}");
        assert_eq!(parameter["required"], released.get("required").is_some(), "{place}");
        // Models retire, and the default moves on.
        if !place.ends_with(".model_name") {
            assert_eq!(parameter.get("default"), released.get("default"), "{place}");
        }
        for option in list(&released["options"]) {
            assert!(options(parameter).contains(&option), "{place} no longer takes {option}");
            values += 1;
        }
        compared += 1;
    }
    assert_eq!((compared, values), (101, 143), "the fixture is whole");
}

#[test]
fn nothing_new_is_required() {
    // A saved workflow does not fill it in; and what is new on its own can do without.
    let released = released();
    let expected: BTreeSet<_> =
        released_parameters(&released).filter(|(_, it)| it["required"] == true).map(|(place, _)| place).collect();
    let required = parameters().into_iter().filter(|(_, it)| it["required"] != false).map(|(place, _)| place);
    assert_eq!(required.collect::<BTreeSet<_>>(), expected);
}

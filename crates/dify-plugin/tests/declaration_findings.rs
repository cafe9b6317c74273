//! Everything that is wrong with a declaration is told at once, in lines that name the place.

#[path = "support/declarations.rs"]
mod declarations;

use declarations::{Files, folder};
use dify_plugin::declaration::{Declaration, Severity, check};

#[test]
fn a_declaration_that_keeps_the_rules_has_no_findings() {
    assert_eq!(check(&Files::whole().source()).findings, []);
}

#[test]
fn all_findings_are_collected_file_by_file() {
    let mut files = Files::whole();
    files.edit("manifest.yaml", "type: plugin", "type: bundle");
    files.edit("manifest.yaml", "tags: [image, utilities]", "tags: [kittens]\nmood: good");
    files.edit("tools/first.yaml", "value: \"off\"", "value: \"\"");
    files.edit("endpoints/callback.yaml", "method: POST", "method: post");
    let report = check(&files.source());
    let lines: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    manifest.yaml:2: type: must be plugin, not "bundle"
    manifest.yaml:32: tags[0]: is "kittens", not one of search, image, videos, weather, finance, design, travel, social, news, medical, productivity, education, business, entertainment, utilities, agent, rag, other, trigger
    manifest.yaml:33: mood: is not a field that Dify reads
    tools/first.yaml:39: parameters[2].options[1].value: must not be empty
    endpoints/callback.yaml:2: method: is "post", not one of HEAD, GET, POST, PUT, DELETE, OPTIONS
    "#);
    assert_eq!((report.errors().count(), report.warnings().count()), (4, 1));

    let refusal = report.into_result().unwrap_err();
    assert!(refusal.findings.iter().all(|finding| finding.severity() == Severity::Error));
    assert_eq!(refusal.to_string().lines().count(), 4);
}

#[test]
fn warnings_do_not_stand_in_the_way() {
    let mut files = Files::whole();
    files.edit("tools/first.yaml", "default: [\"on\"]", "default: [\"neither\"]");
    let report = check(&files.source());
    assert_eq!((report.errors().count(), report.warnings().count()), (0, 1));
    assert!(report.into_result().is_ok());
}

#[test]
fn a_missing_folder_is_told() {
    let refusal = Declaration::from_folder(&folder().join("tools")).unwrap_err().to_string();
    assert_eq!(refusal, "manifest.yaml: names manifest.yaml, which is missing");
}

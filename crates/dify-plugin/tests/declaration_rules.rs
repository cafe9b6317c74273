//! Each rule for declarations finds what breaks it, and names the rule, the file and the field.

#[path = "support/declarations.rs"]
mod declarations;

use std::collections::HashSet;

use declarations::Files;
use dify_plugin::declaration::{Finding, Rule, Severity, check};

const MANIFEST: &str = "manifest.yaml";
const PROVIDER: &str = "provider/whole.yaml";
const TOOL: &str = "tools/first.yaml";
const GROUP: &str = "group/whole.yaml";
const ENDPOINT: &str = "endpoints/callback.yaml";

/// What is changed, and which finding that gives where.
type Case = (&'static str, &'static str, &'static str, Rule, &'static str);

const CASES: &[Case] = &[
    // manifest.yaml
    (MANIFEST, "version: 0.0.1\ntype", "version: 0.0.1.1\ntype", Rule::Pattern, "version"),
    (MANIFEST, "version: 0.0.1\ntype", "type", Rule::Required, "version"),
    (MANIFEST, "version: 0.0.1\ntype", "version: 1.0\ntype", Rule::Unquoted, "version"),
    (MANIFEST, "type: plugin", "type: bundle", Rule::UnknownWord, "type"),
    (MANIFEST, "type: plugin", "type:", Rule::Required, "type"),
    (MANIFEST, "type: plugin", "type: plugin\ntype: plugin", Rule::DuplicateKey, "type"),
    (MANIFEST, "type: plugin", "type: plugin\ncolour: red", Rule::UnknownField, "colour"),
    (MANIFEST, "author: probe", "author: Probe", Rule::Pattern, "author"),
    (MANIFEST, "author: probe", "author: ''", Rule::Required, "author"),
    (MANIFEST, "author: probe", "author: 3fa85f64-5717-4562-b3fc-2c963f66afa6", Rule::AuthorIsUuid, "author"),
    (MANIFEST, "author: probe", "author: my-dify", Rule::ReservedAuthor, "author"),
    (MANIFEST, "name: whole_declaration", "name: whole declaration", Rule::Pattern, "name"),
    (MANIFEST, "name: whole_declaration", "name: 12", Rule::Unquoted, "name"),
    (MANIFEST, "en_US: Has every field once.", "zh_Hans: 完整", Rule::Required, "description.en_US"),
    (MANIFEST, "en_US: Whole <declaration> & more", "en_US: ''", Rule::Required, "label.en_US"),
    (MANIFEST, "en_US: Whole <declaration> & more", "en_US: [a]", Rule::WrongType, "label.en_US"),
    (MANIFEST, "  pt_BR: Tudo", "  pt_BR: Tudo\n  fr_FR: Tout", Rule::UnknownField, "label.fr_FR"),
    (MANIFEST, "icon: icon.svg\n", "", Rule::Required, "icon"),
    (MANIFEST, "icon: icon.svg", "icon: none.svg", Rule::MissingAsset, "icon"),
    (MANIFEST, "icon: icon.svg", "icon: ../icon.svg", Rule::Path, "icon"),
    (MANIFEST, "icon_dark: dark.svg", "icon_dark: none.svg", Rule::MissingAsset, "icon_dark"),
    (MANIFEST, "created_at: 2026-11-23T08:03:44.658600Z", "created_at: today", Rule::Timestamp, "created_at"),
    (MANIFEST, "created_at: 2026-11-23T08:03:44.658600Z", "created_at: 0001-01-01", Rule::Timestamp, "created_at"),
    (MANIFEST, "created_at: 2026-11-23T08:03:44.658600Z", "", Rule::Required, "created_at"),
    (MANIFEST, "memory: 0x4000000", "memory: 64 MB", Rule::WrongType, "resource.memory"),
    (MANIFEST, "memory: 0x4000000", "memory: 0", Rule::Required, "resource.memory"),
    (MANIFEST, "  memory: 0x4000000\n", "", Rule::Required, "resource.memory"),
    (
        MANIFEST,
        "tool: { enabled: true }",
        "tool: { enabled: sure }",
        Rule::WrongType,
        "resource.permission.tool.enabled",
    ),
    (MANIFEST, "tool: { enabled: true }", "tool: { enabled: yes }", Rule::Unquoted, "resource.permission.tool.enabled"),
    (MANIFEST, "tool: { enabled: true }", "tool: true", Rule::WrongType, "resource.permission.tool"),
    (MANIFEST, "size: 1_048_576", "size: 1023", Rule::OutOfRange, "resource.permission.storage.size"),
    (MANIFEST, "size: 1_048_576", "size: 1073741825", Rule::OutOfRange, "resource.permission.storage.size"),
    (MANIFEST, "true, size: 1_048_576", "true", Rule::Required, "resource.permission.storage.size"),
    (MANIFEST, "endpoint: { enabled: true }", "", Rule::EndpointPermission, "resource.permission.endpoint.enabled"),
    (MANIFEST, "[provider/whole.yaml]", "[provider/none.yaml]", Rule::MissingFile, "plugins.tools[0]"),
    (MANIFEST, "[provider/whole.yaml]", "[./provider/whole.yaml]", Rule::Path, "plugins.tools[0]"),
    (MANIFEST, "[provider/whole.yaml]", "[provider/whole.yaml, provider/whole.yaml]", Rule::OneOfEach, "plugins.tools"),
    (MANIFEST, "[group/whole.yaml]", "[group/whole.yaml, group/whole.yaml]", Rule::OneOfEach, "plugins.endpoints"),
    (
        MANIFEST,
        "  tools: [provider/whole.yaml]\n  endpoints: [group/whole.yaml]",
        "  tools: []",
        Rule::NothingDeclared,
        "plugins",
    ),
    (
        MANIFEST,
        "  tools: [provider/whole.yaml]\n  endpoints: [group/whole.yaml]",
        "  models: [a.yaml]",
        Rule::Unsupported,
        "plugins.models",
    ),
    (MANIFEST, "  endpoints: [group/whole.yaml]", "  triggers: [a.yaml]", Rule::Combination, "plugins.triggers"),
    (MANIFEST, "version: 0.0.1\n  arch", "version: one\n  arch", Rule::Pattern, "meta.version"),
    (MANIFEST, "arch: [amd64, arm64]", "arch: [amd64, riscv64]", Rule::UnknownWord, "meta.arch[1]"),
    (MANIFEST, "  arch: [amd64, arm64]\n", "", Rule::Required, "meta.arch"),
    (MANIFEST, "language: python", "language: go", Rule::UnknownWord, "meta.runner.language"),
    (MANIFEST, "version: \"3.12\"", "version: 3.12", Rule::Unquoted, "meta.runner.version"),
    (MANIFEST, "entrypoint: main", "entrypoint: start", Rule::Entrypoint, "meta.runner.entrypoint"),
    (MANIFEST, ", entrypoint: main", "", Rule::Required, "meta.runner.entrypoint"),
    (MANIFEST, "tags: [image, utilities]", "tags: [image, kittens]", Rule::UnknownWord, "tags[1]"),
    (MANIFEST, "repo: https://example.com/repo?a=1&b=2", "repo: example", Rule::Url, "repo"),
    (MANIFEST, "repo: https://example.com/repo?a=1&b=2", "repo: ''", Rule::Required, "repo"),
    (MANIFEST, "- api.example.com", "- https://api.example.com", Rule::Domain, "network.domains[0]"),
    (MANIFEST, "- \"*.example.org\"", "- [a.example.org]", Rule::Domain, "network.domains[1]"),
    (MANIFEST, "\n  domains:\n    - api.example.com\n    - \"*.example.org\"", " any", Rule::Domain, "network"),
    (
        MANIFEST,
        "domains:\n    - api.example.com\n    - \"*.example.org\"",
        "domains: api.example.com",
        Rule::Domain,
        "network.domains",
    ),
    (MANIFEST, "  domains:", "  hosts: []\n  domains:", Rule::UnknownField, "network.hosts"),
    // The provider
    (PROVIDER, "author: probe\n  name", "name", Rule::Required, "identity.author"),
    (PROVIDER, "name: whole_declaration", "name: whole.declaration", Rule::Pattern, "identity.name"),
    (PROVIDER, "name: whole_declaration", "name: Whole", Rule::LowerCase, "identity.name"),
    (PROVIDER, "  icon: icon.svg\n", "", Rule::Required, "identity.icon"),
    (PROVIDER, "icon_dark: dark.svg", "icon_dark: none.svg", Rule::MissingAsset, "identity.icon_dark"),
    (
        PROVIDER,
        "  label: { en_US: Whole }",
        "  tags: [agent]\n  label: { en_US: Whole }",
        Rule::ProviderTag,
        "identity.tags[0]",
    ),
    (
        PROVIDER,
        "  label: { en_US: Whole }",
        "  tags: [kittens]\n  label: { en_US: Whole }",
        Rule::UnknownWord,
        "identity.tags[0]",
    ),
    (PROVIDER, "  label: { en_US: Whole }\n", "", Rule::Required, "identity.label"),
    (PROVIDER, "type: boolean", "type: any", Rule::UnknownWord, "credentials_for_provider.careful.type"),
    (PROVIDER, "type: boolean", "type: boolean\n    scope: all", Rule::Scope, "credentials_for_provider.careful.scope"),
    (PROVIDER, "llm & vision", "llm & sight", Rule::ScopeWord, "credentials_for_provider.model.scope"),
    (PROVIDER, "llm & vision", "all", Rule::Scope, "credentials_for_provider.model.scope"),
    (PROVIDER, "default: true", "default: { a: 1 }", Rule::WrongType, "credentials_for_provider.careful.default"),
    (PROVIDER, "default: true", "default: 2026-01-01", Rule::WrongType, "credentials_for_provider.careful.default"),
    (PROVIDER, "default: true", "default: .inf", Rule::WrongType, "credentials_for_provider.careful.default"),
    (PROVIDER, "default: \"1\"", "default: \"3\"", Rule::DefaultNotOffered, "credentials_for_provider.region.default"),
    (PROVIDER, "value: \"2\"", "value: 2", Rule::Unquoted, "credentials_for_provider.region.options[1].value"),
    (PROVIDER, "value: \"2\"", "value: \"\"", Rule::Required, "credentials_for_provider.region.options[1].value"),
    (
        PROVIDER,
        "help: { en_US: Where to get it }",
        "help: {}",
        Rule::Required,
        "credentials_for_provider.key.help.en_US",
    ),
    (PROVIDER, "    label: { en_US: Key }\n", "", Rule::Required, "credentials_for_provider.key.label"),
    (
        PROVIDER,
        "credentials_for_provider:",
        "credentials_for_provider:\n  careful: nothing",
        Rule::DuplicateKey,
        "credentials_for_provider.careful",
    ),
    (PROVIDER, "name: client_id, ", "", Rule::Required, "oauth_schema.client_schema[0].name"),
    (
        PROVIDER,
        "  credentials_schema:\n    - {",
        "  credentials_schema:\n    a: {",
        Rule::WrongType,
        "oauth_schema.credentials_schema",
    ),
    (PROVIDER, "tools/first.yaml", "tools/none.yaml", Rule::MissingFile, "tools[0]"),
    (PROVIDER, "tools/first.yaml", "tools/../tools/first.yaml", Rule::Path, "tools[0]"),
    (PROVIDER, "tools/first.yaml", "''", Rule::Required, "tools[0]"),
    (PROVIDER, "  - tools/first.yaml", "  - tools/first.yaml\n  - tools/first.yaml", Rule::DuplicateName, "tools[1]"),
    (PROVIDER, "name: inline", "name: in line", Rule::Pattern, "tools[1].identity.name"),
    // A tool
    (TOOL, "name: first", "name: First", Rule::LowerCaseTool, "identity.name"),
    (TOOL, "name: first", "name: first!", Rule::Pattern, "identity.name"),
    (TOOL, "  author: probe\n", "", Rule::Required, "identity.author"),
    (TOOL, "  human: { en_US: Does this and that }\n", "", Rule::Required, "description.human"),
    (TOOL, "llm: |\n    Does this\n    and that.", "llm: ''", Rule::Required, "description.llm"),
    (TOOL, "has_runtime_parameters: true", "has_runtime_parameters: 1", Rule::WrongType, "has_runtime_parameters"),
    (TOOL, "  - name: text\n    type", "  - type", Rule::Required, "parameters[0].name"),
    (TOOL, "- name: number", "- name: text", Rule::DuplicateName, "parameters[1].name"),
    (TOOL, "type: number\n    form", "type: float\n    form", Rule::UnknownWord, "parameters[1].type"),
    (TOOL, "type: string\n    form: llm", "type: string\n    form: user", Rule::UnknownWord, "parameters[0].form"),
    (
        TOOL,
        "type: string\n    form: llm",
        "type: string\n    form: llm\n    scope: all",
        Rule::Scope,
        "parameters[0].scope",
    ),
    (TOOL, "scope: chat&workflow", "scope: talk", Rule::Scope, "parameters[3].scope"),
    (TOOL, "scope: chat&workflow", "scope: chat&talk", Rule::ScopeWord, "parameters[3].scope"),
    (TOOL, "    human_description: { en_US: A choice }\n", "", Rule::Required, "parameters[2].human_description"),
    (TOOL, "type: prompt_instruction", "type: magic", Rule::UnknownWord, "parameters[0].auto_generate.type"),
    (TOOL, "min: -1.0", "min: \"-1\"", Rule::WrongType, "parameters[1].min"),
    (TOOL, "precision: 1", "precision: 1.5", Rule::WrongType, "parameters[1].precision"),
    (TOOL, "value: \"off\"", "value: off", Rule::Unquoted, "parameters[2].options[1].value"),
    (TOOL, "value: \"off\"", "value: \"\"", Rule::Required, "parameters[2].options[1].value"),
    (TOOL, "value: \"off\"", "value: 2026-01-01", Rule::Unquoted, "parameters[2].options[1].value"),
    (TOOL, "default: [\"on\"]", "default: [on]", Rule::Unquoted, "parameters[2].default"),
    (TOOL, "default: [\"on\"]", "default: [maybe]", Rule::DefaultNotOffered, "parameters[2].default"),
    (
        TOOL,
        "type: app-selector\n    scope: chat&workflow",
        "type: select",
        Rule::NothingToSelect,
        "parameters[3].options",
    ),
    (TOOL, "minimum: 0.0", "minimum: .inf", Rule::WrongType, "output_schema"),
    (TOOL, "minimum: 0.0", "1: 0.0", Rule::WrongType, "output_schema"),
    (TOOL, "minimum: 0.0", "type: text", Rule::DuplicateKey, "output_schema"),
    (TOOL, "output_schema:\n  type: object", "output_schema: []\nx:\n  type: object", Rule::WrongType, "output_schema"),
    // Endpoints
    (GROUP, "- name: secret\n    type", "- type", Rule::Required, "settings[0].name"),
    (
        GROUP,
        "  - name: secret",
        "  - name: secret\n    type: text-input\n    label: { en_US: S }\n  - name: secret",
        Rule::DuplicateName,
        "settings[1].name",
    ),
    (GROUP, "type: secret-input", "type: secret", Rule::UnknownWord, "settings[0].type"),
    (GROUP, "endpoints/callback.yaml", "endpoints/none.yaml", Rule::MissingFile, "endpoints[0]"),
    (GROUP, "method: GET", "method: PATCH", Rule::UnknownWord, "endpoints[1].method"),
    (
        GROUP,
        "path: /inline, method: GET",
        "path: /callback/<task_id>, method: POST",
        Rule::DuplicateName,
        "endpoints[0]",
    ),
    (ENDPOINT, "path: /callback/<task_id>", "path: callback", Rule::Pattern, "path"),
    (ENDPOINT, "path: /callback/<task_id>\n", "", Rule::Required, "path"),
    (ENDPOINT, "method: POST", "method: post", Rule::UnknownWord, "method"),
];

/// Texts that are one character too long, and lists with one too many.
fn lengths() -> Vec<(&'static str, &'static str, String, Rule, &'static str)> {
    let long = |name: &str, characters| format!("{name}: {}", "é".repeat(characters));
    let ascii = |name: &str, characters| format!("{name}: {}", "a".repeat(characters));
    let option = "{ value: \"2\", label: { en_US: Two } }";
    let options = |count| vec![option; count].join(", ");
    vec![
        (MANIFEST, "author: probe", ascii("author", 65), Rule::TooLong, "author"),
        (MANIFEST, "name: whole_declaration", ascii("name", 129), Rule::TooLong, "name"),
        (MANIFEST, "en_US: Has every field once.", long("en_US", 1024), Rule::TooLong, "description.en_US"),
        (MANIFEST, "ja_JP: 全て", long("ja_JP", 1024), Rule::TooLong, "label.ja_JP"),
        (MANIFEST, "icon: icon.svg", ascii("icon", 129), Rule::TooLong, "icon"),
        (MANIFEST, "entrypoint: main", ascii("entrypoint", 257), Rule::TooLong, "meta.runner.entrypoint"),
        (MANIFEST, "[provider/whole.yaml]", format!("[{}]", "a".repeat(129)), Rule::TooLong, "plugins.tools[0]"),
        (
            PROVIDER,
            "value: \"2\"",
            ascii("value", 128),
            Rule::TooLong,
            "credentials_for_provider.region.options[1].value",
        ),
        (
            PROVIDER,
            "    type: boolean",
            format!("    type: select\n    options: [{}]", options(128)),
            Rule::TooMany,
            "credentials_for_provider.careful.options",
        ),
        (TOOL, "name: object\n", format!("{}\n", ascii("name", 1024)), Rule::TooLong, "parameters[4].name"),
        (GROUP, "name: secret", long("name", 1024), Rule::TooLong, "settings[0].name"),
    ]
}

fn findings(file: &str, from: &str, to: &str) -> Vec<Finding> {
    let mut files = Files::whole();
    files.edit(file, from, to);
    check(&files.source()).findings
}

#[test]
fn a_change_for_the_worse_is_found_where_it_is() {
    let lengths = lengths();
    let lengths = lengths.iter().map(|(file, from, to, rule, path)| (*file, *from, to.as_str(), *rule, *path));
    for (file, from, to, rule, path) in CASES.iter().copied().chain(lengths) {
        let findings = findings(file, from, to);
        let found =
            findings.iter().find(|finding| finding.rule == rule && finding.file == file && finding.path == path);
        let is_error = rule.severity() == Severity::Error;
        assert!(found.is_some(), "{file}: {from:?} as {to:?} should break {} at {path}: {findings:#?}", rule.name());
        assert_eq!(found.map(|finding| finding.severity() == Severity::Error), Some(is_error));
    }
}

#[test]
fn what_is_as_long_as_allowed_passes() {
    for (file, from, to) in [
        (MANIFEST, "author: probe", format!("author: {}", "a".repeat(64))),
        (MANIFEST, "name: whole_declaration", format!("name: {}", "a".repeat(128))),
        (MANIFEST, "en_US: Has every field once.", format!("en_US: {}", "é".repeat(1023))),
        (MANIFEST, "size: 1_048_576", "size: 1024".to_owned()),
        (MANIFEST, "size: 1_048_576", "size: 1073741824".to_owned()),
        (PROVIDER, "value: \"2\"", format!("value: {}", "a".repeat(127))),
        (TOOL, "name: object\n", format!("name: {}\n", "a".repeat(1023))),
    ] {
        assert_eq!(findings(file, from, &to), [], "{file}: {from:?}");
    }
}

/// A file, what it becomes, and which finding that gives in which file.
type FileCase = (&'static str, Option<&'static [u8]>, Rule, &'static str, &'static str);

const FILES: [FileCase; 8] = [
    (MANIFEST, None, Rule::MissingFile, MANIFEST, ""),
    (MANIFEST, Some(b""), Rule::Required, MANIFEST, ""),
    (MANIFEST, Some(b"- a"), Rule::WrongType, MANIFEST, ""),
    (MANIFEST, Some(b"name: [a\ntype: plugin"), Rule::Yaml, MANIFEST, ""),
    (TOOL, Some(b"\xff\xfe"), Rule::Yaml, TOOL, ""),
    (TOOL, None, Rule::MissingFile, PROVIDER, "tools[0]"),
    (ENDPOINT, Some(b"a: *b"), Rule::Yaml, ENDPOINT, ""),
    ("_assets/dark.svg", Some(b""), Rule::MissingAsset, PROVIDER, "identity.icon_dark"),
];

#[test]
fn files_that_are_missing_or_no_yaml_are_named() {
    for (file, content, rule, found_in, path) in FILES {
        let mut files = Files::whole();
        match content {
            Some(content) => files.put(file, content),
            None => files.remove(file),
        }
        let report = check(&files.source());
        let mut errors = report.errors();
        assert!(
            errors
                .any(|finding| (finding.rule, finding.file.as_str(), finding.path.as_str()) == (rule, found_in, path)),
            "{file} as {content:?}: {:#?}",
            report.findings
        );
        assert!(report.declaration.is_none());
    }
}

#[test]
fn every_rule_has_its_case_and_its_own_name() {
    let lengths = lengths();
    let tried = CASES.iter().map(|case| case.3).chain(lengths.iter().map(|case| case.3));
    let tried: HashSet<_> = tried.chain(FILES.iter().map(|case| case.2)).collect();
    let untried: Vec<_> = Rule::ALL.iter().filter(|rule| !tried.contains(rule)).collect();
    assert!(untried.is_empty(), "{untried:?}");
    let names: HashSet<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), Rule::ALL.len());
}

//! The workflows under .github/: every action is named by its commit, and what may sign or publish runs nothing that
//! third parties wrote.

use std::fs;

use serde_json::Value;
use xtask::project;

/// Words of commands that run code of third parties: build scripts, macros, packages' own installers, built programs.
const FOREIGN: [&str; 12] =
    ["cargo", "rustup", "rustc", "xtask", "pip", "uv ", "npm", "npx", "apt", "docker", "curl", "wget"];

/// What is wrong with a workflow.
fn findings(yaml: &str) -> Vec<String> {
    let workflow: Value = serde_saphyr::from_str(yaml).unwrap();
    let mut findings = unpinned(yaml);
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        let text = job.to_string();
        // GitHub's own token is of this run only; which of its rights a job has stands beside it.
        let has_secret = text.contains("secrets.") || text.contains("secrets[") || job.get("secrets").is_some();
        let writes = |rights: &Value| rights.to_string().contains("write");
        let trusted = has_secret || writes(&job["permissions"]) || writes(&workflow["permissions"]);
        if !trusted {
            continue;
        }
        if job["uses"].is_string() {
            findings.push(format!("{name}: another workflow is given what only this one's own steps should have"));
        }
        for step in job["steps"].as_array().into_iter().flatten() {
            let run = step["run"].as_str().unwrap_or_default();
            if let Some(word) = FOREIGN.iter().find(|word| run.contains(**word)) {
                findings.push(format!("{name}: `{}` beside a secret or a right to write", word.trim()));
            }
            let action = step["uses"].as_str().unwrap_or_default();
            if !action.is_empty() && !action.starts_with("actions/") {
                findings.push(format!("{name}: the action {action} beside a secret or a right to write"));
            }
        }
    }
    if workflow["env"].to_string().contains("secrets") {
        findings.push("a secret is in every job".to_owned());
    }
    findings
}

/// Actions that are not named by a commit with the version in a comment, and not of this repository.
fn unpinned(yaml: &str) -> Vec<String> {
    let uses = |line: &str| line.trim_start().trim_start_matches("- ").strip_prefix("uses:").map(str::to_owned);
    let pinned = |action: &str| {
        let Some((name, version)) = action.split_once(" # v") else { return false };
        let commit = name.split_once('@').map_or("", |(_, commit)| commit);
        commit.len() == 40
            && commit.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            && version.starts_with(|first: char| first.is_ascii_digit())
    };
    let actions = yaml.lines().filter_map(uses).map(|action| action.trim().to_owned());
    actions
        .filter(|action| !action.starts_with("./") && !pinned(action))
        .map(|it| format!("{it} is not pinned"))
        .collect()
}

#[test]
fn no_workflow_has_an_action_that_can_change_or_a_key_beside_foreign_code() {
    let folder = project::root().join(".github/workflows");
    let mut jobs_with_a_secret = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let yaml = fs::read_to_string(&path).unwrap();
        assert_eq!(findings(&yaml), [""; 0], "{}", path.display());
        jobs_with_a_secret += yaml.matches("secrets.").count();
    }
    assert_eq!(jobs_with_a_secret, 1, "the signing key is named once");
}

#[test]
fn what_the_rules_are_for_is_found() {
    let job = |steps: &str| format!("on: push\njobs:\n  sign:\n    runs-on: x\n    steps:\n{steps}");
    let found = |steps: &str| findings(&job(steps)).len();
    let commit = "d23441a48e516b6c34aea4fa41551a30e30af803";
    assert_eq!(found(&format!("      - uses: actions/checkout@{commit} # v6.1.0\n")), 0);
    for name in [
        "actions/checkout@v6".to_owned(),
        "actions/checkout@main # v6".to_owned(),
        format!("actions/checkout@{commit}"),
        format!("actions/checkout@{} # v6.1.0", &commit[..12]),
        "docker://alpine:3 # v3".to_owned(),
    ] {
        assert_eq!(found(&format!("      - uses: {name}\n")), 1, "{name}");
    }

    let key = "      - run: sign\n        env:\n          KEY: ${{ secrets.SIGNING_KEY }}\n";
    assert_eq!(found(key), 0);
    for run in ["cargo build", "cargo xtask sign", "python -m pip install x", "sudo apt-get install x"] {
        assert_eq!(found(&format!("      - run: {run}\n{key}")), 1, "{run}");
        assert_eq!(found(&format!("      - run: {run}\n")), 0, "without the key: {run}");
    }
    assert_eq!(found(&format!("      - uses: someone/some@{commit} # v1\n{key}")), 1);
    let inherits = "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n    secrets: inherit\n";
    assert_eq!(findings(inherits).len(), 1);
    let publishes = format!("{}    permissions:\n      contents: write\n", job("      - run: cargo build\n"));
    assert_eq!(findings(&publishes).len(), 1);
}

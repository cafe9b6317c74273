//! `requirements.txt`: what is installed must be pinned, come from the package index, and hold Dify's SDK.

use super::{error, warning};
use crate::difypkg::{Finding, Package};
use crate::python_sdk;

const PATH: &str = "requirements.txt";
const SDK: &str = "dify-plugin";

pub(super) fn check(package: &Package) -> Vec<Finding> {
    let Some(text) = package.file(PATH).map(String::from_utf8_lossy) else { return Vec::new() };
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, without_comment(line)));
    let requirements: Vec<_> = lines.filter(|(_, line)| !line.is_empty()).collect();
    let mut findings: Vec<_> =
        requirements.iter().filter_map(|(at, line)| wrong(&format!("{PATH}:{at}"), line)).collect();
    // Another file of requirements may name it.
    let is_open = |line: &str| line.starts_with('-') || split(line).is_some_and(|(name, _)| name == SDK);
    let names_none = requirements.iter().all(|(_, line)| !is_open(line)) && package.file("pyproject.toml").is_none();
    if names_none {
        let message =
            format!("names no dify_plugin, which the install test wants installed: {}", python_sdk::REQUIREMENT);
        findings.push(error("requirement-sdk", PATH, message));
    }
    findings
}

fn without_comment(line: &str) -> &str {
    let end = if line.starts_with('#') { 0 } else { line.find(" #").unwrap_or(line.len()) };
    line.get(..end).unwrap_or_default().trim()
}

/// The name, in the form the package index compares, and the versions.
fn split(line: &str) -> Option<(String, &str)> {
    let requirement = line.split(';').next().unwrap_or_default();
    let (name, versions) = requirement.split_at(requirement.find(['=', '<', '>', '~', '!'])?);
    Some((name.split('[').next().unwrap_or_default().trim().replace('_', "-").to_lowercase(), versions.trim()))
}

fn wrong(place: &str, line: &str) -> Option<Finding> {
    if line.starts_with("--find-links") {
        return None;
    }
    if line.contains("git+") || line.contains("://") {
        return Some(error("requirement-url", place, "is fetched from a link, not from the package index"));
    }
    if line.starts_with(['.', '/']) || line.contains(".whl") {
        return Some(warning("requirement-path", place, "is a path, which is not found during the check"));
    }
    let Some((name, versions)) = split(line) else {
        return Some(error("requirement-version", place, "says nothing about the version"));
    };
    if name == SDK && !lowest(versions).is_some_and(python_sdk::is_new_enough) {
        let message = format!("must be dify_plugin {} or newer", python_sdk::OLDEST);
        return Some(error("requirement-sdk", place, message));
    }
    let is_open = versions.starts_with('>') && !versions.contains(',');
    is_open.then(|| warning("requirement-range", place, "has no upper end, so what is installed may change"))
}

/// The `1.2.3` of `>=1.2.3,<2` or `==1.2.3`: the marketplace reads no other form.
fn lowest(versions: &str) -> Option<&str> {
    let mut parts = versions.split(',').map(str::trim);
    parts.find_map(|part| part.strip_prefix(">=").or_else(|| part.strip_prefix("=="))).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(line: &str) -> Option<&'static str> {
        wrong("it", without_comment(line)).map(|finding| finding.rule)
    }

    #[test]
    fn requirements_are_pinned_and_from_the_index() {
        for good in [
            "kling-aigc==0.1.0",
            "a>=1,<2 ; python_version > '3'",
            "a[b]~=1.0",
            python_sdk::REQUIREMENT,
            "dify_plugin<1,>=0.9.0",
            "dify-plugin==1.0",
        ] {
            assert_eq!(rule(good), None, "{good}");
        }
        for (bad, expected) in [
            ("kling-aigc", "requirement-version"),
            ("kling-aigc ; python_version > '3'", "requirement-version"),
            ("--no-index", "requirement-version"),
            ("a @ https://example.com/a.whl", "requirement-url"),
            ("git+ssh://example.com/a", "requirement-url"),
            ("./wheels/a.whl", "requirement-path"),
            ("dify_plugin==0.8.9 # old", "requirement-sdk"),
            ("dify_plugin<1", "requirement-sdk"),
            ("dify_plugin~=0.9.0", "requirement-sdk"),
            ("dify_plugin>=0.8,<1", "requirement-sdk"),
            ("dify_plugin>=0.9.0", "requirement-range"),
            ("a>1", "requirement-range"),
        ] {
            assert_eq!(rule(bad), Some(expected), "{bad}");
        }
        assert_eq!(without_comment("# nothing"), "");
    }
}

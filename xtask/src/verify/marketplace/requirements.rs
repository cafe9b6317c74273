//! `requirements.txt`: what is installed must be pinned, and come from the package index.

use super::{error, warning};
use crate::difypkg::{Finding, Package};

const PATH: &str = "requirements.txt";
/// The oldest SDK that is taken.
const OLDEST_SDK: [u32; 3] = [0, 9, 0];

pub(super) fn check(package: &Package) -> Vec<Finding> {
    let text = package.file(PATH).map(String::from_utf8_lossy).unwrap_or_default();
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, without_comment(line)));
    let requirements = lines.filter(|(_, line)| !line.is_empty());
    requirements.filter_map(|(at, line)| wrong(&format!("{PATH}:{at}"), line)).collect()
}

fn without_comment(line: &str) -> &str {
    let end = if line.starts_with('#') { 0 } else { line.find(" #").unwrap_or(line.len()) };
    line.get(..end).unwrap_or_default().trim()
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
    let requirement = line.split(';').next().unwrap_or_default();
    let Some(at) = requirement.find(['=', '<', '>', '~', '!']) else {
        return Some(error("requirement-version", place, "says nothing about the version"));
    };
    let (name, version) = requirement.split_at(at);
    let name = name.split('[').next().unwrap_or_default().trim().replace('_', "-").to_lowercase();
    let too_old = name == "dify-plugin" && !version.starts_with(['<', '!']) && numbers(version) < OLDEST_SDK;
    too_old.then(|| error("requirement-sdk", place, "must be dify-plugin 0.9.0 or newer"))
}

/// The first version in `>=1.2.3,<2`.
fn numbers(version: &str) -> [u32; 3] {
    let first = version.trim_start_matches(['=', '<', '>', '~', ' ']).split([',', ' ']).next().unwrap_or_default();
    let mut parts = first.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| parts.next().unwrap_or(0))
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
            "dify_plugin>=0.9.0,<1",
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
        ] {
            assert_eq!(rule(bad), Some(expected), "{bad}");
        }
        assert_eq!(without_comment("# nothing"), "");
    }
}

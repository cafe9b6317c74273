//! What the daemon needs to find in a package to install and start it (dify-plugin-daemon 0.6.10, 2026-08).

use crate::difypkg::{Enforcer, Finding, Package};

pub(super) fn check(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = package.identity() {
        findings.push(Finding::error(Enforcer::Daemon, "identity", "manifest.yaml", format!("{error:#}")));
    }
    findings.extend(dependencies(package));
    findings.extend(entrypoint(package));
    findings.extend(readmes(package));
    findings.extend(private_keys(package));
    findings
}

/// Without either file the environment is not made, and the installation fails.
fn dependencies(package: &Package) -> Option<Finding> {
    const REQUIREMENTS: &str = "requirements.txt";
    match (package.file(REQUIREMENTS), package.file("pyproject.toml")) {
        (Some(_), _) => None,
        (None, Some(_)) => {
            let message = "is missing; a daemon before 0.5.3 does not know pyproject.toml";
            Some(Finding::warning(Enforcer::Daemon, "dependencies", REQUIREMENTS, message))
        }
        (None, None) => {
            let message = "is missing; it may be empty";
            Some(Finding::error(Enforcer::Daemon, "dependencies", REQUIREMENTS, message))
        }
    }
}

/// `python -m <entrypoint>` is how every plugin starts.
fn entrypoint(package: &Package) -> Option<Finding> {
    let module = package.manifest().ok()?.meta.runner.entrypoint;
    let path = format!("{}.py", module.replace('.', "/"));
    let there = module.is_empty() || package.file(&path).is_some();
    (!there).then(|| Finding::error(Enforcer::Daemon, "entrypoint", &path, "is missing, and the plugin starts with it"))
}

/// The daemon shows those it finds by their names, and no others.
fn readmes(package: &Package) -> Vec<Finding> {
    let other = package.entries().iter().filter_map(|entry| {
        let name = entry.name.strip_prefix("readme/")?;
        readme_locale(name).is_none().then(|| {
            let message = "is never shown; its name should be as README_zh_Hans.md";
            Finding::warning(Enforcer::Daemon, "readme-name", &entry.name, message)
        })
    });
    other.collect()
}

/// What stands in the parentheses of `^README_([a-z]{2}_[A-Za-z]{2,})\.md$`.
pub(super) fn readme_locale(name: &str) -> Option<&str> {
    let locale = name.strip_prefix("README_")?.strip_suffix(".md")?;
    let (language, region) = locale.split_once('_')?;
    let is_one = language.len() == 2
        && language.bytes().all(|byte| byte.is_ascii_lowercase())
        && region.len() >= 2
        && region.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_one.then_some(locale)
}

/// Whoever downloads the package could sign others with it.
fn private_keys(package: &Package) -> Vec<Finding> {
    let holds_key = |content: &[u8]| std::str::from_utf8(content).is_ok_and(|it| it.contains("PRIVATE KEY-----"));
    let found = package.entries().iter().filter(|entry| holds_key(&entry.content));
    found.map(|entry| Finding::error(Enforcer::Advice, "private-key", &entry.name, "holds a private key")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readmes_are_known_by_their_names() {
        assert_eq!(readme_locale("README_zh_Hans.md"), Some("zh_Hans"));
        assert_eq!(readme_locale("README_ja_JP.md"), Some("ja_JP"));
        for bad in ["README.md", "README_zh.md", "README_ZH_Hans.md", "README_zh_H.md", "README_zh_Hans.txt"] {
            assert_eq!(readme_locale(bad), None, "{bad}");
        }
    }
}

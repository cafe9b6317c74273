//! The manifest and the YAML it names.

use std::io;

use dify_plugin::declaration::{self, Declaration, Rule, Severity};

use crate::difypkg::{Enforcer, Finding, Package};

pub(super) struct Declared {
    pub(super) findings: Vec<Finding>,
    /// What the package declares, where the daemon can read it.
    pub(super) declaration: Option<Declaration>,
}

/// The daemon installs what it can decode; Dify's API then reads it strictly, and fails to list any plugin with one that
/// breaks a rule.
pub(super) fn check(package: &Package) -> Declared {
    let read = |path: &str| {
        let content = package.file(path).ok_or(io::ErrorKind::NotFound)?;
        Ok::<_, io::Error>(content.to_vec())
    };
    let report = declaration::check(&read);
    // What is told once already, with who insists on it.
    let told = [Rule::Entrypoint, Rule::ReservedAuthor];
    let findings = report.findings.iter().filter(|found| !told.contains(&found.rule)).map(|found| {
        let make = match found.severity() {
            Severity::Error => Finding::error,
            Severity::Warning => Finding::warning,
        };
        let line = found.line.map_or_else(String::new, |line| format!(":{line}"));
        let colon = if found.path.is_empty() { "" } else { ": " };
        let message = format!("{}{colon}{}", found.path, found.message);
        make(Enforcer::DifyApi, found.rule.name(), &format!("{}{line}", found.file), message)
    });
    Declared { findings: findings.collect(), declaration: report.declaration }
}

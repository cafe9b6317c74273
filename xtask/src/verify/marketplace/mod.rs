//! What a pull request to Dify's marketplace must pass: the repository `langgenius/dify-plugins` and its toolkit, as of
//! 2026-11. These rules change often.

mod files;
mod network;
mod readme;
mod requirements;
mod signals;

use dify_plugin::declaration::Declaration;

use crate::difypkg::{Enforcer, Finding, Manifest, Package, hex, sha256};

/// What `dify plugin init` leaves in `PRIVACY.md`.
const PRIVACY_TEMPLATE: &str = "Please fill in the privacy policy";
/// SHA-256 of the icons `dify plugin init` writes (dify-plugin-daemon 0.6.10).
const TEMPLATE_ICONS: [&str; 10] = [
    "2961f5adb1bb2e7d3e5df231816d053c346cc55937df3841bc95b8c4ace11ef3",
    "8fca9b6348346376542ac58c0f103feabaccefc615262aed3fbfe4d9523fe2cc",
    "ee285092d6089dec37f8457a609ac879813c0161a51a36c03342160e8cab4f1c",
    "80e2cb519d4bcecd35fb5a3b26086109d677657fd0151dffd97febabc10ba78b",
    "85b51149403702f4e51df9886de0e28d1845d5b0ee2adba036fc68f8fbfd294f",
    "2f10098243b354f9fd9a93ba9d350644e1faa9f45c2d2b3a37d847203660ff16",
    "e85c13771e6288ec8f169585d71ad85a582fe2ba05ef641a594c54a856d6b0e0",
    "d3becf3331b0cacbd5e876ed7a591c47338f9d66ac0234b360cd9b03012b47a9",
    "84ecd023e5afbdb36cca9d0c6f4adbc67dcc6f2a35092b1af14763d5149aeb4d",
    "eaa97f3cc787d904bed8d3ae124d052254834b6334519623d6663bcb5046082f",
];
/// More files than this are refused.
const MAX_FILES: usize = 5000;
/// Rules whose warnings `--marketplace` fails on, too: the marketplace shows what they are about, and has announced to
/// refuse packages without `network.domains`.
const ASKED_FOR: [&str; 3] = [ICON_DARK, network::RULE, readme::LOCALIZED];
const ICON_DARK: &str = "icon-dark";

/// Whether the marketplace should have it, though its checks let it pass.
pub(super) fn asks_for(finding: &Finding) -> bool {
    finding.enforcer == Enforcer::Marketplace && ASKED_FOR.contains(&finding.rule)
}

/// The rules on a package and on what it declares, where that can be read.
pub(super) fn check(package: &Package, declaration: Option<&Declaration>) -> Vec<Finding> {
    let mut findings = files::check(package);
    let files = package.entries().len();
    if files > MAX_FILES {
        findings.push(error("files", "", format!("{files} files are in it, {MAX_FILES} at most are taken")));
    }
    // What is wrong with the manifest itself is told elsewhere.
    let manifest = package.manifest().unwrap_or_default();
    findings.extend(fields(&manifest));
    findings.extend(declaration.and_then(network::check));
    findings.extend(icons(package, &manifest));
    findings.extend(privacy(package, &manifest));
    findings.extend(readme::check(package, &manifest));
    findings.extend(requirements::check(package));
    findings.extend(signals::check(package));
    findings
}

fn error(rule: &'static str, place: &str, message: impl Into<String>) -> Finding {
    Finding::error(Enforcer::Marketplace, rule, place, message)
}

fn warning(rule: &'static str, place: &str, message: impl Into<String>) -> Finding {
    Finding::warning(Enforcer::Marketplace, rule, place, message)
}

fn fields(manifest: &Manifest) -> Vec<Finding> {
    let Manifest { author, repo, contact, privacy, .. } = manifest;
    let mut findings = Vec::new();
    for (field, value) in [("repo", repo), ("contact", contact), ("privacy", privacy)] {
        if value.is_empty() {
            findings.push(error("manifest-field", "manifest.yaml", format!("says nothing under `{field}`")));
        }
    }
    if let Some(word) = ["langgenius", "dify"].iter().find(|word| author.contains(**word)) {
        findings.push(error("author", "manifest.yaml", format!("the author's name contains `{word}`")));
    }
    findings
}

fn icons(package: &Package, manifest: &Manifest) -> Vec<Finding> {
    let Manifest { icon, icon_dark, .. } = manifest;
    let of_template = |name: &String| {
        let path = format!("_assets/{name}");
        let sum = hex(&sha256(package.file(&path)?));
        TEMPLATE_ICONS.contains(&sum.as_str()).then(|| error("icon", &path, "is the one every new plugin begins with"))
    };
    let mut findings: Vec<_> = [icon, icon_dark].into_iter().filter_map(of_template).collect();
    if icon_dark.is_empty() {
        let message = "names no `icon_dark`: dark pages show the icon that is made for bright ones";
        findings.push(warning(ICON_DARK, "manifest.yaml", message));
    }
    findings
}

fn privacy(package: &Package, manifest: &Manifest) -> Option<Finding> {
    let path = if manifest.privacy.is_empty() { "PRIVACY.md" } else { manifest.privacy.trim_start_matches("./") };
    // A link is followed by people.
    if path.starts_with("https://") {
        return None;
    }
    match package.file(path).map(String::from_utf8_lossy) {
        None => Some(error("privacy", path, "is missing")),
        Some(text) if text.trim().is_empty() => Some(error("privacy", path, "is empty")),
        Some(text) if text.contains(PRIVACY_TEMPLATE) => Some(error("privacy", path, "is still the template")),
        Some(_) => None,
    }
}

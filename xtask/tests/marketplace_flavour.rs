//! The marketplace's flavour of our package has what the marketplace wants, and without any of it the check fails.

#[path = "support/packages.rs"]
mod packages;

use std::collections::BTreeSet;
use std::fs;

use dify_plugin::declaration::Declaration;
use kling_api::Region;
use packages::{Files, zip};
use tempfile::TempDir;
use xtask::difypkg::{Enforcer, Finding, Package};
use xtask::package::contents;
use xtask::package::flavour::Flavour;
use xtask::{project, verify};

fn files(flavour: Flavour) -> Files {
    let changes = flavour.changes(&project::root().join("plugin")).unwrap();
    let entries = contents::collect(project::root(), &[], &changes).unwrap();
    entries.into_iter().map(|entry| (entry.path, entry.source.read().unwrap())).collect()
}

fn declaration() -> Declaration {
    Declaration::from_folder(&project::root().join("plugin")).unwrap()
}

fn content(files: &Files, path: &str) -> String {
    let (_, content) = files.iter().find(|(name, _)| name == path).unwrap_or_else(|| panic!("there is no {path}"));
    String::from_utf8(content.clone()).unwrap()
}

fn findings(files: &Files) -> Vec<Finding> {
    let mut findings = verify::check(&Package::read(&zip(files)).unwrap(), None).findings;
    findings.retain(|finding| finding.enforcer == Enforcer::Marketplace);
    findings
}

/// `cargo xtask verify --marketplace`, with other content of one file, or without it.
fn verified(change: Option<(&str, Option<&str>)>) -> Result<(), String> {
    let mut files = files(Flavour::Marketplace);
    if let Some((path, other)) = change {
        let place = files.iter().position(|(name, _)| name == path).unwrap();
        let (name, _) = files.remove(place);
        files.extend(other.map(|other| (name, other.as_bytes().to_vec())));
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("it.difypkg");
    fs::write(&file, zip(&files)).unwrap();
    verify::run(&verify::Options { file, public_key: None, marketplace: true }).map_err(|error| error.to_string())
}

/// The manifest without the lines from one that begins so to the next field of the same level.
fn manifest_without(field: &str) -> String {
    let manifest = content(&files(Flavour::Marketplace), "manifest.yaml");
    let mut inside = false;
    let kept = manifest.split_inclusive('\n').filter(|line| {
        if !line.starts_with([' ', '#']) {
            inside = line.starts_with(field);
        }
        !inside
    });
    let kept: String = kept.collect();
    assert_ne!(kept, manifest, "there is no {field}");
    kept
}

#[test]
fn it_passes() {
    let signals_only: Vec<_> =
        findings(&files(Flavour::Marketplace)).into_iter().filter(|finding| finding.rule != "signal").collect();
    assert_eq!(signals_only, []);
    assert_eq!(verified(None), Ok(()));
}

#[test]
fn it_fails_without_the_sdk() {
    let only_the_wheel = format!("{}=={}\n", project::BINARY, project::VERSION);
    let refusal = verified(Some(("requirements.txt", Some(&only_the_wheel)))).unwrap_err();
    assert_eq!(refusal, "1 of these are refused by the marketplace");
}

#[test]
fn it_fails_without_what_is_asked_for() {
    let asked_for = "1 of these are asked for by the marketplace";
    for field in ["network:", "icon_dark:"] {
        let manifest = manifest_without(field);
        assert_eq!(verified(Some(("manifest.yaml", Some(&manifest)))).unwrap_err(), asked_for, "{field}");
    }
    let manifest = content(&files(Flavour::Marketplace), "manifest.yaml");
    let elsewhere = manifest.replace("klingai.com", "example.com");
    assert_eq!(verified(Some(("manifest.yaml", Some(&elsewhere)))).unwrap_err(), asked_for);
    assert_eq!(verified(Some(("README.zh_Hans.md", None))).unwrap_err(), asked_for);
}

#[test]
fn its_requirements_are_the_sdk_and_the_wheel() {
    let requirements = content(&files(Flavour::Marketplace), "requirements.txt");
    let lines: Vec<_> = requirements.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines, ["dify_plugin>=0.9.0,<1.0.0", concat!("kling-aigc==", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn the_usual_package_installs_nothing() {
    let files = files(Flavour::Native);
    assert!(content(&files, "requirements.txt").lines().all(|line| line.starts_with('#')));
    assert!(files.iter().all(|(name, _)| name != "README.zh_Hans.md"));
}

#[test]
fn every_host_it_connects_to_by_itself_is_declared() {
    let declaration = declaration();
    let network = &declaration.manifest().network;
    for region in Region::ALL {
        let host = region.base_url().strip_prefix("https://").unwrap();
        assert!(network.covers(host), "{host}");
        // The marketplace shows the list: these two are named, whatever else a wildcard covers.
        assert!(network.domains.iter().any(|domain| domain == host), "{host}");
    }
    for host in ["cdn.klingai.com", "v16-kling-fdl.klingai.com", "p1.a.kwimgs.com"] {
        assert!(network.covers(host), "{host}");
    }
}

#[test]
fn reviewers_read_about_every_signal_and_host() {
    let page = fs::read_to_string(project::root().join("docs/marketplace.md")).unwrap();
    let signals = findings(&files(Flavour::Marketplace)).into_iter().filter(|finding| finding.rule == "signal");
    let places: BTreeSet<_> = signals.map(|finding| (finding.place, finding.message)).collect();
    assert!(!places.is_empty());
    for (place, message) in places {
        assert!(place.starts_with("main.py:"), "{place}");
        let mut words = message.split(['`', '"']);
        let (call, category) = (words.nth(1).unwrap(), words.nth(1).unwrap());
        assert!(page.contains(&format!("`{}", call.trim_end_matches('*'))), "{call} is not on the page");
        assert!(page.contains(category), "{category} is not on the page");
    }
    for domain in &declaration().manifest().network.domains {
        assert!(page.contains(&format!("`{domain}`")), "{domain} is not on the page");
    }
}

//! The version stands in many places, and `cargo xtask bump` changes all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::bump::{bump, disagreeing, files, notes};
use xtask::project;

const DATE: &str = "2027-01-31";

/// The files that hold the version, in a folder of their own.
fn copy() -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in files() {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(project::root().join(file), to).unwrap();
    }
    folder
}

fn read(folder: &TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join(file)).unwrap()
}

/// A version that is newer, whatever this one is.
fn newer() -> String {
    let major: u32 = project::VERSION.split('.').next().unwrap().parse().unwrap();
    format!("{}.2.3", major + 7)
}

/// Whether a text names a version, and not only a part of another.
fn names(text: &str, version: &str) -> bool {
    text.match_indices(version).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + version.len()..].chars().next();
        let part = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit());
        !part(before) && before != Some('.') && !part(after)
    })
}

#[test]
fn all_places_agree() {
    assert_eq!(disagreeing(project::root()).unwrap(), Vec::<&str>::new());
}

#[test]
fn a_place_that_disagrees_is_named() {
    for file in files() {
        let folder = copy();
        let text = read(&folder, file);
        // Each of them by itself, but where one place is the measure of the others.
        fs::write(folder.path().join(file), text.replace(project::VERSION, "9.9.9")).unwrap();
        let named = disagreeing(folder.path()).unwrap();
        assert!(if file == "Cargo.toml" { named.len() > 5 } else { named == [file] }, "{file}: {named:?}");
    }
}

#[test]
fn every_place_is_changed() {
    let folder = copy();
    let version = newer();
    let changed = bump(folder.path(), &version, DATE).unwrap();
    assert_eq!(changed.iter().copied().collect::<BTreeSet<_>>(), files().collect());
    assert_eq!(disagreeing(folder.path()).unwrap(), Vec::<&str>::new());
    for file in changed.into_iter().filter(|file| !file.contains("CHANGELOG") && !file.contains("Cargo")) {
        let text = read(&folder, file);
        assert!(text.contains(&version) && !names(&text, project::VERSION), "{file}");
    }
    let manifest = read(&folder, "Cargo.toml");
    let internal = manifest.lines().filter(|line| line.contains("path = \"crates/"));
    assert!(internal.clone().count() > 0);
    assert!(internal.clone().all(|line| line.contains(&format!("version = \"{version}\""))), "{manifest}");
}

#[test]
fn nothing_else_of_a_lock_file_changes() {
    let folder = copy();
    let before = read(&folder, "Cargo.lock");
    bump(folder.path(), &newer(), DATE).unwrap();
    let after = read(&folder, "Cargo.lock");
    let different: Vec<_> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
    let ours = fs::read_dir(project::root().join("crates")).unwrap().count() + 1;
    assert_eq!(different.len(), ours, "{different:?}");
    assert_eq!(before.lines().count(), after.lines().count());
}

#[test]
fn the_changelog_gets_a_section_and_a_link() {
    let folder = copy();
    let version = newer();
    let before = read(&folder, "CHANGELOG.md");
    bump(folder.path(), &version, DATE).unwrap();
    let after = read(&folder, "CHANGELOG.md");
    assert!(after.contains(&format!("\n## [Unreleased]\n\n## [{version}] - {DATE}\n")), "{after}");
    assert!(after.contains(&format!("/compare/v{version}...HEAD\n")), "{after}");
    assert!(after.contains(&format!("/compare/v{}...v{version}\n", project::VERSION)), "{after}");
    // What was said stays.
    let said = |text: &str| text.lines().filter(|line| line.starts_with("- ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(said(&before), said(&after));
}

#[test]
fn older_versions_the_same_and_nonsense_are_refused_and_change_nothing() {
    let folder = copy();
    let before: Vec<_> = files().map(|file| read(&folder, file)).collect();
    for (version, reason) in [
        ("0.0.1", format!("0.0.1 is older than the present version, {}", project::VERSION)),
        (project::VERSION, format!("the version is {} already", project::VERSION)),
        ("next", "\"next\" is no version: it must be as 1.2.3 or 1.2.3-beta1".to_owned()),
    ] {
        assert_eq!(bump(folder.path(), version, DATE).unwrap_err().to_string(), reason);
    }
    fs::write(folder.path().join("plugin/manifest.yaml"), "version: 9.9.9\n").unwrap();
    let error = bump(folder.path(), &newer(), DATE).unwrap_err().to_string();
    assert!(error.starts_with("plugin/manifest.yaml does not hold the version"), "{error}");
    fs::copy(project::root().join("plugin/manifest.yaml"), folder.path().join("plugin/manifest.yaml")).unwrap();
    assert_eq!(files().map(|file| read(&folder, file)).collect::<Vec<_>>(), before);
}

#[test]
fn no_place_is_forgotten() {
    // Sources and tests speak of versions of all kinds.
    const SPOKEN_OF: [&str; 3] = ["/src/", "/tests/", "Cargo.lock"];
    let known: BTreeSet<_> = files().collect();
    let mut seen = BTreeSet::new();
    for path in texts(project::root()) {
        let name = path.strip_prefix(project::root()).unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap_or_default();
        if names(&text, project::VERSION) && !SPOKEN_OF.iter().any(|part| name.contains(part)) {
            assert!(known.contains(name.as_str()), "{name} names the version: add it to xtask/src/bump/places.rs");
            seen.insert(name);
        }
    }
    assert!(seen.len() > 5, "{seen:?}");
}

/// The files of the repository that people wrote.
fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !path.is_symlink() && !["target", "dist", ".git"].contains(&name) {
            found.extend(texts(&path));
        } else if [".md", ".yml", ".yaml", ".toml", ".txt", ".py"].iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_notes_of_a_release_are_its_section() {
    let text = "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-01-01\n\n### Added\n\n- A.\n\n## [0.1.0] - 2026-01-01\n\n- B [c].\n\n[0.2.0]: x\n";
    assert_eq!(notes(text, "0.2.0").unwrap(), "### Added\n\n- A.");
    assert_eq!(notes(text, "0.1.0").unwrap(), "- B [c].");
    assert_eq!(
        notes(text, "Unreleased").unwrap_err().to_string(),
        "CHANGELOG.md says nothing in the section [Unreleased]"
    );
    assert_eq!(notes(text, "0.3.0").unwrap_err().to_string(), "CHANGELOG.md has no section [0.3.0]");
    let ours = fs::read_to_string(project::root().join("CHANGELOG.md")).unwrap();
    assert!(notes(&ours, project::VERSION).is_ok());
}

//! The crates in the program, as cargo resolves them for its target.

pub mod embedded;
mod lock;
pub mod sbom;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;
use xshell::{Cmd, Shell};

use super::place::Place;
use super::toolchain::Toolchain;
use crate::project;

/// The package of the program.
const ROOT: &str = "kling-dify";

/// Name and version.
type Key = (String, String);

/// Every crate, sorted by name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependencies(BTreeMap<Key, Package>);

/// What is known of a crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Not one of this repository.
    from_registry: bool,
    /// Works at build time alone: a procedural macro, a build script's helper, and theirs.
    build_only: bool,
    license: Option<String>,
    /// SHA-256 of the package, from the lock file.
    checksum: Option<String>,
    dependencies: BTreeSet<Key>,
}

impl Dependencies {
    /// Asks cargo: which crates are in a build of the program alone, and what they are.
    ///
    /// # Errors
    /// When cargo does not answer.
    pub fn read(place: &Place, toolchain: &Toolchain) -> Result<Self> {
        let shell = project::shell()?;
        shell.change_dir(&place.root);
        let built = tree(&shell, toolchain, "normal,build")?;
        let inside = tree(&shell, toolchain, "normal,no-proc-macro")?;
        let metadata = cargo(&shell, toolchain)
            .args(["metadata", "--format-version=1", "--filter-platform", toolchain.arch.target()])
            .read()
            .context("cargo does not tell the crates")?;
        let checksums = lock::checksums(&place.root)?;
        Self::join(&serde_json::from_str(&metadata)?, &built, &inside, checksums)
    }

    /// Cargo's metadata holds more than one build takes: the features other members of the workspace ask for.
    fn join(
        metadata: &Metadata,
        built: &BTreeSet<Key>,
        inside: &BTreeSet<Key>,
        mut checksums: BTreeMap<Key, String>,
    ) -> Result<Self> {
        let keys: BTreeMap<_, _> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package.key())).collect();
        let nodes: BTreeMap<_, _> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), &node.deps)).collect();
        let mut packages = BTreeMap::new();
        for package in &metadata.packages {
            let key = package.key();
            if !built.contains(&key) {
                continue;
            }
            let edges = nodes.get(package.id.as_str()).with_context(|| format!("{} is not resolved", package.name))?;
            let edges =
                edges.iter().filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev")));
            let dependencies = edges.filter_map(|edge| keys.get(edge.pkg.as_str())).filter(|key| built.contains(*key));
            let known = Package {
                from_registry: package.source.is_some(),
                build_only: !inside.contains(&key),
                license: package.license.clone(),
                checksum: checksums.remove(&key),
                dependencies: dependencies.cloned().collect(),
            };
            packages.insert(key, known);
        }
        Ok(Self(packages))
    }

    /// The crates whose code is in the program.
    pub fn inside(&self) -> usize {
        self.0.values().filter(|package| !package.build_only).count()
    }
}

fn cargo<'a>(shell: &'a Shell, toolchain: &Toolchain) -> Cmd<'a> {
    project::cargo(shell, &toolchain.cargo).env("RUSTC", &toolchain.rustc).quiet()
}

/// What `cargo tree` lists for the program.
fn tree(shell: &Shell, toolchain: &Toolchain, edges: &str) -> Result<BTreeSet<Key>> {
    let listing = cargo(shell, toolchain)
        .args(["tree", "--package", ROOT, "--target", toolchain.arch.target(), "--edges", edges])
        .args(["--prefix", "none", "--format", "{p}"])
        .read()
        .context("cargo does not tell the tree of crates")?;
    let key = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned()))
    };
    Ok(listing.lines().filter_map(key).collect())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl MetadataPackage {
    fn key(&self) -> Key {
        (self.name.clone(), self.version.clone())
    }
}

#[cfg(test)]
impl Dependencies {
    /// The program, a macro and a crate inside it.
    fn sample() -> Self {
        let package = |from_registry, build_only, dependencies: &[&str]| Package {
            from_registry,
            build_only,
            license: Some("MIT/Apache-2.0".into()),
            checksum: from_registry.then(|| "00ff".into()),
            dependencies: dependencies.iter().map(|name| ((*name).to_owned(), "1.0.0".to_owned())).collect(),
        };
        let packages = [
            (ROOT, package(false, false, &["macros", "used"])),
            ("macros", package(true, true, &[])),
            ("used", package(true, false, &[])),
        ];
        Self(packages.into_iter().map(|(name, package)| ((name.to_owned(), "1.0.0".to_owned()), package)).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(names: &[&str]) -> BTreeSet<Key> {
        names.iter().map(|name| ((*name).to_owned(), "1.0.0".to_owned())).collect()
    }

    #[test]
    fn what_only_tests_or_other_programs_need_is_left_out() {
        let package = |name: &str, source: Option<&str>| {
            json!({"id": name, "name": name, "version": "1.0.0",
            "source": source, "license": "MIT/Apache-2.0"})
        };
        let edge = |name: &str, kind: Option<&str>| json!({"pkg": name, "dep_kinds": [{"kind": kind, "target": null}]});
        let metadata = json!({
            "packages": [package(ROOT, None), package("macros", Some("registry")), package("used", Some("registry")),
                package("tested-with", Some("registry"))],
            "resolve": {"nodes": [
                {"id": ROOT, "deps": [edge("macros", None), edge("used", None), edge("tested-with", Some("dev"))]},
                {"id": "macros", "deps": []},
                {"id": "used", "deps": [edge("tested-with", None)]},
                {"id": "tested-with", "deps": []},
            ]},
        });
        let checksums = keys(&["macros", "used", "tested-with"]).into_iter().map(|key| (key, "00ff".to_owned()));
        let (built, inside) = (keys(&[ROOT, "macros", "used"]), keys(&[ROOT, "used"]));
        let metadata = serde_json::from_value(metadata).unwrap();
        let joined = Dependencies::join(&metadata, &built, &inside, checksums.collect()).unwrap();
        assert_eq!(joined, Dependencies::sample());
        assert_eq!(joined.inside(), 2);
    }
}

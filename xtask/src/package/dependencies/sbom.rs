//! The bill of materials of a package: `CycloneDX` 1.5 as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use anyhow::Result;
use serde_json::{Value, json};

use super::{Key, Package, ROOT};
use crate::package::binary::Binary;
use crate::package::sums::sha256;
use crate::package::toolchain::Toolchain;
use crate::project::{BINARY, PLUGIN, VERSION};

/// Of the programs of a package and the tools that built them. Without a time or a serial number, so that the same
/// source gives the same text.
///
/// # Errors
/// When a binary or its tools are gone.
pub fn write(built: &[(Toolchain, Binary)]) -> Result<String> {
    let root = format!("{PLUGIN}@{VERSION}");
    let (mut files, mut tools, mut linked) = (Vec::new(), BTreeSet::new(), BTreeMap::new());
    for (toolchain, binary) in built {
        files.push(json!({
            "type": "file",
            "name": format!("bin/{}/{BINARY}", binary.arch),
            "hashes": [{"alg": "SHA-256", "content": sha256(&fs::read(&binary.path)?)}],
        }));
        let rust = toolchain.rust_version()?;
        let (release, (major, minor)) = (rust.split(' ').next().unwrap_or(&rust), toolchain.glibc_version()?);
        linked.insert(("rust-std", release.to_owned()), "MIT OR Apache-2.0");
        linked.insert(("glibc", format!("{major}.{minor}")), "LGPL-2.1-or-later");
        tools.insert(rust);
    }
    let crates = crates(built);
    let reference = |(name, version): &(&str, String)| format!("{name}@{version}");
    let top = crates.keys().filter(|key| key.0 == ROOT).map(|key| purl(key));
    let top: Vec<_> = top.chain(linked.keys().map(reference)).collect();
    let edges = crates.iter().map(|(key, package)| {
        let on: Vec<_> = package.dependencies.iter().map(purl).collect();
        json!({"ref": purl(key), "dependsOn": on})
    });
    let edges: Vec<_> = [json!({"ref": root, "dependsOn": top})].into_iter().chain(edges).collect();
    let linked = linked.iter().map(|(key, license)| {
        json!({"type": "library", "bom-ref": reference(key), "name": key.0, "version": key.1, "scope": "required",
            "licenses": [{"expression": license}]})
    });
    let components: Vec<_> = crates.iter().map(|(key, package)| component(key, package)).chain(linked).collect();
    let tools = tools.iter().map(|version| json!({"type": "application", "name": "rustc", "version": version}));
    let bom = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "tools": {"components": tools.collect::<Vec<_>>()},
            "component": {"type": "application", "bom-ref": root, "name": PLUGIN, "version": VERSION,
                "licenses": [{"expression": "Apache-2.0"}], "components": files},
        },
        "components": components,
        "dependencies": edges,
    });
    Ok(format!("{bom:#}\n"))
}

/// Those of every architecture; the differences are few.
fn crates(built: &[(Toolchain, Binary)]) -> BTreeMap<&Key, Package> {
    let mut crates = BTreeMap::<_, Package>::new();
    for (key, package) in built.iter().flat_map(|(_, binary)| &binary.dependencies.0) {
        let known = crates.entry(key).or_insert_with(|| package.clone());
        known.build_only &= package.build_only;
        known.dependencies.extend(package.dependencies.iter().cloned());
    }
    crates
}

fn component((name, version): &Key, package: &Package) -> Value {
    let purl = purl(&(name.clone(), version.clone()));
    let scope = if package.build_only { "excluded" } else { "required" };
    let mut component =
        json!({"type": "library", "bom-ref": purl, "name": name, "version": version, "scope": scope, "purl": purl});
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    if let Some(license) = &package.license {
        // How crates wrote it before they used SPDX.
        component["licenses"] = json!([{"expression": license.replace('/', " OR ")}]);
    }
    component
}

/// The package URL of a crate.
fn purl((name, version): &Key) -> String {
    format!("pkg:cargo/{name}@{version}")
}

#[cfg(test)]
mod tests {
    use super::super::Dependencies;
    use super::*;

    #[test]
    fn a_crate_is_told_as_scanners_know_it() {
        let sample = Dependencies::sample();
        let told: Vec<_> = sample.0.iter().map(|(key, package)| component(key, package)).collect();
        assert_eq!(
            told[1],
            json!({"type": "library", "bom-ref": "pkg:cargo/macros@1.0.0", "name": "macros", "version": "1.0.0",
                "scope": "excluded", "purl": "pkg:cargo/macros@1.0.0",
                "hashes": [{"alg": "SHA-256", "content": "00ff"}],
                "licenses": [{"expression": "MIT OR Apache-2.0"}]})
        );
        assert_eq!(told[2]["scope"], "required");
        assert_eq!(told[0].get("hashes"), None, "a crate of this repository has no package");
    }
}

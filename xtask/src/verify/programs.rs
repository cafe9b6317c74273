//! Programs under `bin/<arch>/`, which `main.py` starts.

use crate::arch::Arch;
use crate::difypkg::{Enforcer, Finding, Package};
use crate::package::elf;

const ARCHES: [Arch; 2] = [Arch::Amd64, Arch::Arm64];

pub(super) fn check(package: &Package) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut present = Vec::new();
    for entry in package.entries() {
        let Some(arch) = ARCHES.into_iter().find(|arch| entry.name.starts_with(&format!("bin/{}/", arch.name())))
        else {
            continue;
        };
        present.push(arch.name());
        let message = match elf::read(&entry.content) {
            Err(error) => format!("cannot be started: {error:#}"),
            Ok(elf) if elf.machine != arch.elf_machine() => format!("is for another machine than {}", arch.name()),
            Ok(elf) => match elf.loader {
                Some(loader) => format!("is not static: it needs {loader}, which not every Linux has"),
                None => continue,
            },
        };
        findings.push(Finding::error(Enforcer::Advice, "program", &entry.name, message));
    }
    let declared = package.manifest().map(|manifest| manifest.meta.arch).unwrap_or_default();
    // Without any the plugin takes its program from elsewhere.
    for arch in declared.iter().filter(|arch| !present.is_empty() && !present.contains(&arch.as_str())) {
        let message = format!("names {arch}, and no program for it is inside");
        findings.push(Finding::warning(Enforcer::Advice, "arch", "manifest.yaml", message));
    }
    findings
}

//! The list inside the program, in the format of cargo-auditable, which vulnerability scanners read.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{Dependencies, ROOT};
use crate::package::place::Place;
use crate::package::toolchain::Toolchain;

/// Keeps the section when the linker drops what nothing refers to.
const SYMBOL: &str = "KLING_AIGC_DEPENDENCIES";
/// More than the list can ever have.
const MOST_BYTES: usize = 1024 * 1024;
/// Procedural macros count as build dependencies.
const FORMAT: u32 = 1;

/// The list as a file to be linked.
///
/// cargo-auditable would do it too, but everyone who builds would have to install it first, and it takes the features of
/// the whole workspace for those of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    /// From the repository's root. A path from the file system's would make the program depend on where it is built,
    /// because cargo numbers a crate by the arguments of its compiler.
    path: String,
}

impl Object {
    /// Writes it below `target/` of the repository.
    pub(crate) fn make(place: &Place, toolchain: &Toolchain, dependencies: &Dependencies) -> Result<Self> {
        let list = miniz_oxide::deflate::compress_to_vec_zlib(dependencies.auditable().to_string().as_bytes(), 9);
        // A changed list is another argument: cargo does not look into files that are linked this way.
        let name = format!("{}-{:08x}", toolchain.arch, crc32fast::hash(&list));
        let folder = PathBuf::from("target/dependencies");
        let [data, source, object] = ["z", "s", "o"].map(|end| folder.join(format!("{name}.{end}")));
        fs::create_dir_all(place.root.join(&folder)).context("target/dependencies cannot be made")?;
        fs::write(place.root.join(&data), list)?;
        fs::write(place.root.join(&source), assembly(&data.display().to_string()))?;
        let mut assembler = Command::new(&toolchain.cc);
        assembler.arg("-c").arg(&source).arg("-o").arg(&object).current_dir(&place.root);
        let status = assembler.status().with_context(|| format!("{} cannot be started", toolchain.cc.display()))?;
        ensure!(
            status.success(),
            "the list of crates cannot be assembled: {} ends with {status}",
            toolchain.cc.display()
        );
        Ok(Self { path: object.display().to_string() })
    }

    /// For the compiler, which starts the linker at the repository's root.
    pub(crate) fn linker_arguments(&self) -> Vec<String> {
        let argument = |argument: &str| format!("-Clink-arg={argument}");
        vec![argument(&self.path), argument(&format!("-Wl,--undefined={SYMBOL}"))]
    }
}

fn assembly(data: &str) -> String {
    format!(
        ".section .dep-v0,\"a\"\n.globl {SYMBOL}\n{SYMBOL}:\n.incbin \"{data}\"\n\
        .section .note.GNU-stack,\"\",%progbits\n"
    )
}

impl Dependencies {
    /// In the order of the crates, which refer to each other by index.
    fn auditable(&self) -> Value {
        let index = |key| self.0.keys().position(|it| it == key);
        let packages = self.0.iter().map(|(key, package)| {
            let mut entry = json!({
                "name": key.0,
                "version": key.1,
                "source": if package.from_registry { "crates.io" } else { "local" },
            });
            if package.build_only {
                entry["kind"] = "build".into();
            }
            if !package.dependencies.is_empty() {
                entry["dependencies"] = package.dependencies.iter().filter_map(index).collect();
            }
            if key.0 == ROOT {
                entry["root"] = true.into();
            }
            entry
        });
        json!({"packages": packages.collect::<Vec<_>>(), "format": FORMAT})
    }
}

/// Reads the list back as a scanner does.
pub(crate) fn check(binary: &[u8], dependencies: &Dependencies) -> Result<()> {
    let json = auditable_info::json_from_slice(binary, MOST_BYTES).context("it has no readable list of its crates")?;
    let list: Value = serde_json::from_str(&json).context("its list of crates is no JSON")?;
    ensure!(list == dependencies.auditable(), "its list of crates is not that of this build");
    // The reader refuses cycles and a second root.
    auditable_info::audit_info_from_slice(binary, MOST_BYTES)
        .context("its list of crates is not what scanners read")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use auditable_info::audit_info_from_slice;
    use tempfile::TempDir;

    use super::*;
    use crate::arch::Arch;

    /// A program of nothing but the list, linked as the real one is.
    fn link(list: &Dependencies) -> Vec<u8> {
        let folder = TempDir::new().unwrap();
        let place = Place { root: folder.path().into(), target: folder.path().join("elsewhere"), cargo_home: None };
        let toolchain = Toolchain::find(Arch::of_this_machine().unwrap()).unwrap();
        let list = Object::make(&place, &toolchain, list).unwrap();
        fs::write(folder.path().join("main.c"), "int main(void) { return 0; }").unwrap();
        let arguments = list.linker_arguments();
        let arguments = arguments.iter().map(|argument| argument.trim_start_matches("-Clink-arg="));
        let mut linker = Command::new(&toolchain.cc);
        linker.args(["main.c", "-static", "-s", "-Wl,--gc-sections", "-o", "main"]).args(arguments);
        assert!(linker.current_dir(folder.path()).status().unwrap().success());
        fs::read(folder.path().join("main")).unwrap()
    }

    #[test]
    fn scanners_read_the_list_from_the_program() {
        let list = Dependencies::sample();
        let program = link(&list);
        check(&program, &list).unwrap();

        let read = audit_info_from_slice(&program, MOST_BYTES).unwrap();
        let kinds: Vec<_> =
            read.packages.iter().map(|it| (it.name.as_str(), it.root, it.dependencies.as_slice())).collect();
        assert_eq!(kinds, [(ROOT, true, &[1, 2][..]), ("macros", false, &[]), ("used", false, &[])]);
    }

    #[test]
    fn a_missing_and_another_list_are_noticed() {
        let list = Dependencies::sample();
        let mut program = link(&list);
        let another =
            Dependencies(list.0.iter().take(2).map(|(key, package)| (key.clone(), package.clone())).collect());
        assert!(check(&program, &another).unwrap_err().to_string().contains("not that of this build"));
        program.truncate(64);
        assert!(check(&program, &list).unwrap_err().to_string().contains("no readable list"));
    }
}

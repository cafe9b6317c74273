//! The static binary, the same for the same source wherever it is built.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::dependencies::{Dependencies, embedded};
use super::place::Place;
use super::toolchain::Toolchain;
use super::{elf, environment};
use crate::arch::Arch;
use crate::project::{self, BINARY};

/// A built program and what it is built from.
#[derive(Debug)]
pub struct Binary {
    /// Where it runs.
    pub arch: Arch,
    /// Where it is.
    pub path: PathBuf,
    /// The crates in it.
    pub dependencies: Dependencies,
    list: embedded::Object,
}

impl Binary {
    /// Builds it for release, with the list of its crates inside, and makes sure that it is static and tells nothing of
    /// the folders it was built in.
    ///
    /// # Errors
    /// When the build fails, or the binary is not as it should be.
    pub fn build(place: &Place, toolchain: &Toolchain) -> Result<Self> {
        let dependencies = Dependencies::read(place, toolchain)?;
        let list = embedded::Object::make(place, toolchain, &dependencies)?;
        let shell = project::shell()?;
        shell.change_dir(&place.root);
        // A target is named, this machine's own as it is, so that the flags reach neither build scripts nor macros.
        let cargo = environment::set(place, toolchain, project::cargo(&shell, &toolchain.cargo))?
            .args(["rustc", "--release", "--package", "kling-dify", "--bin", BINARY])
            .args(["--target", toolchain.arch.target(), "--target-dir"])
            .arg(&place.target)
            .arg("--")
            .args(list.linker_arguments());
        cargo.run().with_context(|| format!("the build for {} failed", toolchain.arch))?;

        let path = place.target.join(toolchain.arch.target()).join("release").join(BINARY);
        let binary = Self { arch: toolchain.arch, path, dependencies, list };
        binary
            .check(&environment::folders(place, toolchain)?)
            .with_context(|| format!("{} of {}", BINARY, binary.arch))?;
        Ok(binary)
    }

    /// What the compiler is given besides cargo's arguments.
    pub(crate) fn linker_arguments(&self) -> Vec<String> {
        self.list.linker_arguments()
    }

    fn check(&self, folders: &[(PathBuf, String)]) -> Result<()> {
        let bytes = fs::read(&self.path).with_context(|| format!("{} cannot be read", project::short(&self.path)))?;
        let elf = elf::read(&bytes)?;
        ensure!(elf.machine == self.arch.elf_machine(), "it is for another machine");
        if let Some(loader) = elf.loader {
            bail!("it is not static: it is loaded by {loader}, which not every Linux has");
        }
        // One that is named as what stands for another is no one's secret: /target, say.
        let usual = |folder: &Path| folders.iter().any(|(_, name)| Path::new(name).starts_with(folder));
        if let Some((folder, _)) = folders.iter().find(|(folder, _)| !usual(folder) && contains(&bytes, folder)) {
            bail!("it tells where it was built: {}", folder.display());
        }
        embedded::check(&bytes, &self.dependencies)
    }
}

/// Whether there is a path below the folder.
fn contains(bytes: &[u8], folder: &Path) -> bool {
    let start = folder.join("");
    let start = start.as_os_str().as_encoded_bytes();
    bytes.windows(start.len().max(1)).any(|window| window == start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_build_is_seen() {
        let told = |folder| contains(b"panicked at /home/me/it/src/main.rs", Path::new(folder));
        assert!(told("/home/me") && told("/home/me/it/"));
        assert!(!told("/home/m") && !told("/home/you"));
    }
}

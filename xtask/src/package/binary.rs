//! The static binary.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::elf;
use crate::arch::Arch;
use crate::project::{self, BINARY};

/// A static glibc has no `dlsym`, by which `getrandom` would look for its system call: without the second flag it would
/// open /dev/urandom, which an empty root does not have.
const FLAGS: [&str; 4] = ["-C", "target-feature=+crt-static", "--cfg", "getrandom_backend=\"linux_getrandom\""];

/// Builds the plugin's binary for release and makes sure that it is static. Its path comes back.
pub(super) fn build(arch: Arch) -> Result<PathBuf> {
    let shell = project::shell()?;
    let folder = project::target_folder();
    // A target is named, this machine's own as it is, so that the flags reach neither build scripts nor macros.
    let build = project::cargo(&shell)
        .args(["build", "--release", "--package", "kling-dify", "--bin", BINARY, "--target", arch.target()])
        .arg("--target-dir")
        .arg(&folder)
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    build.run().context(
        "the build failed; it needs a C compiler and glibc's static library, as with: apt-get install gcc libc6-dev",
    )?;
    let binary = folder.join(arch.target()).join("release").join(BINARY);
    ensure_static(&binary, arch)?;
    Ok(binary)
}

fn ensure_static(binary: &Path, arch: Arch) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("{} cannot be read", project::short(binary)))?;
    let elf = elf::read(&bytes).with_context(|| format!("{} is no program", project::short(binary)))?;
    ensure!(elf.machine == arch.elf_machine(), "{BINARY} is for another machine than {}", arch.name());
    if let Some(loader) = elf.loader {
        bail!("{BINARY} is not static: it is loaded by {loader}, which not every Linux has");
    }
    Ok(())
}

//! qemu's user mode, which runs programs of the other architecture.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::arch::Arch;
use crate::package::toolchain::programs;

/// One that needs no registration with the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emulator(PathBuf);

impl Emulator {
    /// Looks for the static one, which also runs in an empty root, then for the other.
    ///
    /// # Errors
    /// When there is none, with what to install.
    pub fn find(arch: Arch) -> Result<Self> {
        let name = format!("qemu-{}", arch.machine());
        let found = programs(&format!("{name}-static")).chain(programs(&name)).next();
        found.map(Self).with_context(|| format!("{name} is missing, as with: apt-get install qemu-user-static"))
    }

    /// The emulator itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A program in it.
    pub fn run(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(program);
        command
    }
}

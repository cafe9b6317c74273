//! The package, built and unpacked as in Dify.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use tempfile::TempDir;

use crate::arch::Arch;
use crate::package::{self, unpack};
use crate::project::BINARY;
use crate::python::{self, Python};

/// In a folder of its own, which goes with it.
pub(crate) struct Installed {
    folder: TempDir,
    arch: Arch,
    pub(crate) python: Python,
}

impl Installed {
    pub(crate) async fn build() -> Result<Self> {
        python::check()?;
        let arch = Arch::of_this_machine()?;
        let package = package::build().await?;
        let folder = TempDir::new()?;
        unpack::unpack(File::open(package)?, folder.path())?;
        let python = Python::for_package(folder.path())?;
        Ok(Self { folder, arch, python })
    }

    /// The plugin as Dify starts it.
    pub(crate) fn plugin(&self) -> Command {
        self.python.start_plugin(self.folder.path())
    }

    /// Where it lies.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program without Python. It cannot be started before the plugin was: main.py gives it its exec bit.
    pub(crate) fn program(&self) -> PathBuf {
        self.folder.path().join("bin").join(self.arch.name()).join(BINARY)
    }
}

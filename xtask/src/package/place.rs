//! Where a build reads and writes.

use std::env;
use std::path::PathBuf;

use crate::project;

/// A copy of the repository and the folder of its build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The repository's root.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Cargo's home, when it is not the usual one.
    pub cargo_home: Option<PathBuf>,
}

impl Place {
    /// This repository with the usual target folder: another would build every dependency's macros and build scripts
    /// once more.
    pub fn usual() -> Self {
        let root = project::root().to_owned();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder));
        Self { root, target, cargo_home: None }
    }

    /// Cargo's home, where the sources of dependencies are.
    pub fn cargo_home(&self) -> Option<PathBuf> {
        let usual = || {
            let named = env::var_os("CARGO_HOME").map(PathBuf::from);
            named.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        };
        self.cargo_home.clone().or_else(usual)
    }
}

//! Where things are, and cargo started from within cargo.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::{Cmd, Shell};

/// The plugin's name in Dify, part of the package's name.
pub const PLUGIN: &str = "kling_aigc";
/// The program inside the package.
pub const BINARY: &str = "kling-aigc";
/// The version of the whole workspace.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The repository's root.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A path as a reader of the output wants it: from the root, where it lies below it.
pub fn short(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(root()).unwrap_or(path).display()
}

/// Where builds go: another folder would build every dependency's macros and build scripts once more.
pub fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// A shell at the root.
///
/// # Errors
/// When the current folder is gone.
pub fn shell() -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(root());
    Ok(shell)
}

/// cargo, without what the cargo that started this process told us about `xtask`: some build scripts watch these
/// variables, so their crates would be built again each time.
pub fn cargo(shell: &Shell, program: impl AsRef<Path>) -> Cmd<'_> {
    env::vars_os().map(|(name, _)| name).fold(shell.cmd(program).quiet(), |cargo, name| match name.to_str() {
        Some(text) if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") => cargo.env_remove(name),
        _ => cargo,
    })
}

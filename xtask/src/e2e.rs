//! `cargo xtask e2e`: the tests of the program, run against the package as Dify starts it.

use anyhow::{Context, Result};

use crate::installed::Installed;
use crate::{project, say};

/// Packages, unpacks, and has every tool work across two processes of the unpacked package, with either kind of key.
///
/// # Errors
/// When packaging fails or a test does.
pub async fn run() -> Result<()> {
    let installed = Installed::build().await?;
    say::line("python", &installed.python);
    let shell = project::shell()?;
    let test = ["test", "--workspace", "--all-features", "--test", "program"];
    say::line("tests", format_args!("cargo {}", test.join(" ")));
    project::cargo(&shell, "cargo")
        .args(test)
        .env("KLING_AIGC_PYTHON", installed.plugin().get_program())
        .env("KLING_AIGC_FOLDER", installed.folder())
        .run()
        .context("the package fails the tests of the program")
}

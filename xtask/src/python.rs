//! The plugin started as Dify starts it: by Python.

use std::io;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// What Dify's own interpreter is called outside a virtual environment.
pub const PYTHON: &str = "python3";

/// Makes sure that there is a Python which can run `main.py`.
///
/// # Errors
/// When there is none or it is too old, with what to install.
pub fn check() -> Result<()> {
    let probe = "import sys; sys.exit(sys.version_info < (3, 8))";
    match Command::new(PYTHON).args(["-c", probe]).status() {
        Ok(status) => ensure!(status.success(), "{PYTHON} is older than 3.8: Dify starts the plugin with 3.12"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("{PYTHON} is missing, and Dify starts plugins with it; install it, as with: apt-get install python3")
        }
        Err(error) => return Err(error).context(format!("{PYTHON} cannot be started")),
    }
    Ok(())
}

/// `python3 -m main` in the unpacked package, with what Dify's daemon adds to its own environment (0.6.10).
pub fn start_plugin(folder: &Path) -> Command {
    let mut command = Command::new(PYTHON);
    // The plugin gets its credentials with each request, not from here.
    command.args(["-m", "main"]).current_dir(folder).env("INSTALL_METHOD", "local").env_remove("KLING_API_KEY");
    command
}

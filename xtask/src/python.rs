//! The plugin started as Dify starts it: by Python, in a virtual environment of its own.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, bail, ensure};

use crate::arch::Arch;
use crate::emulator::Emulator;

/// The machine's Python.
pub const PYTHON: &str = "python3";

/// The interpreter of an unpacked package.
#[derive(Debug)]
pub struct Python {
    program: PathBuf,
    version: String,
    in_venv: bool,
}

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

impl Python {
    /// Makes the virtual environment `.venv` in the package's folder, as Dify's daemon does (0.6.10, there with uv).
    /// Where Python has no `venv` module it is the machine's own.
    ///
    /// # Errors
    /// When Python cannot be started.
    pub fn for_package(folder: &Path) -> Result<Self> {
        let made = run(Command::new(PYTHON).args(["-m", "venv", "--without-pip", ".venv"]).current_dir(folder))?;
        let in_venv = made.status.success();
        let program = if in_venv { folder.join(".venv/bin/python") } else { PYTHON.into() };
        let version = run(Command::new(&program).arg("--version"))?;
        let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
        Ok(Self { program, version, in_venv })
    }

    /// This interpreter.
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// `python -m main` in the package's folder.
    pub fn start_plugin(&self, folder: &Path) -> Command {
        start_plugin(self.command(), folder)
    }

    /// The same as on a machine of another architecture: `main.py` is told so, and an emulator runs what it becomes. All
    /// that is left out is Python and the kernel of such a machine.
    pub fn start_plugin_emulated(&self, folder: &Path, arch: Arch, emulator: &Emulator) -> Command {
        let (machine, emulator) = (arch.machine(), emulator.path().display().to_string());
        let driver = format!(
            "import os, runpy\n\
            os.uname = lambda: os.uname_result(('Linux', 'host', '6.8', '1', {machine:?}))\n\
            execv = os.execv\n\
            os.execv = lambda program, argv: execv({emulator:?}, [{emulator:?}, program] + argv[1:])\n\
            runpy.run_module('main', run_name='__main__')\n"
        );
        let mut python = self.command();
        in_package(python.args(["-c", &driver]), folder);
        python
    }
}

impl fmt::Display for Python {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.in_venv { "in its own environment, as in Dify" } else { "of the machine: it has no venv" };
        write!(f, "{} {kind}", self.version)
    }
}

/// Lets the plugin talk to a simulator on this machine, as an administrator of Dify would.
pub const ALLOW_LOOPBACK: &str = "KLING_ALLOW_LOOPBACK";

/// `-m main` for an interpreter in an unpacked package, with what Dify's daemon adds to its own environment (0.6.10).
pub fn start_plugin(mut python: Command, folder: &Path) -> Command {
    in_package(python.args(["-m", "main"]), folder);
    python
}

fn in_package(python: &mut Command, folder: &Path) {
    python.current_dir(folder).env("INSTALL_METHOD", "local").env(ALLOW_LOOPBACK, "1");
    // The plugin gets its credentials with each request, not from here.
    python.env_remove("KLING_API_KEY");
}

fn run(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("{} cannot be started", command.get_program().display()))
}

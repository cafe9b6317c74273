//! Tools that pip installs, each in an environment of its own below `target/tools/`, which nothing else uses.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::package::place::Place;
use crate::python::PYTHON;
use crate::say;

/// The program of a Python package at a version. It is installed when it is not there, which needs a network once.
///
/// # Errors
/// When Python has no `venv` or `pip`, or pip cannot install it.
pub(crate) fn installed(name: &str, version: &str) -> Result<PathBuf> {
    let folder = Place::usual().target.join("tools").join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if program.is_file() {
        return Ok(program);
    }
    say::line("tool", format_args!("{name} {version}, by pip"));
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let venv = run(Command::new(PYTHON).args(["-m", "venv", "--clear"]).arg(&folder));
    venv.context("Python has no venv with pip, as with: apt-get install python3-venv")?;
    let wanted = format!("{name}=={version}");
    let mut pip = Command::new(folder.join("bin/python"));
    run(pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet", &wanted]))
        .with_context(|| format!("pip cannot install {wanted}"))?;
    ensure!(program.is_file(), "{wanted} brings no program {name}");
    Ok(program)
}

/// Runs a command to its end; what it prints is told when it fails.
pub(crate) fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_owned();
    let output = command.output().with_context(|| format!("{} cannot be started", program.display()))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} ends with {}: {}", program.display(), output.status, stderr.trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

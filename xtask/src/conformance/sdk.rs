//! Dify's Python SDK, in a virtual environment that is made once.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::project;
use crate::python::PYTHON;

/// The newest `dify_plugin` for the Python that runs it, newest Python first (2026-11).
const PINS: [((u32, u32), &str); 2] = [((3, 12), "0.10.2"), ((3, 11), "0.7.4")];
const SCRIPT: &str = include_str!("check.py");

/// The SDK, ready to be asked.
#[derive(Debug)]
pub(super) struct Sdk {
    python: PathBuf,
    version: &'static str,
    for_python: (u32, u32),
}

impl fmt::Display for Sdk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.for_python;
        write!(f, "dify_plugin {} on Python {major}.{minor}", self.version)
    }
}

/// Installs the SDK where it is not yet.
pub(super) fn ready() -> Result<Sdk> {
    let for_python = python_version()?;
    let pin = PINS.iter().find(|(least, _)| for_python >= *least);
    let (major, minor) = for_python;
    let (_, version) = pin.with_context(|| format!("{PYTHON} is {major}.{minor}, and dify_plugin needs 3.11"))?;
    let folder = format!("dify_plugin-{version}-python{major}.{minor}");
    let folder = project::root().join("target/conformance").join(folder);
    let sdk = Sdk { python: folder.join("bin/python"), version, for_python };
    // Stands only beside a whole environment.
    let complete = folder.join("complete");
    if !complete.exists() {
        install(&folder, &sdk)?;
        fs::write(&complete, "").with_context(|| format!("{} cannot be written", project::short(&complete)))?;
    }
    Ok(sdk)
}

fn install(folder: &Path, sdk: &Sdk) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be removed", project::short(folder)))?;
    }
    let made = run(Command::new(PYTHON).args(["-m", "venv"]).arg(folder))?;
    ensure!(
        made.status.success(),
        "{PYTHON} makes no virtual environment; install its module, as with: apt-get install python3-venv"
    );
    let pinned = format!("dify_plugin=={}", sdk.version);
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", &pinned];
    let installed = run(Command::new(&sdk.python).args(pip))?;
    let reason = String::from_utf8_lossy(&installed.stderr);
    let reason = reason.lines().last().unwrap_or_default();
    ensure!(installed.status.success(), "pip cannot install {pinned}, which needs the network once: {reason}");
    Ok(())
}

fn python_version() -> Result<(u32, u32)> {
    let probe = "import sys; print(*sys.version_info[:2])";
    let Ok(output) = Command::new(PYTHON).args(["-c", probe]).output() else {
        bail!("{PYTHON} is missing; install it, as with: apt-get install python3 python3-venv");
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        _ => bail!("{PYTHON} does not tell its version"),
    }
}

impl Sdk {
    /// What the SDK understood, by kind; an error where it did not.
    pub(super) fn check(&self, input: &Value) -> Result<Vec<(String, String)>> {
        let mut script = Command::new(&self.python);
        script.args(["-I", "-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut script = script.spawn().context("the SDK's Python cannot be started")?;
        let stdin = script.stdin.take();
        // The script reads all of it before it says anything.
        stdin.context("the script has no stdin")?.write_all(input.to_string().as_bytes())?;
        let output = script.wait_with_output()?;
        let (told, refusal) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "the SDK does not understand what it should:\n{}", refusal.trim_end());
        let lines: Vec<_> = told.lines().filter_map(|line| line.split_once('\t')).collect();
        ensure!(!lines.is_empty(), "the script checked nothing");
        Ok(lines.into_iter().map(|(label, text)| (label.to_owned(), text.to_owned())).collect())
    }
}

fn run(command: &mut Command) -> Result<Output> {
    command.output().with_context(|| format!("{} cannot be started", command.get_program().display()))
}

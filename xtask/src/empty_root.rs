//! The binary alone in an empty root: no loader, no library, no /etc, no /dev, no certificates.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use dify_plugin::host::Host;
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use serde_json::{Map, Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::arch::Arch;
use crate::emulator::Emulator;
use crate::project::{BINARY, PLUGIN};
use crate::python::ALLOW_LOOPBACK;

/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);
/// The emulator's name there.
const EMULATOR: &str = "qemu";
/// By which coreutils' `chroot` says that it failed itself.
const CHROOT_FAILED: i32 = 125;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It starts, ends, and reaches an API.
    Runs,
    /// The same under an emulator, which is the only other file there.
    RunsEmulated,
    /// It was not tried, and why.
    Skipped(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs => f.write_str("runs alone: heartbeat, credentials checked, exit 0"),
            Self::RunsEmulated => f.write_str("runs alone with qemu: heartbeat, credentials checked, exit 0"),
            Self::Skipped(reason) => write!(f, "not tried: {reason}"),
        }
    }
}

/// Runs the binary in an empty root, once with stdin at its end and once to check credentials with a simulator.
///
/// # Errors
/// When it does not start, beat, check or end there as it should.
pub async fn check(binary: &Path, arch: Arch) -> Result<Verdict> {
    let root = TempDir::new()?;
    fs::copy(binary, root.path().join(BINARY)).context("the binary cannot be copied")?;
    let emulated = Arch::of_this_machine()? != arch;
    if emulated {
        match Emulator::find(arch) {
            Ok(emulator) => fs::copy(emulator.path(), root.path().join(EMULATOR)).context("qemu cannot be copied")?,
            Err(error) => return Ok(Verdict::Skipped(error.to_string())),
        };
    }
    if let Some(reason) = start_and_end(in_root(root.path(), emulated)).await? {
        return Ok(Verdict::Skipped(reason));
    }
    check_credentials(in_root(root.path(), emulated)).await?;
    Ok(if emulated { Verdict::RunsEmulated } else { Verdict::Runs })
}

fn in_root(root: &Path, emulated: bool) -> Command {
    let mut command = Command::new("chroot");
    command.arg(root).args(emulated.then(|| format!("/{EMULATOR}"))).arg(format!("/{BINARY}"));
    command.env("INSTALL_METHOD", "local").env(ALLOW_LOOPBACK, "1").env_remove("KLING_API_KEY");
    command
}

/// Why it was not tried, if it was not.
async fn start_and_end(command: Command) -> Result<Option<String>> {
    let mut command = tokio::process::Command::from(command);
    let run = timeout(LIMIT, command.stdin(Stdio::null()).kill_on_drop(true).output());
    let Output { status, stdout, stderr } = match run.await.context("it does not end with its stdin")? {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Some("there is no chroot command here".into()));
        }
        run => run.context("chroot cannot be started")?,
    };
    let stderr = String::from_utf8_lossy(&stderr);
    if status.code() == Some(CHROOT_FAILED) {
        return Ok(Some("chroot is not permitted here, it takes root".into()));
    }
    ensure!(status.success(), "{status}: {}", stderr.trim());
    ensure!(stdout.split(|byte| *byte == b'\n').any(is_heartbeat), "it ends without a heartbeat");
    Ok(None)
}

fn is_heartbeat(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|line| line.get("event") == Some(&json!("heartbeat")))
}

async fn check_credentials(command: Command) -> Result<()> {
    let simulator = Simulator::start(SimOptions::default()).await?;
    let host = Host::spawn(command)?;
    let credentials =
        Map::from_iter([("api_key".into(), DEMO_API_KEY.into()), ("base_url".into(), simulator.url().into())]);
    let verdict = timeout(LIMIT, host.validate_credentials(PLUGIN, credentials)).await;
    let exit = timeout(LIMIT, host.shutdown()).await.context("it does not end with its stdin")??;
    match verdict {
        Ok(Ok(())) if exit.success() => Ok(()),
        Ok(Ok(())) => bail!("it ends with an error: {}", exit.stderr.trim()),
        Ok(Err(failure)) => Err(anyhow!("credentials are not accepted: {failure}; stderr: {}", exit.stderr.trim())),
        Err(_) => bail!("no verdict on credentials within {} s", LIMIT.as_secs()),
    }
}

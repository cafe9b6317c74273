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

use crate::project::{BINARY, PLUGIN};

/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);
/// By which coreutils' `chroot` says that it failed itself.
const CHROOT_FAILED: i32 = 125;

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It starts, ends, and reaches an API.
    Runs,
    /// It was not tried, and why.
    Skipped(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runs => f.write_str("runs alone: heartbeat, credentials checked, exit 0"),
            Self::Skipped(reason) => write!(f, "not tried: {reason}"),
        }
    }
}

/// Runs the binary in an empty root, once with stdin at its end and once to check credentials with a simulator.
///
/// # Errors
/// When it does not start, beat, check or end there as it should.
pub async fn check(binary: &Path) -> Result<Verdict> {
    let root = TempDir::new()?;
    fs::copy(binary, root.path().join(BINARY)).context("the binary cannot be copied")?;
    match start_and_end(root.path()).await? {
        Verdict::Runs => check_credentials(root.path()).await.map(|()| Verdict::Runs),
        skipped @ Verdict::Skipped(_) => Ok(skipped),
    }
}

fn in_root(root: &Path) -> Command {
    let mut command = Command::new("chroot");
    command.arg(root).arg(format!("/{BINARY}")).env("INSTALL_METHOD", "local").env_remove("KLING_API_KEY");
    command
}

async fn start_and_end(root: &Path) -> Result<Verdict> {
    let mut command = tokio::process::Command::from(in_root(root));
    let run = timeout(LIMIT, command.stdin(Stdio::null()).kill_on_drop(true).output());
    let Output { status, stdout, stderr } = match run.await.context("it does not end with its stdin")? {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Verdict::Skipped("there is no chroot command here".into()));
        }
        run => run.context("chroot cannot be started")?,
    };
    let stderr = String::from_utf8_lossy(&stderr);
    if status.code() == Some(CHROOT_FAILED) {
        return Ok(Verdict::Skipped("chroot is not permitted here, it takes root".into()));
    }
    ensure!(status.success(), "{status}: {}", stderr.trim());
    ensure!(stdout.split(|byte| *byte == b'\n').any(is_heartbeat), "it ends without a heartbeat");
    Ok(Verdict::Runs)
}

fn is_heartbeat(line: &[u8]) -> bool {
    serde_json::from_slice::<Value>(line).is_ok_and(|line| line.get("event") == Some(&json!("heartbeat")))
}

async fn check_credentials(root: &Path) -> Result<()> {
    let simulator = Simulator::start(SimOptions::default()).await?;
    let host = Host::spawn(in_root(root))?;
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

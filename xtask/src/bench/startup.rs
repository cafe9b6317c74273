//! `cargo xtask bench startup`: a new process each time, and Python alone beside it, so that it shows what is ours.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use dify_plugin::host::Host;
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use serde_json::Map;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::memory;
use super::statistics::Spread;
use crate::package::{self, unpack};
use crate::project::PLUGIN;
use crate::python::{self, PYTHON};
use crate::say;

/// The median from process start to the first heartbeat, Python included.
const STARTUP_TARGET: Duration = Duration::from_millis(60);
/// What an idle plugin may hold.
const MEMORY_TARGET: u64 = 8 * 1024 * 1024;
/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(runs: u32) -> Result<()> {
    python::check()?;
    let package = package::build().await?;
    let folder = TempDir::new()?;
    unpack::unpack(File::open(package)?, folder.path())?;

    say::line("machine", machine());
    // Python has not compiled main.py before the first.
    let first = start(folder.path()).await?;
    let (mut plugin, mut python_alone) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        plugin.push(start(folder.path()).await?);
        python_alone.push(start_python_alone()?);
    }
    let plugin = Spread::of(plugin).context("nothing was measured")?;
    let python_alone = Spread::of(python_alone).context("nothing was measured")?;
    let (idle, asked) = memory(folder.path()).await?;

    say::line("first start", format_args!("       {:>9}", say::millis(first)));
    say::line("start", format_args!("{plugin}   to the first heartbeat, {runs} runs"));
    say::line("python alone", format_args!("{python_alone}   {PYTHON} -c pass, {runs} runs"));
    say::line("memory", format_args!("{} idle, {} after checking credentials", say::size(idle), say::size(asked)));
    let startup_target = format_args!("at most {}", say::millis(STARTUP_TARGET)).to_string();
    say::line("start", format_args!("{startup_target:<20} {}", word(plugin.median <= STARTUP_TARGET)));
    let memory_target = format!("at most {}", say::size(MEMORY_TARGET));
    say::line("memory", format_args!("{memory_target:<20} {}", word(idle <= MEMORY_TARGET)));
    Ok(())
}

/// From process start to the first heartbeat.
async fn start(folder: &Path) -> Result<Duration> {
    let begin = Instant::now();
    let host = Host::spawn(python::start_plugin(folder))?;
    timeout(LIMIT, host.ready()).await.context("no heartbeat")?.context("the plugin ended before its heartbeat")?;
    let time = begin.elapsed();
    let exit = timeout(LIMIT, host.shutdown()).await.context("the plugin does not end")??;
    ensure!(exit.success(), "the plugin ends with an error: {}", exit.stderr.trim());
    Ok(time)
}

/// From process start to its end.
fn start_python_alone() -> Result<Duration> {
    let begin = Instant::now();
    let status = Command::new(PYTHON).args(["-c", "pass"]).status()?;
    let time = begin.elapsed();
    ensure!(status.success(), "{PYTHON} ends with {status}");
    Ok(time)
}

/// Idle, and after one check of credentials.
async fn memory(folder: &Path) -> Result<(u64, u64)> {
    let simulator = Simulator::start(SimOptions::default()).await?;
    let host = Host::spawn(python::start_plugin(folder))?;
    timeout(LIMIT, host.ready()).await.context("no heartbeat")??;
    sleep(Duration::from_secs(1)).await;
    let process = host.process_id().context("the plugin ended")?;
    let idle = memory::resident(process)?;
    let credentials =
        Map::from_iter([("api_key".into(), DEMO_API_KEY.into()), ("base_url".into(), simulator.url().into())]);
    timeout(LIMIT, host.validate_credentials(PLUGIN, credentials)).await.context("no verdict")??;
    let asked = memory::resident(process)?;
    timeout(LIMIT, host.shutdown()).await.context("the plugin does not end")??;
    Ok((idle, asked))
}

fn machine() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    // The first three fields are the averages over 1, 5 and 15 minutes.
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<_> = load.split_whitespace().take(3).collect();
    format!("{cores} cores, load {}", load.join(" "))
}

fn word(met: bool) -> &'static str {
    if met { "ok" } else { "MISSED" }
}

//! `cargo xtask bench startup`: a new process each time, and Python alone beside it, so that it shows what is ours.

use std::fs::{self, File};
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
use crate::arch::Arch;
use crate::package::{self, unpack};
use crate::project::{BINARY, PLUGIN};
use crate::python::{self, Python};
use crate::say;

/// The median from process start to the first heartbeat, Python included.
const STARTUP_TARGET: Duration = Duration::from_millis(60);
/// What an idle plugin may hold.
const MEMORY_TARGET: u64 = 8 * 1024 * 1024;
/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(runs: u32) -> Result<()> {
    python::check()?;
    let arch = Arch::of_this_machine()?;
    let package = package::build().await?;
    let folder = TempDir::new()?;
    unpack::unpack(File::open(package)?, folder.path())?;

    say::line("machine", machine());
    let python = Python::for_package(folder.path())?;
    say::line("python", &python);
    let whole = || python.start_plugin(folder.path());
    // main.py has given it its exec bit by then.
    let program = || Command::new(folder.path().join("bin").join(arch.name()).join(BINARY));
    let first = start(whole()).await?;
    let (mut plugin, mut program_alone, mut python_alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        plugin.push(start(whole()).await?);
        program_alone.push(start(program()).await?);
        python_alone.push(start_python_alone(&python)?);
    }
    let spread = |times| Spread::of(times).context("nothing was measured");
    let plugin = spread(plugin)?;
    let (idle, asked) = memory(whole()).await?;

    say::line("first start", format_args!("       {:>9}   Python compiles main.py", say::millis(first)));
    say::line("start", format_args!("{plugin}   to the first heartbeat, {runs} runs"));
    say::line("of which", format_args!("{}   the program without Python", spread(program_alone)?));
    say::line("beside it", format_args!("{}   python -c pass, to its end", spread(python_alone)?));
    say::line("memory", format_args!("{} idle, {} after checking credentials", say::size(idle), say::size(asked)));
    let (startup, memory) = (say::millis(STARTUP_TARGET), say::size(MEMORY_TARGET));
    say::line("target", format_args!("start within {startup}: {}", word(plugin.median <= STARTUP_TARGET)));
    say::line("target", format_args!("idle within {memory}: {}", word(idle <= MEMORY_TARGET)));
    Ok(())
}

/// From process start to the first heartbeat.
async fn start(command: Command) -> Result<Duration> {
    let begin = Instant::now();
    let host = Host::spawn(command)?;
    timeout(LIMIT, host.ready()).await.context("no heartbeat")?.context("the plugin ended before its heartbeat")?;
    let time = begin.elapsed();
    let exit = timeout(LIMIT, host.shutdown()).await.context("the plugin does not end")??;
    ensure!(exit.success(), "the plugin ends with an error: {}", exit.stderr.trim());
    Ok(time)
}

/// From process start to its end.
fn start_python_alone(python: &Python) -> Result<Duration> {
    let begin = Instant::now();
    let status = python.command().args(["-c", "pass"]).status()?;
    let time = begin.elapsed();
    ensure!(status.success(), "Python ends with {status}");
    Ok(time)
}

/// Idle, and after one check of credentials.
async fn memory(command: Command) -> Result<(u64, u64)> {
    let simulator = Simulator::start(SimOptions::default()).await?;
    let host = Host::spawn(command)?;
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

//! `cargo xtask bench startup`: a new process each time, and Python alone beside it, so that it shows what is ours.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use dify_plugin::host::Host;
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use serde_json::Map;
use tokio::time::{sleep, timeout};

use super::statistics::Spread;
use super::{judge, machine, memory};
use crate::installed::Installed;
use crate::project::PLUGIN;
use crate::python::Python;
use crate::say;

/// The median from process start to the first heartbeat, Python included.
const STARTUP_TARGET: Duration = Duration::from_millis(60);
/// What an idle plugin may hold.
const MEMORY_TARGET: u64 = 8 * 1024 * 1024;
/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(runs: u32) -> Result<()> {
    let installed = Installed::build().await?;
    let python = &installed.python;
    say::line("machine", machine::describe());
    say::line("python", python);
    let first = start(installed.plugin()).await?;
    let (mut plugin, mut program_alone, mut python_alone) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        plugin.push(start(installed.plugin()).await?);
        program_alone.push(start(Command::new(installed.program())).await?);
        python_alone.push(start_python_alone(python)?);
    }
    let plugin = Spread::of(plugin)?;
    let (idle, asked) = memory(installed.plugin()).await?;

    say::line("first start", format_args!("       {:>10}   Python compiles main.py", say::millis(first)));
    say::line("start", format_args!("{plugin}   to the first heartbeat, {runs} runs"));
    say::line("of which", format_args!("{}   the program without Python", Spread::of(program_alone)?));
    say::line("beside it", format_args!("{}   python -c pass, to its end", Spread::of(python_alone)?));
    say::line("memory", format_args!("{} idle, {} after checking credentials", say::size(idle), say::size(asked)));
    judge(format_args!("start within {}", say::millis(STARTUP_TARGET)), plugin.median <= STARTUP_TARGET);
    judge(format_args!("idle within {}", say::size(MEMORY_TARGET)), idle <= MEMORY_TARGET);
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

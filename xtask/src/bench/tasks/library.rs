//! The library alone, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::super::memory;
use super::super::statistics::Size;
use super::Cost;

/// The example says when it is ready and when all wait, and begins and ends when told.
pub(super) async fn measure(many_waits: &Path, jobs: u32, window: Duration) -> Result<Cost> {
    let mut command = Command::new(many_waits);
    let mut process = command.arg(jobs.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let no_streams = "the example was started without its streams";
    let mut input = process.stdin.take().context(no_streams)?;
    let mut output = BufReader::new(process.stdout.take().context(no_streams)?).lines();
    let mut line = || output.next().context("the example ends too early")?.context("the example cannot be read");

    line()?;
    let before = Size(memory::resident(process.id())?);
    writeln!(input)?;
    line()?;
    let cost = Cost::watch(process.id(), before, window).await;
    drop(input);
    let status = process.wait()?;
    ensure!(status.success(), "the example ends with {status}");
    cost
}

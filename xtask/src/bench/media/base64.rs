//! What it takes to make Base64 of a picture, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::super::memory;
use super::super::statistics::Size;

/// One run.
pub(super) struct Copy {
    pub(super) picture: Size,
    pub(super) text: Size,
    /// What the process held at the most beyond the picture and itself.
    pub(super) added: Size,
    pub(super) time: Duration,
}

/// What the example `base64_cost` tells.
#[derive(Deserialize)]
struct Told {
    picture_bytes: u64,
    text_bytes: u64,
    nanoseconds: u64,
}

/// The example says when it has the picture, and begins and ends when told.
pub(super) fn measure(base64_cost: &Path) -> Result<Copy> {
    let mut process = Command::new(base64_cost).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let no_streams = "the example was started without its streams";
    let mut input = process.stdin.take().context(no_streams)?;
    let mut output = BufReader::new(process.stdout.take().context(no_streams)?).lines();
    let mut line = || output.next().context("the example ends too early")?.context("the example cannot be read");

    line()?;
    let before = memory::resident(process.id())?;
    memory::forget_peak(process.id());
    writeln!(input)?;
    let told: Told = serde_json::from_str(&line()?)?;
    let peak = memory::peak(process.id())?;
    drop(input);
    let status = process.wait()?;
    ensure!(status.success(), "the example ends with {status}");
    Ok(Copy {
        picture: Size(told.picture_bytes),
        text: Size(told.text_bytes),
        added: Size(peak.saturating_sub(before)),
        time: Duration::from_nanos(told.nanoseconds),
    })
}

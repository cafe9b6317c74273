//! `cargo xtask bench memory`: what large inputs and large answers cost while they are used, and afterwards.

mod scenario;
mod servers;

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::statistics::{Quantity, Size, Spread};
use super::{judge, machine};
use crate::installed::Installed;
use crate::say;
use scenario::{Cost, Scenario};

const MIB: u64 = 1024 * 1024;

/// What a call may add to the idle plugin, for each scenario at its peak and after it; and how long heartbeats may stop.
/// Dify's daemon kills a plugin that is silent for 120 s; one is due every 10 s.
///
/// Each is a bound that holds for any number of calls at a time and any content, with some room:
/// - Inputs of 96 MiB as files are 128 MiB as Base64, and two threads encode one file of 10 MiB each.
/// - A call with more inputs than that has the bound to itself: seven pictures are 401 MiB as Base64, which the request
///   keeps until the task exists, and two that are read or encoded meanwhile are 86 MiB.
/// - A line of Dify's may have 32 MiB, and its texts are that much again while it is read.
/// - A result without a length is not held whole, and of Kling's answers 2 MiB are read.
const TARGETS: [(Scenario, u64, u64); 5] = [
    (Scenario::WaitingTasks, 152 * MIB, 8 * MIB),
    (Scenario::OmniPictures, 496 * MIB, 8 * MIB),
    (Scenario::JsonText, 72 * MIB, 8 * MIB),
    (Scenario::UnsizedResult, 16 * MIB, 8 * MIB),
    (Scenario::LargeAnswer, 8 * MIB, 8 * MIB),
];
const SILENCE: Duration = Duration::from_secs(12);

/// How the plugin is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// As Dify does.
    Python,
    /// The program alone, without what `main.py` tells its allocator.
    Program,
}

pub(super) async fn run(runs: u32, start: Start) -> Result<()> {
    let installed = Installed::build().await?;
    say::line("machine", machine::describe());
    say::line("python", &installed.python);
    // It gives the program its exec bit.
    scenario::start_once(command(&installed, Start::Python)).await?;
    for (scenario, peak, kept) in TARGETS {
        let mut costs = Vec::new();
        for _ in 0..runs {
            costs.push(scenario.measure(command(&installed, start)).await?);
        }
        tell(scenario, &costs, peak, kept)?;
    }
    Ok(())
}

fn command(installed: &Installed, start: Start) -> Command {
    let mut command = match start {
        Start::Python => installed.plugin(),
        Start::Program => Command::new(installed.program()),
    };
    // Everything is on this machine.
    command.env("KLING_ALLOW_LOOPBACK", "1");
    command
}

fn tell(scenario: Scenario, costs: &[Cost], peak_target: u64, kept_target: u64) -> Result<()> {
    say::line("measured", scenario.describe());
    let above =
        |size: fn(&Cost) -> Size| Spread::of(costs.iter().map(|cost| Size(size(cost).0.saturating_sub(cost.idle.0))));
    let (peak, held) = (above(|cost| cost.peak)?, above(|cost| cost.held)?);
    let idle = Spread::of(costs.iter().map(|cost| cost.idle))?.median.shown();
    let silence = Spread::of(costs.iter().map(|cost| cost.silence))?;
    let delay = Spread::of(costs.iter().map(|cost| cost.delay))?;
    say::line("peak", format_args!("{peak}   above {idle} idle"));
    if scenario == Scenario::WaitingTasks {
        say::line("waiting", format_args!("{held}   while all wait"));
    } else {
        say::line("kept", format_args!("{held}   {} s after the end", scenario::SETTLES.as_secs()));
    }
    say::line("silence", format_args!("{silence}   longest between two heartbeats"));
    say::line("others", format_args!("{delay}   longest that another call waits to be refused"));
    if let Some(ended) = costs.first() {
        say::line("answer", &ended.answer);
    }
    judge(format_args!("peak within {}", Size(peak_target).shown()), peak.median <= Size(peak_target));
    judge(format_args!("kept within {}", Size(kept_target).shown()), held.median <= Size(kept_target));
    judge(format_args!("silent for at most {}", say::millis(SILENCE)), silence.max <= SILENCE);
    Ok(())
}

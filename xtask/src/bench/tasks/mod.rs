//! `cargo xtask bench tasks`: what it costs to wait, in memory and processor time.

mod library;
mod plugin;

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use super::statistics::{Quantity, Size};
use super::{example, judge, machine, memory, processor};
use crate::installed::Installed;
use crate::say;

/// Tasks that wait in the plugin.
const TASKS: usize = 1000;
/// What the plugin may hold meanwhile.
const MEMORY_TARGET: Size = Size(48 * 1024 * 1024);
/// The share of one core that it may take.
const PROCESSOR_TARGET: f64 = 0.05;

/// The pauses between two looks have grown to their longest by then.
const SETTLES: Duration = Duration::from_secs(30);

/// What waiting costs.
struct Cost {
    /// Resident memory before the tasks.
    before: Size,
    /// Resident memory at the end.
    held: Size,
    /// The share of one core.
    share: f64,
}

impl Cost {
    fn added(&self) -> Size {
        Size(self.held.0.saturating_sub(self.before.0))
    }

    /// Watches a process that has just begun to wait.
    async fn watch(process: u32, before: Size, window: Duration) -> Result<Self> {
        sleep(SETTLES).await;
        let share = processor::share(process, window).await?;
        Ok(Self { before, held: Size(memory::resident(process)?), share })
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (added, held) = (self.added().shown(), self.held.shown());
        write!(f, "{added:>10} added, {held:>10} in all, {:>6.2} % of a core", self.share * 100.0)
    }
}

pub(super) async fn run(seconds: u64) -> Result<()> {
    let window = Duration::from_secs(seconds);
    let installed = Installed::build().await?;
    let many_waits = example::build("kling-tasks", "many_waits")?;
    say::line("machine", machine::describe());
    say::line("python", &installed.python);
    for jobs in [1000, 10_000] {
        let cost = library::measure(&many_waits, jobs, window).await?;
        say::line("library", format_args!("{cost}   {jobs} tasks, nothing asked over a network"));
    }
    let cost = plugin::measure(installed.plugin(), TASKS, window).await?;
    say::line("plugin", format_args!("{cost}   {TASKS} tasks of the simulator"));
    let memory = MEMORY_TARGET.shown();
    judge(format_args!("{TASKS} tasks in the plugin within {memory}"), cost.held <= MEMORY_TARGET);
    let share = format_args!("and under {:.0} % of a core", PROCESSOR_TARGET * 100.0);
    judge(share, cost.share < PROCESSOR_TARGET);
    Ok(())
}

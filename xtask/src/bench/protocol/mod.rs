//! `cargo xtask bench protocol`: what `dify-plugin` alone gets through the standard streams, and what calls leave in
//! memory.

mod load;

use std::time::Duration;

use anyhow::Result;

use super::statistics::{Quantity, Size, Spread};
use super::{example, judge, machine};
use crate::say;

/// How many sessions are open at once.
const SESSIONS: usize = 1_000;
/// How many messages each of them sends, once all are open.
const MESSAGES: usize = 1_000;
/// The calls after which memory is looked at again, as many at a time as sessions.
const CALLS: usize = 10_000;

/// The messages that must come through in a second.
const PACE_TARGET: Pace = Pace(50_000);
/// What the calls may leave behind: the kernel counts memory in steps, and allocators keep some.
const LEFT_TARGET: Size = Size(1024 * 1024);

/// How many a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pace(u64);

impl Pace {
    fn of(count: usize, time: Duration) -> Self {
        let nanos = time.as_nanos().max(1);
        Self(u64::try_from(count as u128 * 1_000_000_000 / nanos).unwrap_or(u64::MAX))
    }
}

impl Quantity for Pace {
    fn middle(self, other: Self) -> Self {
        Self(self.0.midpoint(other.0))
    }

    fn shown(self) -> String {
        format!("{}/s", self.0)
    }
}

pub(super) async fn run(runs: u32) -> Result<()> {
    let program = example::build("dify-plugin", "echo_load")?;
    say::line("machine", machine::describe());
    let mut measured = Vec::new();
    for _ in 0..runs {
        measured.push(load::measure(&program).await?);
    }
    let messages = Spread::of(measured.iter().map(|run| run.messages))?;
    let calls = Spread::of(measured.iter().map(|run| run.calls))?;
    let warm = Spread::of(measured.iter().map(|run| run.warm))?;
    let left = Spread::of(measured.iter().map(|run| run.left))?;

    say::line("messages", format_args!("{messages}   of {SESSIONS} sessions, {MESSAGES} each, {runs} runs"));
    say::line("calls", format_args!("{calls}   of one message each, {SESSIONS} at a time"));
    say::line("memory", format_args!("{warm}   after the sessions and {CALLS} calls"));
    say::line("left", format_args!("{left}   on top, after {CALLS} calls more"));
    judge(format_args!("messages at {}", PACE_TARGET.shown()), messages.median >= PACE_TARGET);
    judge(format_args!("{CALLS} calls leave at most {}", LEFT_TARGET.shown()), left.median <= LEFT_TARGET);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_told_by_the_second() {
        assert_eq!(Pace::of(200_000, Duration::from_millis(400)), Pace(500_000));
        assert_eq!(Pace::of(3, Duration::ZERO), Pace(3_000_000_000));
        assert_eq!(Pace(1).middle(Pace(4)).shown(), "2/s");
    }
}

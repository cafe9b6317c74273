//! When to find out whether there is more room than known.

use std::time::Duration;

use tokio::time::Instant;

/// The first pause, and the shortest.
const SHORTEST: Duration = Duration::from_secs(1);

/// The longest pause while no job of this process runs. Each running slot adds as much, so that those who have none
/// ask more often than those who have some.
const LONGEST_WITHOUT_JOBS: Duration = Duration::from_secs(8);

/// The longest pause, however many jobs of this process run.
const LONGEST: Duration = Duration::from_secs(20);

/// The random share of each pause, more or less: processes that began together do not ask together.
const JITTER: f64 = 0.2;

/// Pauses between probes: each failure doubles them, each success halves them.
#[derive(Debug)]
pub(super) struct Pace {
    pause: Duration,
    next: Instant,
}

impl Default for Pace {
    fn default() -> Self {
        Self { pause: SHORTEST, next: Instant::now() }
    }
}

impl Pace {
    /// When the next probe may begin.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// A post was refused while jobs of this process ran in so many slots. The service may wish for a pause.
    pub(super) fn refused(&mut self, probe: bool, running: u32, wish: Duration, chance: f64) {
        if probe {
            self.pause = (self.pause * 2).min(LONGEST);
        }
        self.next = self.next.max(self.after(running, chance)).max(Instant::now() + wish);
    }

    /// There was more room than known: there may be more still.
    pub(super) fn found_room(&mut self, running: u32, chance: f64) {
        self.pause = (self.pause / 2).max(SHORTEST);
        self.next = self.after(running, chance);
    }

    fn after(&self, running: u32, chance: f64) -> Instant {
        let longest = LONGEST_WITHOUT_JOBS.saturating_mul(running.saturating_add(1));
        Instant::now() + self.pause.min(longest).mul_f64(1.0 + JITTER * (2.0 * chance - 1.0))
    }
}

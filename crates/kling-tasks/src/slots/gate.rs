//! One queue for one limit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::limit::Limit;
use crate::{Jitter, LONGEST_RETRY_AFTER, Schedule};

/// Jobs enter in the order in which they came; while the slots are taken only the first in line probes.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    jitter: Jitter,
}

#[derive(Debug)]
struct State {
    limit: Limit,
    /// Who waits, by the number drawn on arrival.
    line: BTreeMap<u64, Arc<Notify>>,
    next_number: u64,
    /// Whether somebody is finding out if there is more room than known.
    probing: bool,
    /// Probes that failed in a row.
    failed_probes: u32,
    next_probe: Instant,
}

impl Default for State {
    fn default() -> Self {
        Self {
            limit: Limit::default(),
            line: BTreeMap::new(),
            next_number: 0,
            probing: false,
            failed_probes: 0,
            next_probe: Instant::now(),
        }
    }
}

/// What stands in line is to do.
pub(super) enum Turn {
    /// Post. The count of running slots is needed to learn from a refusal.
    Now { running: u32, probe: bool },
    /// Come back then, or when called.
    At(Instant),
    /// Wait to be called.
    Wait,
}

impl Gate {
    pub(super) fn new(jitter: Jitter) -> Self {
        Self { state: Mutex::default(), jitter }
    }

    /// Draws a number and stands in line.
    pub(super) fn join(&self, called: &Arc<Notify>) -> u64 {
        let mut state = self.state();
        if state.line.is_empty() && state.limit.is_idle() && state.next_probe <= Instant::now() {
            state.limit.forget();
        }
        let number = state.next_number;
        state.next_number += 1;
        state.line.insert(number, called.clone());
        number
    }

    /// How many stand before this number.
    pub(super) fn ahead(&self, number: u64) -> usize {
        self.state().line.range(..number).count()
    }

    /// Whether it is this number's turn; if so, it leaves the line and its post begins.
    pub(super) fn enter(&self, number: u64, slots: u32) -> Turn {
        let mut state = self.state();
        if state.line.keys().next() != Some(&number) {
            return Turn::Wait;
        }
        let probe = !state.limit.fits(slots);
        if probe {
            if state.probing {
                return Turn::Wait;
            }
            if Instant::now() < state.next_probe {
                return Turn::At(state.next_probe);
            }
            state.probing = true;
        }
        let running = state.limit.running();
        state.limit.begin(slots);
        state.line.remove(&number);
        state.call_first();
        Turn::Now { running, probe }
    }

    /// The service said that there is no slot. Back in line, at the old place.
    pub(super) fn refused(
        &self,
        number: u64,
        called: &Arc<Notify>,
        slots: u32,
        running: u32,
        probe: bool,
        retry_after: Option<Duration>,
    ) {
        let mut state = self.state();
        let running = running.max(state.limit.running());
        state.limit.refused(slots, running);
        if probe {
            state.probing = false;
            state.failed_probes = state.failed_probes.saturating_add(1);
        }
        let pause = Schedule::RETRIES.pause(state.failed_probes, self.jitter.chance());
        let pause = pause.max(retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER));
        state.next_probe = state.next_probe.max(Instant::now() + pause);
        state.line.insert(number, called.clone());
        state.call_first();
    }

    /// The post created a job.
    pub(super) fn runs(&self, slots: u32) {
        let mut state = self.state();
        if state.limit.runs(slots) {
            state.failed_probes = 0;
            state.next_probe = Instant::now() + Schedule::RETRIES.pause(0, 0.0);
        }
        state.call_first();
    }

    /// Leaves the line without a post of this turn: for a job that turned out to exist.
    pub(super) fn slip_in(&self, number: u64, slots: u32) {
        let mut state = self.state();
        if state.line.remove(&number).is_some() {
            state.limit.begin(slots);
        }
    }

    /// Whatever the post brings will not be known soon: others may probe.
    pub(super) fn stop_probing(&self) {
        let mut state = self.state();
        state.probing = false;
        state.call_first();
    }

    /// Changes what is known and calls the first in line.
    pub(super) fn leave(&self, number: u64, change: impl FnOnce(&mut Limit)) {
        let mut state = self.state();
        state.line.remove(&number);
        change(&mut state.limit);
        state.call_first();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn call_first(&self) {
        if let Some((_, called)) = self.line.first_key_value() {
            called.notify_one();
        }
    }
}

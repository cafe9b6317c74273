//! One queue for one limit.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::limit::Limit;
use super::pace::Pace;
use crate::{Jitter, LONGEST_RETRY_AFTER, Schedule};

/// Refusals of one job while no other job of this process runs, after which smaller jobs may overtake it.
const OVERSIZED_AFTER: u32 = 3;

/// Posts that may be on their way at once while the limit is unknown, or as many as jobs already run, if that is more.
/// So a large limit is found in a few round trips, and a small one without a burst of refusals.
const FIRST_POSTS: u32 = 4;

/// Jobs enter in the order in which they came; while the slots are taken only the first in line probes.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    jitter: Jitter,
}

#[derive(Debug, Default)]
struct State {
    limit: Limit,
    /// Who waits, by the number drawn on arrival.
    line: BTreeMap<u64, Waiting>,
    next_number: u64,
    /// Posts whose answer is due.
    unanswered: u32,
    /// Whether somebody is finding out if there is more room than known.
    probing: bool,
    /// When that is done.
    pace: Pace,
}

/// A job in line.
#[derive(Debug)]
struct Waiting {
    called: Arc<Notify>,
    slots: u32,
    /// Busy with something else than waiting: others pass.
    away: bool,
    /// Refusals while no other job of this process ran.
    refused_alone: u32,
    /// When an oversized job may try again.
    next_try: Instant,
}

impl Waiting {
    /// Whether it seems to want more slots than there are. One slot is what everybody wants.
    fn is_oversized(&self) -> bool {
        self.slots > 1 && self.refused_alone >= OVERSIZED_AFTER
    }

    /// Whether a job of so many slots that came later has to stay behind.
    fn holds_up(&self, slots: u32) -> bool {
        !(self.away || self.is_oversized() && slots < self.slots)
    }
}

/// What a job that stands in line is to do.
pub(super) enum Turn {
    /// Post.
    Now(Entry),
    /// Come back then, or when called.
    At(Instant),
    /// Wait to be called.
    Wait,
}

/// How a post began: needed to learn from its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Slots of running jobs when the turn came.
    running: u32,
    pub(super) probe: bool,
    refused_alone: u32,
}

impl Gate {
    pub(super) fn new(jitter: Jitter) -> Self {
        Self { state: Mutex::default(), jitter }
    }

    /// Draws a number and stands in line.
    pub(super) fn join(&self, called: &Arc<Notify>, slots: u32) -> u64 {
        let mut state = self.state();
        if state.line.is_empty() && state.limit.is_idle() && state.pace.next() <= Instant::now() {
            state.limit.forget();
            state.pace = Pace::default();
        }
        let number = state.next_number;
        state.next_number += 1;
        let waiting =
            Waiting { called: called.clone(), slots, away: false, refused_alone: 0, next_try: Instant::now() };
        state.line.insert(number, waiting);
        number
    }

    /// How many stand before this number, and whether it seems to want more slots than there are.
    pub(super) fn waiting(&self, number: u64) -> (usize, bool) {
        let state = self.state();
        let ahead = state.line.range(..number).filter(|(_, waiting)| !waiting.away).count();
        (ahead, state.line.get(&number).is_some_and(Waiting::is_oversized))
    }

    /// Whether it is this number's turn; if so, it leaves the line and its post begins.
    pub(super) fn enter(&self, number: u64, slots: u32) -> Turn {
        let mut state = self.state();
        let Some(waiting) = state.line.get(&number) else { return Turn::Wait };
        let (oversized, refused_alone, next_try) = (waiting.is_oversized(), waiting.refused_alone, waiting.next_try);
        if state.line.range(..number).any(|(_, earlier)| earlier.holds_up(slots)) {
            return Turn::Wait;
        }
        let probe = oversized || !state.limit.fits(slots);
        if probe {
            let due = if oversized { next_try } else { state.pace.next() };
            if state.probing {
                return Turn::Wait;
            }
            if Instant::now() < due {
                return Turn::At(due);
            }
        } else if state.limit.is_unknown() && state.unanswered >= FIRST_POSTS.max(state.limit.running()) {
            return Turn::Wait;
        }
        state.probing |= probe;
        let running = state.limit.running();
        state.limit.begin(slots);
        state.unanswered += 1;
        state.line.remove(&number);
        state.call_next();
        Turn::Now(Entry { running, probe, refused_alone })
    }

    /// The service said that there is no slot. Back in line, at the old place.
    pub(super) fn refused(
        &self,
        number: u64,
        called: &Arc<Notify>,
        slots: u32,
        entry: Entry,
        answer_due: bool,
        retry_after: Option<Duration>,
    ) {
        let mut state = self.state();
        state.unanswered = state.unanswered.saturating_sub(u32::from(answer_due));
        let most_running = entry.running.max(state.limit.running());
        state.limit.refused(slots, most_running);
        let alone = state.limit.is_idle() && entry.running == 0;
        // Once it counts as oversized, each refusal makes it try more rarely.
        let alone = alone || entry.refused_alone >= OVERSIZED_AFTER;
        let mut waiting = Waiting {
            called: called.clone(),
            slots,
            away: false,
            refused_alone: entry.refused_alone.saturating_add(u32::from(alone)),
            next_try: Instant::now(),
        };
        let wish = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        state.probing &= !entry.probe;
        let chance = self.jitter.chance();
        if waiting.is_oversized() {
            // It learned nothing that keeps smaller jobs from trying.
            let pause = Schedule::RETRIES.pause(waiting.refused_alone, chance);
            waiting.next_try = Instant::now() + pause.max(wish);
        } else {
            let running = state.limit.running();
            state.pace.refused(entry.probe, running, wish, chance);
        }
        state.line.insert(number, waiting);
        state.call_next();
    }

    /// The post created a job.
    pub(super) fn runs(&self, slots: u32) {
        let mut state = self.state();
        if state.limit.runs(slots) {
            let running = state.limit.running();
            state.pace.found_room(running, self.jitter.chance());
        }
        state.call_next();
    }

    /// Leaves the line without a post of this turn: for a job that turned out to exist.
    pub(super) fn slip_in(&self, number: u64, slots: u32) {
        let mut state = self.state();
        if state.line.remove(&number).is_some() {
            state.limit.begin(slots);
        }
    }

    /// The post's answer came, or will not come soon: others may post, and probe if this was a probe.
    pub(super) fn answered(&self, probe: bool) {
        let mut state = self.state();
        state.unanswered = state.unanswered.saturating_sub(1);
        if probe {
            state.probing = false;
        }
        state.call_next();
    }

    /// A job that is busy with something else than waiting does not hold up those behind it.
    pub(super) fn set_away(&self, number: u64, away: bool) {
        let mut state = self.state();
        if let Some(waiting) = state.line.get_mut(&number) {
            waiting.away = away;
            state.call_next();
        }
    }

    /// Changes what is known and calls the first in line.
    pub(super) fn leave(&self, number: u64, change: impl FnOnce(&mut Limit)) {
        let mut state = self.state();
        state.line.remove(&number);
        change(&mut state.limit);
        state.call_next();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Calls whoever could have the next turn: the first in line, and those it does not hold up.
    fn call_next(&self) {
        for waiting in self.line.values() {
            waiting.called.notify_one();
            if waiting.holds_up(0) {
                break;
            }
        }
    }
}

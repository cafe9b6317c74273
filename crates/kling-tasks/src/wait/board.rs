//! What all who wait for one job know of it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

use super::{Observation, Phase, UNKNOWN_STATUS_PATIENCE};
use crate::{LONGEST_RETRY_AFTER, Schedule};

/// Status changes kept for listeners that are busy telling earlier ones.
const KEPT_CHANGES: usize = 16;

/// One job, as its listeners share it.
#[derive(Debug)]
pub(super) struct Shared<T> {
    pub(super) board: watch::Sender<Board<T>>,
    /// Held by the one who looks. Tokio's mutex serves in the order of asking.
    pub(super) look: Mutex<()>,
}

impl<T> Shared<T> {
    pub(super) fn new(first_pause: Duration) -> Self {
        Self { board: watch::Sender::new(Board::new(Instant::now() + first_pause)), look: Mutex::new(()) }
    }
}

/// What the looks have shown so far.
#[derive(Debug)]
pub(super) struct Board<T> {
    /// The job as last seen.
    pub(super) seen: Option<Arc<Observation<T>>>,
    /// The latest status words, and how many changes there were in all.
    words: VecDeque<Arc<str>>,
    changes: u64,
    unknown_since: Option<Instant>,
    /// Looks that were made.
    looks: u32,
    /// Looks in a row that did not show the job.
    pub(super) failed: u32,
    /// Those of them that the service answered: it does not know the job.
    pub(super) missing: u32,
    /// Whether the last look brought no answer: the next one is a retry.
    pub(super) trouble: bool,
    looked: Option<Instant>,
    next_look: Instant,
    /// The service wishes to be left alone until then.
    not_before: Instant,
}

impl<T> Board<T> {
    fn new(first_look: Instant) -> Self {
        Self {
            seen: None,
            words: VecDeque::new(),
            changes: 0,
            unknown_since: None,
            looks: 0,
            failed: 0,
            missing: 0,
            trouble: false,
            looked: None,
            next_look: first_look,
            not_before: Instant::now(),
        }
    }

    /// The job answered.
    pub(super) fn saw(&mut self, seen: Observation<T>) {
        (self.failed, self.missing, self.trouble) = (0, 0, false);
        if self.seen.as_ref().is_none_or(|last| last.word != seen.word) {
            if self.words.len() == KEPT_CHANGES {
                self.words.pop_front();
            }
            self.words.push_back(seen.word.as_str().into());
            self.changes += 1;
        }
        if seen.phase == Phase::Unknown {
            self.unknown_since.get_or_insert_with(Instant::now);
        } else {
            self.unknown_since = None;
        }
        self.seen = Some(Arc::new(seen));
    }

    /// The look brought no answer.
    pub(super) fn failed(&mut self) {
        self.failed = self.failed.saturating_add(1);
        self.trouble = true;
    }

    /// The service does not know the job.
    pub(super) fn missed(&mut self) {
        self.failed = self.failed.saturating_add(1);
        self.missing = self.missing.saturating_add(1);
        self.trouble = false;
    }

    /// When to look next for a caller whose last look begins at `last_look`; `None` when no look fits any more.
    pub(super) fn next_look(&self, last_look: Instant, deadline: Instant) -> Option<Instant> {
        let done = self.looked.is_some_and(|looked| looked >= last_look);
        let at = self.next_look.min(last_look).max(self.not_before).max(Instant::now());
        (!done && at < deadline).then_some(at)
    }

    /// A look was made, whatever it showed; the pause to the next begins.
    pub(super) fn looked(&mut self, schedule: &Schedule, chance: f64, retry_after: Option<Duration>) {
        let now = Instant::now();
        self.looks = self.looks.saturating_add(1);
        self.looked = Some(now);
        self.not_before = now + retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        self.next_look = self.not_before.max(now + schedule.pause(self.looks, chance));
    }

    /// Whether nobody has known the status word for too long.
    pub(super) fn is_unknown_for_long(&self) -> bool {
        self.unknown_since.is_some_and(|since| since.elapsed() >= UNKNOWN_STATUS_PATIENCE)
    }

    /// How many status changes a listener that joins now has missed: all but the last.
    pub(super) fn heard_by_newcomers(&self) -> u64 {
        self.changes.saturating_sub(1)
    }

    /// The first status change after the first `heard` ones that is still known, and how many are heard with it.
    pub(super) fn change_after(&self, heard: u64) -> Option<(Arc<str>, u64)> {
        let kept = u64::try_from(self.words.len()).unwrap_or(u64::MAX);
        let first_kept = self.changes.saturating_sub(kept);
        let next = heard.max(first_kept);
        let index = usize::try_from(next - first_kept).ok()?;
        Some((self.words.get(index)?.clone(), next + 1))
    }
}

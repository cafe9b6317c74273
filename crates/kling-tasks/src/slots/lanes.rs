//! The lanes of many accounts.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::gate::Gate;
use crate::Jitter;

/// Unused lanes are looked for only when there are more than this.
const FEW: usize = 64;

/// One lane per key, an account's family of models for instance. Lanes know nothing of each other: a queue in one
/// delays nobody in another.
///
/// What a lane has learned is kept while it is used, and beyond that until there are many lanes.
#[derive(Debug)]
pub struct Lanes<K> {
    jitter: Jitter,
    kept: Mutex<Kept<K>>,
}

#[derive(Debug)]
struct Kept<K> {
    lanes: HashMap<K, Lane>,
    sweep_at: usize,
}

impl<K: Eq + Hash> Default for Lanes<K> {
    fn default() -> Self {
        Self::new(Jitter::default())
    }
}

impl<K: Eq + Hash> Lanes<K> {
    /// No lanes yet; their probes take the random share of their pauses from `jitter`.
    pub fn new(jitter: Jitter) -> Self {
        Self { jitter, kept: Mutex::new(Kept { lanes: HashMap::new(), sweep_at: FEW }) }
    }

    /// How many lanes are kept.
    pub fn len(&self) -> usize {
        self.kept().lanes.len()
    }

    /// Whether no lane is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn kept(&self) -> MutexGuard<'_, Kept<K>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lane of this key, now or already made.
    pub fn lane(&self, key: K) -> Lane {
        let mut kept = self.kept();
        if kept.lanes.len() >= kept.sweep_at {
            kept.lanes.retain(|_, lane| lane.is_used());
            kept.sweep_at = FEW.max(2 * kept.lanes.len());
        }
        kept.lanes.entry(key).or_insert_with(|| Lane::new(self.jitter.clone())).clone()
    }
}

/// Jobs that share one limit on how many may run at once, in the order in which they came.
///
/// The limit is unknown at first: a few jobs are posted at once, and the more run, the more follow at once. A refusal for
/// want of a slot teaches the limit: those that run then are as many as may. From then on a job waits in line until one that runs has
/// [finished](crate::Slot::finished).
///
/// Other processes may use the same slots, so the first in line, and only the first, also probes from time to time. A
/// post that goes through where there seemed to be no room raises the limit. The pause before a probe is 1 s at first;
/// each failure doubles it, each success halves it, give or take a fifth. It never exceeds 8 s while no job of this
/// process runs, 16 s while one slot is in use, and 20 s while more are: of processes that know nothing of each other,
/// those that have nothing ask most.
///
/// A job may take several slots. One that is first and finds too few is not overtaken, unless it was refused three times
/// while no other job of this process ran: then it may want more than the account has, and smaller jobs pass. A job that
/// is being looked up holds up nobody.
#[derive(Debug, Clone, Default)]
pub struct Lane {
    pub(super) gate: Arc<Gate>,
}

impl Lane {
    /// A lane of its own, for a service with a single limit.
    pub fn new(jitter: Jitter) -> Self {
        Self { gate: Arc::new(Gate::new(jitter)) }
    }

    /// Whether somebody besides the registry holds it.
    fn is_used(&self) -> bool {
        Arc::strong_count(&self.gate) > 1
    }
}

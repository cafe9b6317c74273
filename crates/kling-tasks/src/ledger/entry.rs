//! What is remembered of one id.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ADOPTABLE_FOR, Fingerprint};

#[derive(Debug)]
pub(super) struct Entry<T> {
    /// What the id is used for.
    pub(super) request: Fingerprint,
    /// Whether the id is the user's own: then it is remembered after its call ended well, too.
    pub(super) given: bool,
    pub(super) state: State<T>,
    /// When a call with an id of its own ended without its result.
    pub(super) ended_early: Option<Instant>,
    pub(super) used: Instant,
    /// Held by the call that has claimed the id.
    pub(super) turn: Arc<Mutex<()>>,
}

/// What is known of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State<T> {
    /// It was never posted.
    Untouched,
    /// A post has begun, and nothing was heard of the job.
    Posted,
    /// It exists.
    Exists(T),
}

impl<T: Clone> State<T> {
    pub(super) fn job(&self) -> Option<T> {
        match self {
            Self::Exists(job) => Some(job.clone()),
            Self::Untouched | Self::Posted => None,
        }
    }
}

impl<T> Entry<T> {
    pub(super) fn new(request: Fingerprint, given: bool) -> Self {
        let (turn, used) = (Arc::default(), Instant::now());
        Self { request, given, state: State::Untouched, ended_early: None, used, turn }
    }

    /// Whether a call has claimed it or waits for it.
    pub(super) fn is_used(&self) -> bool {
        Arc::strong_count(&self.turn) > 1
    }

    pub(super) fn is_adoptable(&self) -> bool {
        self.ended_early.is_some_and(|ended| ended.elapsed() < ADOPTABLE_FOR)
    }

    /// Whether nobody can ask for it any more.
    pub(super) fn is_over(&self) -> bool {
        !self.given && !self.is_adoptable()
    }
}

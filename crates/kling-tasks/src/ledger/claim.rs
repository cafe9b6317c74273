//! One call's hold on an id.

use tokio::sync::OwnedMutexGuard;

use super::Ledger;
use super::entry::State;

/// What earlier calls with the same id have left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier<T> {
    /// Nothing: the job does not exist.
    Nothing,
    /// A post whose fate is unknown: look the job up before anything is posted.
    MayExist,
    /// The job exists.
    Exists(T),
}

/// Why an id cannot be claimed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError<T> {
    /// The id was used for another request.
    #[error("the id {id} was used for another request")]
    OtherRequest {
        /// The id.
        id: String,
        /// That request's job, if it is known to exist.
        job: Option<T>,
    },
    /// Another call with the same id did not come to an end in time.
    #[error("another call with the id {id} is still under way")]
    InUse {
        /// The id.
        id: String,
    },
}

/// An id that belongs to one call until this is dropped.
///
/// Dropping it without [`settle`](Self::settle) after a post has begun means that the call ended early, be it by an
/// error, a panic or a cancellation: the next identical call carries on with the job.
#[derive(Debug)]
#[must_use = "the id is released when this is dropped"]
pub struct Claim<'a, T: Clone> {
    ledger: &'a Ledger<T>,
    id: String,
    earlier: State<T>,
    settled: bool,
    _turn: OwnedMutexGuard<()>,
}

impl<'a, T: Clone> Claim<'a, T> {
    pub(super) fn new(ledger: &'a Ledger<T>, id: String, earlier: State<T>, turn: OwnedMutexGuard<()>) -> Self {
        Self { ledger, id, earlier, settled: false, _turn: turn }
    }

    /// The id: the one that was asked for, or an adopted one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What was known of the job when the id was claimed.
    pub fn earlier(&self) -> Earlier<T> {
        match &self.earlier {
            State::Untouched => Earlier::Nothing,
            State::Posted => Earlier::MayExist,
            State::Exists(job) => Earlier::Exists(job.clone()),
        }
    }

    /// A post begins: from now on the job may exist.
    pub fn posting(&self) {
        self.ledger.update(&self.id, |entry| {
            if matches!(entry.state, State::Untouched) {
                entry.state = State::Posted;
            }
        });
    }

    /// The job exists.
    pub fn exists(&self, job: T) {
        self.ledger.update(&self.id, |entry| entry.state = State::Exists(job));
    }

    /// No job of this call exists, for certain: nothing is left behind.
    pub fn nothing_exists(self) {
        self.ledger.update(&self.id, |entry| entry.state = State::Untouched);
    }

    /// The call ended well: an identical call is a new one. Only the user's own ids are remembered.
    pub fn settle(mut self) {
        self.settled = true;
    }
}

impl<T: Clone> Drop for Claim<'_, T> {
    fn drop(&mut self) {
        self.ledger.release(&self.id, self.settled);
    }
}

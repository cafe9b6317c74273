//! What a waiter asks, and what it may hear.

use std::time::Duration;

use async_trait::async_trait;

/// One job that can be asked for.
#[async_trait]
pub trait TaskSource: Send + Sync {
    /// The job as the service describes it. It is cloned for each caller that waits for it.
    type Task: Clone + Send + Sync;
    /// Why asking failed.
    type Error: Send;

    /// Asks once. A failure to ask is not a failure of the job.
    async fn look(&self) -> Result<Observation<Self::Task>, PollFailure<Self::Error>>;
}

/// A job at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation<T> {
    /// What the status means for waiting.
    pub phase: Phase,
    /// The service's own word for the status.
    pub word: String,
    /// The job.
    pub task: T,
}

/// What a status means for waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It goes on.
    Active,
    /// It will not change any more, whether it went well or not.
    Finished,
    /// A word nobody knows: perhaps a new stage, perhaps a new end.
    Unknown,
}

/// Why a look showed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PollFailure<E> {
    /// Asking again can help, not before `retry_after` if the service named a time (up to
    /// [`LONGEST_RETRY_AFTER`](crate::LONGEST_RETRY_AFTER)).
    Transient {
        /// What went wrong.
        error: E,
        /// The service's own wish.
        retry_after: Option<Duration>,
    },
    /// The service answered that it knows no such job. A job that was just accepted may not be listed everywhere yet, so
    /// this ends a wait only when it is heard [`MAX_MISSING_LOOKS`](crate::MAX_MISSING_LOOKS) times in a row.
    Missing(E),
    /// Asking again will end the same way.
    Final(E),
}

//! What a waiter asks, and what it may hear.

use std::time::Duration;

use async_trait::async_trait;

/// One job that can be asked for.
#[cfg_attr(test, mockall::automock(type Task = u32; type Error = &'static str;))]
#[async_trait]
pub trait TaskSource: Send + Sync {
    /// The job as the service describes it.
    type Task: Send;
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
    /// Asking again can help, not before `retry_after` if the service named a time.
    Transient {
        /// What went wrong.
        error: E,
        /// The service's own wish.
        retry_after: Option<Duration>,
    },
    /// Asking again will end the same way.
    Final(E),
}

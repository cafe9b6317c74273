//! How a wait ends.

use super::{MAX_MISSING_LOOKS, Observation};

/// How a wait ended without trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited<T> {
    /// The job will not change any more.
    Finished(T),
    /// The deadline came first. The job goes on; this is how it was last seen, if it was.
    OutOfTime(Option<Observation<T>>),
    /// The status is a word that nobody knows, and has been for
    /// [`UNKNOWN_STATUS_PATIENCE`](crate::UNKNOWN_STATUS_PATIENCE).
    UnknownStatus(Observation<T>),
}

/// Why a wait gave up. The job itself may go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError<E> {
    /// Asking was refused for good.
    #[error("the task cannot be asked for")]
    Refused(E),
    /// The service does not know the job: it said so [`MAX_MISSING_LOOKS`] times in a row.
    #[error("the service did not know the task, {MAX_MISSING_LOOKS} times in a row")]
    Missing(E),
    /// The deadline came, and of at least three looks not one went through. Told to callers that looked themselves; one
    /// for whom others always looked is [out of time](Waited::OutOfTime).
    #[error("asking for the task failed until the deadline")]
    Unreachable(E),
}

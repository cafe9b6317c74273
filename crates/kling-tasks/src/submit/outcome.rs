//! What comes of a submission.

use crate::Slot;

/// A job that exists.
#[derive(Debug)]
pub struct Submitted<T> {
    /// The job.
    pub task: T,
    /// True when it was found by its id instead of being announced by a post's answer.
    pub found: bool,
    /// What it occupies: [`Slot::finished`] once the job has ended.
    pub slot: Slot,
}

/// Why there is no job, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError<E> {
    /// No job exists: the service said no for good.
    #[error("the task was refused")]
    Refused(E),
    /// No job exists: no slot came free before the deadline. Holds the service's last refusal, if it was asked at all.
    #[error("no slot came free in time; nothing was submitted")]
    NoSlot(Option<E>),
    /// No job exists: the service was not to be had before the deadline or the end of
    /// [patience](crate::Submitter::patience). `None` when there was no time to ask at all.
    #[error("the service could not take the task in time; nothing was submitted")]
    Unavailable(Option<E>),
    /// A job may exist: a post's fate is unknown, and lookups by id did not find the job. Holds what went wrong with
    /// the post, or with the lookups after a post that was cut off by the deadline; `None` when nothing was heard.
    #[error("whether the task was accepted is unknown")]
    FateUnknown(Option<E>),
    /// The service says that a job with this id exists, did not get it from here, and does not find it.
    #[error("a task with this id exists, but not where it was looked for")]
    Elsewhere(E),
}

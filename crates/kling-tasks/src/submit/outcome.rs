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

/// Why there is no job of this submission, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError<T, E> {
    /// No job exists: the service said no for good.
    #[error("the task was refused")]
    Refused(E),
    /// No job exists: no slot came free before the deadline.
    #[error("no slot came free in time; nothing was submitted")]
    NoSlot {
        /// The service's last refusal, if it was asked at all.
        error: Option<E>,
        /// Whether the job was refused again and again while no other job of this process ran: it may want more slots
        /// than the account has.
        oversized: bool,
    },
    /// No job exists: the service could not be reached, or could not take it, before the deadline or the end of
    /// [patience](crate::Submitter::patience). `None` when there was no time to ask at all.
    #[error("the service could not take the task in time; nothing was submitted")]
    Unavailable(Option<E>),
    /// A job may exist: a post's fate is unknown, and lookups by id did not find the job. Holds what went wrong with
    /// the post, or with the lookups after a post that was cut off by the deadline; `None` when nothing was heard.
    #[error("whether the task was accepted is unknown")]
    FateUnknown(Option<E>),
    /// No job of this submission exists: the service has a job with its id that none of its posts made.
    #[error("the id belongs to another task")]
    Taken {
        /// What the service said; `None` when the job was found before anything was posted.
        error: Option<E>,
        /// That job; `None` when lookups did not find it.
        task: Option<T>,
    },
}

/// How a submission ends.
pub(super) type Outcome<T, E> = Result<Submitted<T>, SubmitError<T, E>>;

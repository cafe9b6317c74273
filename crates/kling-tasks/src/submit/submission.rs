//! What a submitter asks of a service, and what it may hear.

use std::time::Duration;

use async_trait::async_trait;

/// One intent to create a job, with an id of the caller's own by which it can be found again.
#[async_trait]
pub trait Submission: Send + Sync {
    /// The job as the service describes it.
    type Task: Send;
    /// Why a call failed.
    type Error: Send;

    /// Creates the job. Costs money. May be called again with the same id, never at the same time.
    async fn post(&self) -> Result<Self::Task, PostFailure<Self::Error>>;

    /// Finds the job by the caller's own id; `None` when the service definitely does not know it. Free.
    async fn find(&self) -> Result<Option<Self::Task>, Self::Error>;

    /// What follows when a lookup before the first post fails; it is repeated by default.
    fn check_failure(&self, error: &Self::Error) -> CheckFailure {
        let _ = error;
        CheckFailure::Repeat
    }

    /// Whether [`find`](Self::find) can work at all. Where it cannot, a post whose fate is unknown is the last one.
    fn findable(&self) -> bool {
        true
    }
}

/// What follows when a lookup before the first post fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckFailure {
    /// The lookup is repeated until the deadline.
    Repeat,
    /// The service refuses to look this up, and would refuse it again: the job is posted all the same.
    PostAnyway,
    /// A post would be refused for the same reason, a wrong key for instance.
    Refuse,
}

/// What became of a post that did not bring a job back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostFailure<E> {
    /// The service said no, and will say it again. Nothing was created.
    Refused(E),
    /// The service already has a job with this id.
    Duplicate(E),
    /// The answer was lost or makes no sense: a job may exist.
    Unknown(E),
    /// As many jobs as may run at once are running. Nothing was created.
    NoSlot {
        /// What the service said.
        error: E,
        /// The service's own wish.
        retry_after: Option<Duration>,
    },
    /// The service was never reached, or cannot be asked now. Nothing was created, for certain.
    TryLater {
        /// What went wrong.
        error: E,
        /// The service's own wish.
        retry_after: Option<Duration>,
    },
}

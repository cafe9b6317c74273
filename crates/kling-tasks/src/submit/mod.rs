//! Submitting a job once, whatever becomes of the answers.

mod attempt;
mod doubt;
mod outcome;
mod submission;
mod times;

use std::time::Duration;

use tokio::time::Instant;

use self::attempt::Attempt;
use crate::{Jitter, Lane, ProgressObserver, RetryBudget};

pub use outcome::{SubmitError, Submitted};
pub use submission::{PostFailure, Submission};

/// How long posts that create nothing are repeated, unless [`Submitter::patience`] says otherwise.
pub const SUBMIT_PATIENCE: Duration = Duration::from_secs(3 * 60);

/// Two lookups that do not find a job prove that it does not exist only if they lie this far apart.
pub const ABSENCE_TAKES: Duration = Duration::from_secs(3);

/// Submits jobs to one account.
///
/// - A post that certainly created nothing is repeated: after a refusal for want of a slot in the order of the
///   [`Lane`], after other trouble with growing pauses.
/// - A post that may have created the job is not repeated until the job is definitely absent: two lookups,
///   [`ABSENCE_TAKES`] apart at least, found nothing. A lookup that fails finds nothing out. From then on each further
///   post follows a fresh lookup, whatever the posts in between brought.
/// - All that is repeated draws on the account's [`RetryBudget`]; only the first post and the first lookup after a
///   post do not.
///
/// Dropping the future of [`submit`](Self::submit) leaves the job's fate unknown to everybody.
#[derive(Debug, Clone)]
pub struct Submitter<'a> {
    retries: &'a RetryBudget,
    lane: Lane,
    slots: u32,
    jitter: Jitter,
    patience: Duration,
}

impl<'a> Submitter<'a> {
    /// Retries draw on this budget. Without more said, jobs take one slot each of a lane of this submitter's own.
    pub fn new(retries: &'a RetryBudget) -> Self {
        let jitter = Jitter::default();
        Self { retries, lane: Lane::new(jitter.clone()), slots: 1, jitter, patience: SUBMIT_PATIENCE }
    }

    /// Jobs queue in this lane and take so many slots each.
    #[must_use]
    pub fn lane(mut self, lane: Lane, slots: u32) -> Self {
        (self.lane, self.slots) = (lane, slots);
        self
    }

    /// The random share of pauses comes from here.
    #[must_use]
    pub fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    /// How long posts that create nothing ([`PostFailure::TryLater`]) are repeated, the deadline aside.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sees to it that the job exists, exactly once, before the deadline.
    ///
    /// The first post is made whenever the deadline lies ahead and a slot is free. A post is cut off early enough for
    /// one last lookup; no post follows when too little time is left for it.
    ///
    /// # Errors
    /// See [`SubmitError`]: a job exists for certain only in [`SubmitError::Elsewhere`], and may exist in
    /// [`SubmitError::FateUnknown`].
    pub async fn submit<S: Submission>(
        &self,
        submission: &S,
        deadline: Instant,
        observer: &mut dyn ProgressObserver,
    ) -> Result<Submitted<S::Task>, SubmitError<S::Error>> {
        Attempt::new(self, submission, deadline, observer).run().await
    }
}

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

/// So many lookups at least have to find nothing before a job counts as absent.
pub const ABSENCE_LOOKUPS: u32 = 3;

/// The first and the last of the lookups that prove an absence lie this far apart at least: a service may list a job,
/// and may know its id, only some time after it has accepted it.
pub const ABSENCE_TAKES: Duration = Duration::from_secs(30);

/// A post begins only with this much time left: one that is cut off soon after leaves a job behind that nobody knows of.
pub const POST_NEEDS: Duration = Duration::from_secs(10);

/// Submits jobs to one account.
///
/// - A post that certainly created nothing is repeated: after a refusal for want of a slot in the order of the
///   [`Lane`], after other trouble with growing pauses.
/// - A post that may have created the job is not repeated until the job is definitely absent: [`ABSENCE_LOOKUPS`]
///   lookups over [`ABSENCE_TAKES`] found nothing. A lookup that fails finds nothing out. From then on each further
///   post follows a fresh lookup, whatever the posts in between brought.
/// - No post begins with less than [`POST_NEEDS`] left.
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
    owns_id: bool,
    may_exist: bool,
}

impl<'a> Submitter<'a> {
    /// Retries draw on this budget. Without more said, jobs take one slot each of a lane of this submitter's own.
    pub fn new(retries: &'a RetryBudget) -> Self {
        let jitter = Jitter::default();
        Self {
            retries,
            lane: Lane::new(jitter.clone()),
            slots: 1,
            jitter,
            patience: SUBMIT_PATIENCE,
            owns_id: true,
            may_exist: false,
        }
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

    /// Whether the job's id was made for this submission alone (the default). If not, the id is looked up before the
    /// first post, and a job that has it although none of this submission's posts can have made it is somebody else's:
    /// the submission ends as [`SubmitError::Taken`].
    #[must_use]
    pub fn owns_id(mut self, owns_id: bool) -> Self {
        self.owns_id = owns_id;
        self
    }

    /// Whether an earlier submission may have created the job: then it is looked up first, and posted only once it is
    /// definitely absent.
    #[must_use]
    pub fn may_exist(mut self, may_exist: bool) -> Self {
        self.may_exist = may_exist;
        self
    }

    /// Sees to it that the job exists, exactly once, before the deadline.
    ///
    /// A post is cut off early enough for one last lookup.
    ///
    /// # Errors
    /// See [`SubmitError`]: a job of this submission may exist only in [`SubmitError::FateUnknown`].
    pub async fn submit<S: Submission>(
        &self,
        submission: &S,
        deadline: Instant,
        observer: &mut dyn ProgressObserver,
    ) -> Result<Submitted<S::Task>, SubmitError<S::Task, S::Error>> {
        Attempt::new(self, submission, deadline, observer).run().await
    }
}

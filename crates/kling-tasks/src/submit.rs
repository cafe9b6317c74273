//! Posting a job once, whatever becomes of the answer.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;

/// How often a job is looked up after its answer was lost.
pub const LOOKUPS_AFTER_LOST_ANSWER: u32 = 3;

/// Before the first lookup, doubled before each further one: a job that was just accepted may not be listed yet.
const FIRST_LOOKUP_PAUSE: Duration = Duration::from_secs(2);

/// One intent to create a job, with an id of the caller's own by which it can be found again.
#[cfg_attr(test, mockall::automock(type Task = u32; type Error = &'static str;))]
#[async_trait]
pub trait Submission: Send + Sync {
    /// The job as the service describes it.
    type Task: Send;
    /// Why a call failed.
    type Error: Send;

    /// Creates the job. Costs money.
    async fn post(&self) -> Result<Self::Task, PostFailure<Self::Error>>;

    /// Finds the job by the caller's own id; `None` when the service does not know it. Free.
    async fn find(&self) -> Result<Option<Self::Task>, Self::Error>;
}

/// What became of a post that did not bring a job back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostFailure<E> {
    /// The service said no, or was never reached: no job exists.
    Refused(E),
    /// The service already has a job with this id.
    Duplicate(E),
    /// The answer was lost or makes no sense: a job may exist.
    Unknown(E),
}

/// A job that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted<T> {
    /// The job.
    pub task: T,
    /// True when it was found by its id instead of being announced by the post's answer.
    pub found: bool,
}

/// Why no job came of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError<E> {
    /// No job exists.
    #[error("the task was refused")]
    Refused(E),
    /// A job may exist: the post's fate is unknown, and lookups by id did not find it. It was not posted again.
    #[error("whether the task was accepted is unknown")]
    FateUnknown(E),
}

/// Posts a job exactly once. When the answer is lost, or says that the job is there already, the job is looked up by
/// its id.
///
/// # Errors
/// When the job was refused, or its fate stays unknown.
pub async fn submit_once<S: Submission>(submission: &S) -> Result<Submitted<S::Task>, SubmitError<S::Error>> {
    let mut error = match submission.post().await {
        Ok(task) => return Ok(Submitted { task, found: false }),
        Err(PostFailure::Refused(error)) => return Err(SubmitError::Refused(error)),
        Err(PostFailure::Duplicate(error) | PostFailure::Unknown(error)) => error,
    };
    let mut pause = FIRST_LOOKUP_PAUSE;
    for _ in 0..LOOKUPS_AFTER_LOST_ANSWER {
        sleep(pause).await;
        pause *= 2;
        match submission.find().await {
            Ok(Some(task)) => return Ok(Submitted { task, found: true }),
            Ok(None) => {}
            Err(failure) => error = failure,
        }
    }
    Err(SubmitError::FateUnknown(error))
}

#[cfg(test)]
mod tests {
    use mockall::Sequence;
    use tokio::time::Instant;

    use super::*;

    /// A submission that is posted exactly once and then looked up with these answers, in this order.
    fn submission(
        posted: Result<u32, PostFailure<&'static str>>,
        found: Vec<Result<Option<u32>, &'static str>>,
    ) -> MockSubmission {
        let mut mock = MockSubmission::new();
        let mut order = Sequence::new();
        mock.expect_post().times(1).in_sequence(&mut order).return_once(move || posted);
        for answer in found {
            mock.expect_find().times(1).in_sequence(&mut order).return_once(move || answer);
        }
        mock
    }

    #[tokio::test(start_paused = true)]
    async fn a_plain_answer_needs_no_lookup() {
        assert_eq!(submit_once(&submission(Ok(7), vec![])).await, Ok(Submitted { task: 7, found: false }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_final() {
        let refused = submission(Err(PostFailure::Refused("1201")), vec![]);
        assert_eq!(submit_once(&refused).await, Err(SubmitError::Refused("1201")));
    }

    /// Promise 1: never pay twice. The mock fails on a second post.
    #[tokio::test(start_paused = true)]
    async fn after_a_lost_answer_the_job_is_looked_up_and_never_posted_again() {
        let lost = submission(Err(PostFailure::Unknown("reset")), vec![Ok(None), Err("reset"), Ok(Some(7))]);
        let started = Instant::now();
        assert_eq!(submit_once(&lost).await, Ok(Submitted { task: 7, found: true }));
        assert_eq!(started.elapsed(), Duration::from_secs(2 + 4 + 8));
    }

    #[tokio::test(start_paused = true)]
    async fn a_duplicate_is_found_and_carried_on_with() {
        let duplicate = submission(Err(PostFailure::Duplicate("exists")), vec![Ok(Some(7))]);
        assert_eq!(submit_once(&duplicate).await, Ok(Submitted { task: 7, found: true }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_is_not_found_is_reported_as_unknown_and_not_posted_again() {
        let lost = submission(Err(PostFailure::Unknown("reset")), vec![Ok(None), Ok(None), Ok(None)]);
        assert_eq!(submit_once(&lost).await, Err(SubmitError::FateUnknown("reset")));
    }
}

//! Asking something that costs nothing.

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{Jitter, LONGEST_RETRY_AFTER, PollFailure, RetryBudget, Schedule};

/// How often a question is asked in all.
pub const MAX_QUESTIONS: u32 = 4;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError<E> {
    /// The last failure: asking again would not help, or was done often enough.
    #[error("the question failed")]
    Failed(E),
    /// The deadline came first. Holds the last failure, if there was one.
    #[error("the question was not answered in time")]
    OutOfTime(Option<E>),
}

/// Asks a question that changes nothing, and again where [`PollFailure::Transient`] says that it can help:
/// [`MAX_QUESTIONS`] times in all, with pauses as in [`Schedule::RETRIES`], as far as the account's budget and the
/// deadline allow. A question that runs into the deadline is given up.
///
/// ```
/// # use std::time::Duration;
/// # use kling_tasks::{Jitter, PollFailure, RetryBudget, ask};
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let mut asked = 0;
/// let deadline = tokio::time::Instant::now() + Duration::from_secs(60);
/// let length = ask(&RetryBudget::default(), &Jitter::default(), deadline, || {
///     asked += 1;
///     let failure = PollFailure::Transient { error: "busy", retry_after: None };
///     std::future::ready(if asked < 3 { Err(failure) } else { Ok("7 pages") })
/// })
/// .await;
/// assert_eq!(length, Ok("7 pages"));
/// # }
/// ```
///
/// # Errors
/// See [`AskError`].
pub async fn ask<T, E, F>(
    retries: &RetryBudget,
    jitter: &Jitter,
    deadline: Instant,
    mut question: impl FnMut() -> F,
) -> Result<T, AskError<E>>
where
    F: Future<Output = Result<T, PollFailure<E>>>,
{
    let (mut asked, mut last) = (0, None);
    loop {
        let Ok(answer) = timeout_at(deadline, question()).await else { return Err(AskError::OutOfTime(last)) };
        let (error, retry_after) = match answer {
            Ok(answer) => {
                retries.succeeded();
                return Ok(answer);
            }
            Err(PollFailure::Missing(error) | PollFailure::Final(error)) => return Err(AskError::Failed(error)),
            Err(PollFailure::Transient { error, retry_after }) => (error, retry_after),
        };
        let wish = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        let next = Instant::now() + Schedule::RETRIES.pause(asked, jitter.chance()).max(wish);
        if asked + 1 >= MAX_QUESTIONS || next >= deadline || !retries.take(deadline).await {
            return Err(AskError::Failed(error));
        }
        asked += 1;
        last = Some(error);
        sleep_until(next).await;
    }
}

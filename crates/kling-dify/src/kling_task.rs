//! A submitted Kling task behind the trait of `kling-tasks`.

use async_trait::async_trait;
use kling_api::{Task, TaskPath, TaskStatus};
use kling_client::{Answer, KlingClient, KlingError, Sought};
use kling_tasks::{Observation, Phase, PollFailure, TaskSource};

use crate::find::find_at;

/// A submitted task, to be asked for.
pub(crate) struct SubmittedTask<'a> {
    pub(crate) client: &'a KlingClient,
    pub(crate) path: &'a TaskPath,
    pub(crate) id: &'a str,
}

#[async_trait]
impl TaskSource for SubmittedTask<'_> {
    type Task = Answer<Task>;
    type Error = LookError;

    async fn look(&self) -> Result<Observation<Answer<Task>>, PollFailure<LookError>> {
        match find_at(self.client, self.path, Sought::Id(self.id)).await {
            Ok(Some(answer)) => Ok(observe(answer)),
            // A task that was just accepted may not be listed everywhere yet; if it never is, the wait ends.
            Ok(None) => Err(PollFailure::Missing(LookError::NotListed)),
            Err(error) if error.is_transient() => {
                let retry_after = error.retry_after();
                Err(PollFailure::Transient { error: LookError::Call(error), retry_after })
            }
            Err(error) => Err(PollFailure::Final(LookError::Call(error))),
        }
    }
}

/// Why a look showed nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    #[error("the task is not listed")]
    NotListed,
    #[error(transparent)]
    Call(#[from] KlingError),
}

/// What an answer means for waiting.
fn observe(answer: Answer<Task>) -> Observation<Answer<Task>> {
    let phase = match answer.data.task_status {
        TaskStatus::Submitted | TaskStatus::Processing => Phase::Active,
        TaskStatus::Succeed | TaskStatus::Failed => Phase::Finished,
        TaskStatus::Other(_) => Phase::Unknown,
    };
    Observation { phase, word: answer.data.task_status.to_string(), task: answer }
}

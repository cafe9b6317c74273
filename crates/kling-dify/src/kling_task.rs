//! A Kling task behind the traits of `kling-tasks`.

use std::time::Duration;

use async_trait::async_trait;
use kling_api::{Checked, Task, TaskPath, TaskStatus, Text2VideoRequest};
use kling_client::{Answer, KlingClient, KlingError};
use kling_tasks::{Observation, Phase, PollFailure, PostFailure, Submission, TaskSource};

/// A `Retry-After` beyond this is not honoured: the wait would end without another look.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(150);

/// A submitted task, to be asked for.
pub(crate) struct SubmittedTask<'a> {
    pub(crate) client: &'a KlingClient,
    pub(crate) path: &'a TaskPath,
    pub(crate) id: &'a str,
}

#[async_trait]
impl TaskSource for SubmittedTask<'_> {
    type Task = Answer<Task>;
    type Error = KlingError;

    async fn look(&self) -> Result<Observation<Answer<Task>>, PollFailure<KlingError>> {
        match self.client.get_task(self.path, self.id).await {
            Ok(answer) => Ok(observe(answer)),
            Err(error) => Err(sort(error)),
        }
    }
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

fn sort(error: KlingError) -> PollFailure<KlingError> {
    // A task that was just accepted may not be listed everywhere yet; if it never is, the waiter gives up.
    let not_yet_listed = error.refusal().is_some_and(kling_client::Refusal::is_task_not_found);
    if error.is_transient() || not_yet_listed {
        let retry_after = error.retry_after().map(|wish| wish.min(LONGEST_RETRY_AFTER));
        PollFailure::Transient { error, retry_after }
    } else {
        PollFailure::Final(error)
    }
}

/// The intent to make a video from text.
pub(crate) struct Text2Video<'a> {
    pub(crate) client: &'a KlingClient,
    pub(crate) request: &'a Checked<Text2VideoRequest>,
    pub(crate) external_task_id: &'a str,
}

#[async_trait]
impl Submission for Text2Video<'_> {
    type Task = Answer<Task>;
    type Error = KlingError;

    async fn post(&self) -> Result<Answer<Task>, PostFailure<KlingError>> {
        self.client.create_text2video(self.request).await.map_err(|error| match error.refusal() {
            Some(refusal) if refusal.is_duplicate_task() => PostFailure::Duplicate(error),
            _ if error.may_have_arrived() => PostFailure::Unknown(error),
            _ => PostFailure::Refused(error),
        })
    }

    async fn find(&self) -> Result<Option<Answer<Task>>, KlingError> {
        self.client.find_task(&TaskPath::TEXT2VIDEO, self.external_task_id).await
    }
}

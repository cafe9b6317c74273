//! The common way of every task: submit or find, announce, wait, hand over.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink};
use kling_api::{Handle, Task, TaskPath, TaskStatus, Units};
use kling_client::{Answer, KlingClient, KlingError};
use kling_tasks::{Slot, SubmitError, Submitted, Submitter, WaitError, Waited};
use serde_json::Value;

use crate::account::Account;
use crate::answer::{self, Files, Outputs};
use crate::failure;
use crate::find::{Found, Target, find};
use crate::kind::Kind;
use crate::kling_task::{LookError, SubmittedTask};
use crate::language::Language;
use crate::opening::Downloads;
use crate::order::{Order, Placed};
use crate::progress::ProgressLog;
use crate::texts;
use crate::wait::WaitPlan;

/// One tool call on its way.
pub(crate) struct Run {
    pub(crate) out: MessageSink,
    pub(crate) account: Arc<Account>,
    pub(crate) language: Language,
    pub(crate) log: ProgressLog,
    pub(crate) wait: WaitPlan,
    pub(crate) downloads: Downloads,
    pub(crate) max_file_bytes: u64,
    pub(crate) outputs: &'static [&'static str],
    pub(crate) estimate: Option<Units>,
    /// The slot of the task that this call submitted, until the task has ended.
    pub(crate) slot: Option<Slot>,
}

impl Run {
    pub(crate) fn client(&self) -> &KlingClient {
        &self.account.client
    }

    pub(crate) async fn note(&self, text: String) -> Result<(), Error> {
        self.log.note(text, Value::Null).await
    }

    /// Places an order, once, and follows its task to the end or to the deadline.
    pub(crate) async fn create(mut self, order: &Order) -> Result<(), Error> {
        self.estimate = order.estimate;
        let account = self.account.clone();
        let lane = account.lanes.lane(order.slots.pool.clone());
        let submitter = Submitter::new(&account.retries).lane(lane, order.slots.slots).jitter(account.jitter.clone());
        let placed = Placed { order, client: &account.client };
        match submitter.submit(&placed, self.wait.submit_by(), &mut self.log).await {
            Ok(Submitted { task, found, slot }) => {
                self.slot = Some(slot);
                let news = if found { texts::found_again(self.language) } else { texts::submitted(self.language) };
                self.follow(order.path(), task, Some(news), true).await
            }
            Err(error) => {
                let error = self.not_submitted(order, error).await;
                self.fail(error).await
            }
        }
    }

    /// Why there is no task, or why nobody knows.
    async fn not_submitted(&self, order: &Order, error: SubmitError<KlingError>) -> Error {
        let (language, own_id) = (self.language, order.external_task_id());
        match error {
            SubmitError::Refused(error) => failure::of_call(language, &error),
            SubmitError::NoSlot(error) => {
                let refusal = error.as_ref().and_then(KlingError::refusal);
                Error::RateLimited(texts::no_slot_came_free(language, refusal))
            }
            SubmitError::Unavailable(Some(error)) => failure::nothing_created(language, &error),
            SubmitError::Unavailable(None) => Error::ServerUnavailable(texts::no_time_to_submit(language)),
            SubmitError::FateUnknown(error) => {
                let cause = error.map(|error| failure::describe(language, &error));
                Error::ServerUnavailable(texts::answer_lost(language, cause.as_deref(), own_id))
            }
            SubmitError::Elsewhere(error) => match self.owner_of(own_id).await {
                Some(handle) => Error::BadRequest(texts::own_id_is_taken(language, own_id, &handle)),
                None => failure::of_call(language, &error),
            },
        }
    }

    /// The task of another kind that has an id of the user's.
    async fn owner_of(&self, own_id: &str) -> Option<Handle> {
        let anywhere = Target::Somewhere(own_id.to_owned(), TaskPath::LEGACY.to_vec());
        let Found { path, answer } = find(self.client(), &anywhere).await.ok()??;
        Some(Handle::new(path.surface(), self.client().host().region(), path, answer.data.task_id))
    }

    /// Looks at a task that exists.
    pub(crate) async fn query(self, target: &Target) -> Result<(), Error> {
        match self.account.ask(self.wait.submit_by(), || find(self.client(), target)).await {
            Ok(Some(Found { path, answer })) => {
                let waits = self.wait.wanted();
                self.follow(path, answer, None, waits).await
            }
            Ok(None) => {
                let region = self.client().host().region();
                let error = Error::BadRequest(texts::no_such_task(self.language, region));
                self.fail(error).await
            }
            Err(error) => {
                let error = failure::of_call(self.language, &error);
                self.fail(error).await
            }
        }
    }

    /// From a known task to the closing text. `news` is for the log, once the handle is safe. `failure_is_error`: a
    /// failed generation fails the node; a mere question about it does not.
    async fn follow(
        mut self,
        path: TaskPath,
        seen: Answer<Task>,
        news: Option<String>,
        failure_is_error: bool,
    ) -> Result<(), Error> {
        let region = self.client().host().region();
        let handle = Handle::new(path.surface(), region, path.clone(), seen.data.task_id.clone());
        answer::announce(&self.out, &seen.data, &handle).await?;
        if let Some(news) = news {
            self.log.note(news, answer::brief(&seen.data)).await?;
        }
        match self.wait_and_deliver(&path, seen, &handle, failure_is_error).await {
            Ok(text) => {
                self.out.text(text).await?;
                self.log.finish().await
            }
            Err(error) => {
                let error = failure::with_handle(self.language, error, &handle);
                self.fail(error).await
            }
        }
    }

    async fn wait_and_deliver(
        &mut self,
        path: &TaskPath,
        seen: Answer<Task>,
        handle: &Handle,
        failure_is_error: bool,
    ) -> Result<String, Error> {
        let (latest, unknown) = self.wait_for(path, seen).await?;
        let kind = Kind::of(path);
        Outputs { names: self.outputs, estimate: self.estimate }.send(&self.out, &latest).await?;
        let task = &latest.data;
        let word = task.task_status.as_str();
        match &task.task_status {
            TaskStatus::Succeed => self.hand_over(task, kind).await,
            TaskStatus::Failed => {
                let text = texts::task_failed(self.language, kind, task.failure_reason());
                if failure_is_error { Err(Error::BadRequest(text)) } else { Ok(text) }
            }
            _ if unknown => Ok(texts::unknown_status(self.language, word, handle)),
            _ => Ok(texts::not_ready(self.language, kind, word, handle)),
        }
    }

    /// The task as last seen, and whether the wait ended at a status nobody knows.
    async fn wait_for(&mut self, path: &TaskPath, seen: Answer<Task>) -> Result<(Answer<Task>, bool), Error> {
        let slot = self.slot.take();
        if seen.data.task_status.is_terminal() {
            if let Some(slot) = slot {
                slot.finished();
            }
            return Ok((seen, false));
        }
        if !self.wait.wanted() {
            return Ok((seen, false));
        }
        let id = seen.data.task_id.to_string();
        let account = self.account.clone();
        let source = SubmittedTask { client: &account.client, path, id: &id };
        let (deadline, key) = (self.wait.deadline(), (path.clone(), id.clone()));
        match account.waits.wait(key, &source, deadline, &account.retries, &mut self.log).await {
            Ok(Waited::Finished(answer)) => {
                if let Some(slot) = slot {
                    slot.finished();
                }
                Ok((answer, false))
            }
            Ok(Waited::OutOfTime(last)) => Ok((last.map_or(seen, |last| last.task), false)),
            Ok(Waited::UnknownStatus(last)) => Ok((last.task, true)),
            Err(WaitError::Missing(_)) => Err(Error::ServerUnavailable(texts::task_vanished(self.language))),
            Err(WaitError::Refused(error) | WaitError::Unreachable(error)) => Err(match error {
                LookError::Call(error) => failure::of_call(self.language, &error),
                LookError::NotListed => Error::ServerUnavailable(texts::task_vanished(self.language)),
            }),
        }
    }

    async fn hand_over(&self, task: &Task, kind: Kind) -> Result<String, Error> {
        if kind == Kind::Element {
            let id =
                task.element_id().ok_or_else(|| Error::ServerUnavailable(texts::no_result(self.language, kind)))?;
            return Ok(texts::element_ready(self.language, id.as_str()));
        }
        let (max_bytes, by) = (self.max_file_bytes, self.wait.files_by());
        let files = Files { downloader: &self.account.downloader, max_bytes, by };
        let files = self.downloads.wants(kind).then_some(files);
        let delivered = answer::deliver(&self.out, self.language, task, files).await?;
        if delivered.is_empty() {
            return Err(Error::ServerUnavailable(texts::no_result(self.language, kind)));
        }
        let (expires, units) = (answer::expiry(task), task.final_unit_deduction.as_deref());
        Ok(texts::ready(self.language, kind, &delivered, expires.as_deref(), units))
    }

    async fn fail(self, error: Error) -> Result<(), Error> {
        self.log.fail(error.error_type()).await?;
        Err(error)
    }
}

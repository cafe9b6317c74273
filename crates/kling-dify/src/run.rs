//! The common way of every task: submit or find, announce, wait, hand over.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink};
use kling_api::{Handle, Task, TaskPath, TaskStatus, Units};
use kling_client::{Answer, KlingClient};
use kling_tasks::{Schedule, SubmitError, WaitError, Waited, Waiter, submit_once};
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
        let submitted = match submit_once(&Placed { order, client: &account.client }).await {
            Ok(submitted) => submitted,
            Err(SubmitError::Refused(error)) => {
                let error = failure::of_call(self.language, &error);
                return self.fail(error).await;
            }
            Err(SubmitError::FateUnknown(error)) => {
                let cause = failure::describe(self.language, &error);
                let text = texts::answer_lost(self.language, &cause, order.external_task_id());
                return self.fail(Error::ServerUnavailable(text)).await;
            }
        };
        let news = if submitted.found { texts::found_again(self.language) } else { texts::submitted(self.language) };
        self.follow(order.path(), submitted.task, Some(news), true).await
    }

    /// Looks at a task that exists.
    pub(crate) async fn query(self, target: &Target) -> Result<(), Error> {
        match find(self.client(), target).await {
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
        if !self.wait.wanted() || seen.data.task_status.is_terminal() {
            return Ok((seen, false));
        }
        let id = seen.data.task_id.to_string();
        let account = self.account.clone();
        let source = SubmittedTask { client: &account.client, path, id: &id };
        let waiter = Waiter::new(Schedule::default(), self.wait.budget());
        match waiter.wait(&source, &mut self.log).await {
            Ok(Waited::Finished(answer)) => Ok((answer, false)),
            Ok(Waited::OutOfTime(last)) => Ok((last.map_or(seen, |last| last.task), false)),
            Ok(Waited::UnknownStatus(last)) => Ok((last.task, true)),
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

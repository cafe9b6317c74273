//! The common way of every tool call: settings and parameters, then submit or look, wait, hand over.

use std::sync::Arc;

use dify_plugin::{Error, MessageSink, ToolCall};
use kling_api::{Handle, Region, Surface, Task, TaskPath, TaskStatus};
use kling_client::{Answer, KlingClient, KlingError};
use kling_tasks::{Schedule, Submission, SubmitError, WaitError, Waited, Waiter, submit_once};
use serde_json::Value;

use crate::account::{Account, Accounts};
use crate::answer;
use crate::failure;
use crate::kling_task::SubmittedTask;
use crate::language::Language;
use crate::parameters::Parameters;
use crate::progress::ProgressLog;
use crate::settings::Settings;
use crate::texts;
use crate::wait::WaitPlan;

/// One tool call on its way.
pub(crate) struct Run {
    out: MessageSink,
    account: Arc<Account>,
    language: Language,
    log: ProgressLog,
    wait: WaitPlan,
    download: bool,
}

/// What a call was given, before anything is sent anywhere.
pub(crate) struct Opening<'a> {
    pub(crate) parameters: Parameters<'a>,
    settings: Settings,
    wait: WaitPlan,
    download: bool,
}

impl<'a> Opening<'a> {
    /// Reads what all tools have in common. `waits` is the tool's default for `wait_for_result`.
    pub(crate) fn read(accounts: &Accounts, call: &'a ToolCall, waits: bool) -> Result<Self, Error> {
        let settings = Settings::read(&call.credentials, accounts.environment())?;
        let parameters = Parameters::new(&call.parameters, settings.language);
        let wait = WaitPlan::new(
            parameters.flag("wait_for_result", waits)?,
            parameters.seconds("max_wait_seconds")?,
            accounts.environment().max_execution(),
            is_agent(call),
        );
        let download = parameters.flag("download_video", true)?;
        Ok(Self { parameters, settings, wait, download })
    }

    /// The region whose account the call is made with.
    pub(crate) fn region(&self) -> Region {
        self.settings.host.region()
    }

    /// Begins the call: from here on there is a log. `about` goes into it and must hold nothing private.
    pub(crate) async fn begin(
        self,
        accounts: &Accounts,
        out: MessageSink,
        tool: &str,
        about: Value,
    ) -> Result<Run, Error> {
        let Self { settings, wait, download, .. } = self;
        let account = accounts.open(&settings).map_err(|error| Error::Internal(error.to_string()))?;
        let language = settings.language;
        let log = ProgressLog::start(&out, language, tool, about).await?;
        if settings.ignored_key_pair {
            log.note(texts::api_key_wins(language), Value::Null).await?;
        }
        Ok(Run { out, account, language, log, wait, download })
    }
}

/// Agents send the credentials they chose along; workflows send no context.
fn is_agent(call: &ToolCall) -> bool {
    call.session.context.as_ref().is_some_and(|context| context.get("credentials").is_some())
}

impl Run {
    pub(crate) fn client(&self) -> &KlingClient {
        &self.account.client
    }

    pub(crate) async fn note(&self, text: String) -> Result<(), Error> {
        self.log.note(text, Value::Null).await
    }

    /// Creates a task, once, and follows it to its end or to the deadline.
    pub(crate) async fn create<S>(self, path: TaskPath, submission: &S, external_task_id: &str) -> Result<(), Error>
    where
        S: Submission<Task = Answer<Task>, Error = KlingError>,
    {
        let submitted = match submit_once(submission).await {
            Ok(submitted) => submitted,
            Err(SubmitError::Refused(error)) => {
                let error = failure::of_call(self.language, &error);
                return self.fail(error).await;
            }
            Err(SubmitError::FateUnknown(error)) => {
                let cause = failure::describe(self.language, &error);
                let text = texts::answer_lost(self.language, &cause, external_task_id);
                return self.fail(Error::ServerUnavailable(text)).await;
            }
        };
        let text = if submitted.found { texts::found_again(self.language) } else { texts::submitted(self.language) };
        self.follow(path, submitted.task, Some(text), true).await
    }

    /// Looks at a task that exists.
    pub(crate) async fn query(self, path: TaskPath, id: &str) -> Result<(), Error> {
        match self.client().find_task(&path, id).await {
            Ok(Some(answer)) => {
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

    /// From a known task to the closing text. `news` is for the log, once the handle is safe. `failure_is_error`: a failed generation fails the node; a mere question
    /// about it does not.
    async fn follow(
        mut self,
        path: TaskPath,
        seen: Answer<Task>,
        news: Option<String>,
        failure_is_error: bool,
    ) -> Result<(), Error> {
        let handle =
            Handle::new(Surface::Legacy, self.client().host().region(), path.clone(), seen.data.task_id.clone());
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
        answer::state(&self.out, &latest).await?;
        let task = &latest.data;
        let word = task.task_status.as_str();
        match &task.task_status {
            TaskStatus::Succeed => self.hand_over(task).await,
            TaskStatus::Failed => {
                let text = texts::task_failed(self.language, task.failure_reason());
                if failure_is_error { Err(Error::BadRequest(text)) } else { Ok(text) }
            }
            _ if unknown => Ok(texts::unknown_status(self.language, word, handle)),
            _ => Ok(texts::not_ready(self.language, word, handle)),
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
            Err(WaitError::Refused(error) | WaitError::Unreachable(error)) => {
                Err(failure::of_call(self.language, &error))
            }
        }
    }

    async fn hand_over(&self, task: &Task) -> Result<String, Error> {
        let downloader = self.download.then_some(&self.account.downloader);
        let delivered = answer::deliver(&self.out, self.language, task, downloader).await?;
        if delivered.is_empty() {
            return Err(Error::ServerUnavailable(texts::task_without_video(self.language)));
        }
        let expires = answer::expiry(task);
        Ok(texts::ready(self.language, &delivered, expires.as_deref(), task.final_unit_deduction.as_deref()))
    }

    async fn fail(self, error: Error) -> Result<(), Error> {
        self.log.fail(error.error_type()).await?;
        Err(error)
    }
}

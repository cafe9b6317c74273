//! The common way of every task: submit or find, announce, wait, hand over.

use std::sync::Arc;
use std::time::Duration;

use dify_plugin::{Error, MessageSink};
use kling_api::{Handle, Task, TaskPath, TaskStatus, Units, names_content_rules};
use kling_client::{Answer, KlingClient, KlingError};
use kling_tasks::{ABSENCE_TAKES, Claim, Earlier, Slot, SubmitError, Submitted, Submitter, WaitError, Waited};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout_at};

use crate::account::Account;
use crate::answer::{self, Files, Outputs};
use crate::caller::Caller;
use crate::echo::Written;
use crate::failure;
use crate::find::{Found, Target, TaskId, find, is_not_listed};
use crate::input_memory::InputRoom;
use crate::kind::Kind;
use crate::kling_task::{LookError, SubmittedTask};
use crate::language::Language;
use crate::opening::Downloads;
use crate::order::{Order, Placed};
use crate::progress::ProgressLog;
use crate::texts::{self, TaskFailure};
use crate::wait::WaitPlan;

/// Between two rounds of asking for it.
const LISTING_PAUSE: Duration = Duration::from_secs(5);
/// What the steps of a call may take beyond their own deadlines.
const LAST_STEP: Duration = Duration::from_secs(5);

/// What a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A task of its own, whose `external_task_id` is told before it is created.
    Create {
        /// Whether that id is the user's own.
        id_is_given: bool,
    },
    /// The result of a task: a failed one is an error.
    Await,
    /// How a task stands: a failed one is an answer.
    Ask,
}

/// One tool call on its way.
pub(crate) struct Run {
    pub(crate) out: MessageSink,
    pub(crate) account: Arc<Account>,
    pub(crate) language: Language,
    pub(crate) log: ProgressLog,
    pub(crate) wait: WaitPlan,
    pub(crate) downloads: Downloads,
    pub(crate) caller: Caller,
    pub(crate) max_file_bytes: u64,
    pub(crate) outputs: &'static [&'static str],
    /// What the closing text adds for the caller.
    pub(crate) notes: Vec<String>,
    /// What must not be quoted in an error.
    pub(crate) written: Written,
    pub(crate) purpose: Purpose,
    /// Whether Kling ended the task without a result.
    pub(crate) ended_without_result: bool,
    pub(crate) estimate: Option<Units>,
    /// The slot of the task that this call submitted, until the task has ended.
    pub(crate) slot: Option<Slot>,
}

impl Run {
    pub(crate) fn client(&self) -> &KlingClient {
        &self.account.client
    }

    /// Tells something that the user must hear.
    pub(crate) async fn note(&self, text: String) -> Result<(), Error> {
        self.log.remark(text).await
    }

    /// Places an order, once, and follows its task to the end or to the deadline.
    pub(crate) async fn create(mut self, order: Order, room: InputRoom, claim: Claim<'_, Handle>) -> Result<(), Error> {
        self.estimate = order.estimate;
        self.announce_id(claim.id()).await?;
        let account = self.account.clone();
        let lane = account.lanes.lane(order.slots.pool.clone());
        let submitter = Submitter::new(&account.retries)
            .lane(lane, order.slots.slots)
            .jitter(account.jitter.clone())
            .owns_id(!self.id_is_given())
            .may_exist(claim.earlier() == Earlier::MayExist);
        let placed = Placed { order: &order, client: &account.client, claim: &claim };
        let outcome = submitter.submit(&placed, self.wait.submit_by(), &mut self.log).await;
        let (path, slots) = (order.path(), order.slots.slots);
        // Its files are no longer needed, however long the task takes.
        drop((order, room));
        match outcome {
            Ok(Submitted { task, found, slot }) => {
                self.slot = Some(slot);
                claim.exists(self.handle_of(&path, &task.data));
                let news = if found { texts::found_again(self.language) } else { texts::submitted(self.language) };
                self.follow(path, task, Some(news), Some(claim)).await
            }
            Err(error) => {
                let error = self.not_submitted(&path, slots, claim, error).await;
                self.fail(error).await
            }
        }
    }

    /// Says which task this call creates, before it is posted: a call that is cut off then leaves a way to it.
    async fn announce_id(&self, id: &str) -> Result<(), Error> {
        self.out.variable("external_task_id", id).await?;
        self.log.note(texts::external_task_id(self.language, id), json!({ "external_task_id": id })).await
    }

    /// Why there is no task, or why nobody knows. The claim is given up where nothing of this call can exist.
    async fn not_submitted(
        &self,
        path: &TaskPath,
        slots: u32,
        claim: Claim<'_, Handle>,
        error: SubmitError<Answer<Task>, KlingError>,
    ) -> Error {
        let (language, id) = (self.language, claim.id().to_owned());
        let unknown = |cause: Option<KlingError>| {
            let cause = cause.map(|error| failure::describe(language, &error));
            Error::ServerUnavailable(texts::answer_lost(language, cause.as_deref(), &id))
        };
        let error = match error {
            SubmitError::FateUnknown(cause) => return unknown(cause),
            SubmitError::Taken { error, task } => {
                let owner = match task {
                    Some(task) => Some(self.handle_of(path, &task.data)),
                    None => self.owner_of(&id).await,
                };
                match owner {
                    Some(handle) => Error::BadRequest(texts::id_is_taken(language, &id, &handle)),
                    None if self.id_is_given() => Error::BadRequest(texts::id_is_taken_somewhere(language, &id)),
                    // An id that was made for this call alone leads to its own task, which is slow to be listed.
                    None => return unknown(error),
                }
            }
            SubmitError::Refused(error) => failure::of_call(language, &error),
            SubmitError::NoSlot { error, oversized } => {
                let refusal = error.as_ref().and_then(KlingError::refusal);
                Error::RateLimited(texts::no_slot_came_free(language, refusal, oversized.then_some(slots)))
            }
            SubmitError::Unavailable(None) => Error::ServerUnavailable(texts::no_time_to_submit(language)),
            SubmitError::Unavailable(Some(error)) => failure::nothing_created(language, &error),
        };
        claim.nothing_exists();
        error
    }

    fn id_is_given(&self) -> bool {
        self.purpose == Purpose::Create { id_is_given: true }
    }

    fn handle_of(&self, path: &TaskPath, task: &Task) -> Handle {
        Handle::new(path.surface(), self.client().host().region(), path.clone(), task.task_id.clone())
    }

    /// The task of another kind that has an id of the user's.
    async fn owner_of(&self, id: &str) -> Option<Handle> {
        let anywhere = Target::Somewhere(TaskId::external(id.to_owned()), TaskPath::LEGACY.to_vec());
        let found = self.account.ask(self.wait.ask_by(), || find(self.client(), &anywhere)).await;
        let Found { path, answer } = found.ok()??;
        Some(self.handle_of(&path, &answer.data))
    }

    /// Carries on with the task of an identical call that ended early.
    pub(crate) async fn carry_on(self, handle: Handle, claim: Claim<'_, Handle>) -> Result<(), Error> {
        self.announce_id(claim.id()).await?;
        let news = texts::carried_on(self.language);
        match self.look_for(&Target::Exact(handle.clone())).await {
            Ok(Some(Found { path, answer })) => self.follow(path, answer, Some(news), Some(claim)).await,
            missing => {
                let language = self.language;
                let error = match missing {
                    Err(error) if !is_not_listed(&error) => failure::of_call(language, &error),
                    _ => Error::ServerUnavailable(texts::task_vanished(language)),
                };
                let error = self.with_handle(error, &handle);
                self.fail(error).await
            }
        }
    }

    /// Looks at a task that exists.
    pub(crate) async fn query(mut self, target: &Target) -> Result<(), Error> {
        match self.look_for(target).await {
            Ok(Some(Found { path, answer })) => {
                self.purpose = if self.wait.wanted() { Purpose::Await } else { Purpose::Ask };
                self.follow(path, answer, None, None).await
            }
            Ok(None) => {
                let region = self.client().host().region();
                let error = Error::BadRequest(texts::no_such_task(self.language, region));
                self.fail(error).await
            }
            Err(error) if is_not_listed(&error) => {
                let error = Error::ServerUnavailable(texts::handle_not_listed(self.language));
                self.fail(error).await
            }
            Err(error) => {
                let error = failure::of_call(self.language, &error);
                self.fail(error).await
            }
        }
    }

    /// Finds a task. One that is known to exist is looked for again for a while: a service may list it late.
    async fn look_for(&self, target: &Target) -> Result<Option<Found>, KlingError> {
        let by = self.wait.ask_by().min(Instant::now() + ABSENCE_TAKES);
        loop {
            match self.account.ask(self.wait.ask_by(), || find(self.client(), target)).await {
                Err(error) if is_not_listed(&error) && Instant::now() + LISTING_PAUSE < by => {
                    sleep(LISTING_PAUSE).await;
                }
                found => return found,
            }
        }
    }

    /// From a known task to the closing text. `news` is for the log, once the handle is safe. A `claim` is settled when
    /// the call has handed over what there is, or when there is nothing to carry on with.
    async fn follow(
        mut self,
        path: TaskPath,
        seen: Answer<Task>,
        news: Option<String>,
        claim: Option<Claim<'_, Handle>>,
    ) -> Result<(), Error> {
        let handle = self.handle_of(&path, &seen.data);
        answer::announce(&self.out, &seen.data, &handle).await?;
        if let Some(news) = news {
            self.log.note(news, answer::brief(&seen.data)).await?;
        }
        // Each step has its own deadline; this one holds whatever a step does.
        let ends = self.wait.files_by() + LAST_STEP;
        let delivered = timeout_at(ends, self.wait_and_deliver(&path, seen, &handle)).await;
        match delivered.unwrap_or_else(|_| Err(Error::ServerUnavailable(texts::time_is_over(self.language)))) {
            Ok(text) => {
                let text = if self.caller.is_agent() {
                    texts::agents::with_remarks(self.language, text, &self.log.remarks())
                } else {
                    texts::with_notes(self.language, text, &self.notes)
                };
                self.out.text(text).await?;
                if let Some(claim) = claim {
                    claim.settle();
                }
                self.log.finish().await
            }
            Err(error) => {
                if let Some(claim) = claim.filter(|_| self.ended_without_result) {
                    // An identical call is to try anew.
                    claim.settle();
                }
                let error = self.with_handle(error, &handle);
                self.fail(error).await
            }
        }
    }

    /// Promise 2: every failure after the submit carries the handle, unless the task has ended without a result.
    fn with_handle(&self, error: Error, handle: &Handle) -> Error {
        let language = self.language;
        match (self.ended_without_result, self.caller.is_agent()) {
            (true, _) => error,
            (false, false) => failure::with_handle(language, error, handle),
            (false, true) => {
                failure::map_text(error, |text| texts::agents::failed_but_task_exists(language, &text, handle))
            }
        }
    }

    async fn wait_and_deliver(
        &mut self,
        path: &TaskPath,
        seen: Answer<Task>,
        handle: &Handle,
    ) -> Result<String, Error> {
        let (latest, unknown) = self.wait_for(path, seen).await?;
        let kind = Kind::of(path);
        let id_announced = matches!(self.purpose, Purpose::Create { .. });
        Outputs { names: self.outputs, estimate: self.estimate, id_announced }.send(&self.out, &latest).await?;
        let task = &latest.data;
        let word = task.task_status.as_str();
        match &task.task_status {
            TaskStatus::Succeed => self.hand_over(task, kind, handle).await,
            TaskStatus::Failed => {
                self.ended_without_result = true;
                let reason = task.failure_reason();
                let failure = TaskFailure {
                    task_id: task.task_id.as_str(),
                    reason: reason.as_deref(),
                    by_content_rules: reason.as_deref().is_some_and(names_content_rules),
                };
                let text = texts::task_failed(self.language, kind, &failure, self.id_is_given());
                if self.purpose == Purpose::Ask { Ok(text) } else { Err(Error::BadRequest(text)) }
            }
            // An unknown word too: the way on is the same.
            _ if self.caller.is_agent() => {
                let told = if id_announced { texts::agents::not_ready } else { texts::agents::still_not_ready };
                Ok(told(self.language, kind, word, handle))
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

    async fn hand_over(&self, task: &Task, kind: Kind, handle: &Handle) -> Result<String, Error> {
        if kind == Kind::Element {
            let id =
                task.element_id().ok_or_else(|| Error::ServerUnavailable(texts::no_result(self.language, kind)))?;
            return Ok(if self.caller.is_agent() {
                texts::agents::element_ready(self.language, id.as_str(), handle)
            } else {
                texts::element_ready(self.language, id.as_str())
            });
        }
        let (max_bytes, by) = (self.max_file_bytes, self.wait.files_by());
        let files = Files { downloader: &self.account.downloader, max_bytes, by, caller: self.caller };
        let files = (self.downloads.wants(kind) && self.caller.takes_files(kind)).then_some(files);
        let delivered = answer::deliver(&self.out, self.language, task, files).await?;
        if delivered.is_empty() {
            return Err(Error::ServerUnavailable(texts::no_result(self.language, kind)));
        }
        let (expires, units) = (answer::expiry(task), task.final_unit_deduction.as_deref());
        if self.caller.is_agent() {
            let urls: Vec<_> = delivered.iter().map(|result| result.url.as_str()).collect();
            let attached = files.map_or(0, |_| delivered.iter().filter(|result| result.note.is_none()).count());
            let expires = expires.as_deref();
            return Ok(texts::agents::ready(self.language, kind, &urls, attached, expires, units, handle));
        }
        Ok(texts::ready(self.language, kind, &delivered, expires.as_deref(), units))
    }

    async fn fail(self, error: Error) -> Result<(), Error> {
        let error = self.written.cut_from(error);
        self.log.fail(error.error_type()).await?;
        Err(error)
    }
}

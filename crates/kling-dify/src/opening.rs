//! What a call was given, before anything is sent to Kling.

use std::hash::Hasher;
use std::sync::{Arc, Mutex, PoisonError};

use dify_plugin::{Error, MessageSink, ToolCall};
use futures_util::{StreamExt, TryStreamExt, stream};
use kling_api::{Handle, Media, NearReference, Problem, Region, Violation, check_task_id};
use kling_auth::CredentialKind;
use kling_media::{Conversion, Input, InputProblem, Limits, MediaError, Prepared};
use kling_tasks::{Claim, ClaimError, Ledger};
use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use crate::account::{Account, Accounts};
use crate::caller::Caller;
use crate::declaration::ToolTable;
use crate::echo::Written;
use crate::failure;
use crate::find::own_id;
use crate::intent;
use crate::kind::Kind;
use crate::language::Language;
use crate::links;
use crate::parameters::Parameters;
use crate::progress::ProgressLog;
use crate::run::{Purpose, Run};
use crate::settings::Settings;
use crate::texts::{self, Unused};
use crate::wait::WaitPlan;

/// A call with its settings read and its account at hand.
pub(crate) struct Opening<'a> {
    pub(crate) parameters: Parameters<'a>,
    table: ToolTable,
    call: &'a ToolCall,
    /// The id under which the task is created, once it is claimed.
    external_task_id: String,
    account: Arc<Account>,
    settings: Settings,
    wait: WaitPlan,
    downloads: Downloads,
    caller: Caller,
    /// The pictures that were made into others, by their parameter.
    conversions: Mutex<Vec<(&'static str, Conversion)>>,
    /// What the caller should know: said in the log and in the closing text.
    notes: Mutex<Vec<String>>,
}

/// Pictures of one parameter that are fetched side by side.
const FETCHED_AT_ONCE: usize = 4;

/// Which results are wanted as files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Downloads {
    video: bool,
    image: bool,
}

impl Downloads {
    /// Elements are used by their id; their pictures are not fetched.
    pub(crate) fn wants(self, kind: Kind) -> bool {
        match kind {
            Kind::Video => self.video,
            Kind::Image => self.image,
            Kind::Element => false,
        }
    }
}

impl<'a> Opening<'a> {
    /// Reads what all tools have in common.
    pub(crate) fn read(accounts: &Accounts, table: ToolTable, call: &'a ToolCall) -> Result<Self, Error> {
        let settings = Settings::read(&call.credentials, accounts.environment())?;
        let parameters = Parameters::new(&call.parameters, table, settings.language)?;
        let has = |name| table.find(name).is_some();
        let flag = |name| if has(name) { parameters.flag(name) } else { Ok(false) };
        let longest = if has("max_wait_seconds") { parameters.seconds("max_wait_seconds")? } else { None };
        let caller = Caller::of(&call.session);
        let max_execution = accounts.environment().max_execution();
        let wait = WaitPlan::new(flag("wait_for_result")?, longest, max_execution, caller.is_agent());
        let downloads = Downloads { video: flag("download_video")?, image: flag("download_image")? };
        let account = accounts.open(&settings).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self {
            parameters,
            table,
            call,
            external_task_id: String::new(),
            account,
            settings,
            wait,
            downloads,
            caller,
            conversions: Mutex::default(),
            notes: Mutex::default(),
        })
    }

    /// Tells the caller something, once the call has begun and again at its end.
    pub(crate) fn tell(&self, note: String) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Tells that a parameter changes nothing.
    pub(crate) fn not_used(&self, name: &str, why: Unused) {
        self.tell(texts::not_used(self.language(), name, why));
    }

    /// Tells which references were read as what.
    pub(crate) fn tell_references(&self, references: &[NearReference]) {
        for near in references {
            self.tell(texts::near_reference(self.language(), near));
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.settings.language
    }

    pub(crate) fn caller(&self) -> Caller {
        self.caller
    }

    /// The closing text of a tool that answers at once, short where a model reads it.
    pub(crate) fn closing(&self, text: String) -> String {
        if self.caller.is_agent() { texts::agents::listing(self.language(), &text) } else { text }
    }

    pub(crate) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// Until when a question that costs nothing may be repeated.
    pub(crate) fn ask_by(&self) -> Instant {
        self.wait.ask_by()
    }

    /// When the inputs must be there.
    pub(crate) fn inputs_by(&self) -> Instant {
        self.wait.inputs_by()
    }

    /// The region whose account the call is made with.
    pub(crate) fn region(&self) -> Region {
        self.settings.host.region()
    }

    pub(crate) fn credential_kind(&self) -> CredentialKind {
        self.settings.credentials.kind()
    }

    /// Claims the id of the task that the call wants, so that whatever becomes of the answer it is found and paid once:
    /// the user's own, that of an identical call which ended early, or one made from Dify's id of the call.
    pub(crate) async fn claim_id<'l>(&mut self, ledger: &'l Ledger<Handle>) -> Result<Claim<'l, Handle>, Error> {
        let ToolCall { session, parameters, .. } = self.call;
        let by = self.inputs_by();
        let request = |hasher: &mut dyn Hasher| intent::write_request(hasher, self.table.name, parameters);
        let claim = if let Some(id) = self.given_id()? {
            ledger.claim_given(&id, ledger.fingerprint(request), by).await
        } else {
            let call = ledger.fingerprint(|hasher| {
                request(hasher);
                intent::write_caller(hasher, session);
            });
            let id = Uuid::parse_str(&session.session_id).unwrap_or_else(|_| Uuid::new_v4());
            ledger.claim_made(call, format!("dify-{}", id.hyphenated()), by).await
        };
        let claim = claim.map_err(|error| match error {
            ClaimError::OtherRequest { id, job } => {
                Error::BadRequest(texts::id_of_another_request(self.language(), &id, job.as_ref()))
            }
            ClaimError::InUse { id } => Error::RateLimited(texts::id_in_use(self.language(), &id)),
        })?;
        claim.id().clone_into(&mut self.external_task_id);
        Ok(claim)
    }

    /// The id that the user gives the task.
    fn given_id(&self) -> Result<Option<String>, Error> {
        const FIELD: &str = "external_task_id";
        let Some(id) = own_id(&self.parameters, FIELD)? else { return Ok(None) };
        check_task_id(&id)
            .map_err(|problem| self.refuse(&Violation { field: FIELD, problem: Problem::BadTaskId(problem) }))?;
        Ok(Some(id))
    }

    /// The id that was [claimed](Self::claim_id).
    pub(crate) fn external_task_id(&self) -> String {
        self.external_task_id.clone()
    }

    /// A broken rule as the user reads it. Where it speaks of a file it names the link that was given in its place; to an
    /// agent it always does, unless there is a file: no model fills one.
    pub(crate) fn refuse(&self, broken: &Violation) -> Error {
        let is_given = |name| self.table.find(name).is_some_and(|_| self.parameters.value(name).is_some());
        let link = links::link_parameter(self.table, broken.field)
            .filter(|link| !is_given(broken.field) && (self.caller.is_agent() || is_given(link)));
        let field = link.unwrap_or(broken.field);
        Error::BadRequest(texts::violation(self.language(), &Violation { field, ..broken.clone() }))
    }

    /// A picture as Kling takes it: fetched at once where it lies in Dify, whose links live five minutes only.
    pub(crate) async fn picture(&self, name: &'static str, limits: &Limits) -> Result<Option<Media>, Error> {
        let file = Input::read(self.parameters.files(name)?.as_deref()).await;
        let file = file.map_err(|error| self.bad_file(name, &error.into()))?;
        let (name, mut inputs) = self.or_links(name, file.into_iter().collect()).await?;
        match (inputs.pop(), inputs.len()) {
            (None, _) => Ok(None),
            (Some(input), 0) => self.prepare(name, input, limits).await.map(Some),
            (Some(_), others) => Err(self.bad_file(name, &InputProblem::Several(others + 1).into())),
        }
    }

    /// Pictures, in the order given.
    pub(crate) async fn pictures(&self, name: &'static str, limits: &Limits) -> Result<Vec<Media>, Error> {
        let files = Input::read_list(self.parameters.files(name)?.as_deref()).await;
        let files = files.map_err(|error| self.bad_file(name, &error.into()))?;
        let (name, inputs) = self.or_links(name, files).await?;
        let pictures = inputs.into_iter().map(|input| self.prepare(name, input, limits));
        stream::iter(pictures).buffered(FETCHED_AT_ONCE).try_collect().await
    }

    /// The files of a parameter, or the links of the text that stands for it, and which of the two names them.
    async fn or_links(&self, name: &'static str, files: Vec<Input>) -> Result<(&'static str, Vec<Input>), Error> {
        let Some(link_name) = links::link_parameter(self.table, name) else { return Ok((name, files)) };
        let given = self.parameters.links(link_name)?;
        if given.is_empty() {
            return Ok((name, files));
        }
        if !files.is_empty() {
            let problem = Problem::ExclusiveWith { other: name };
            return Err(Error::BadRequest(texts::violation(self.language(), &Violation { field: link_name, problem })));
        }
        let mut inputs = Vec::with_capacity(given.len());
        for link in given {
            let input = links::read(&link).await;
            inputs.extend(input.map_err(|error| self.bad_file(link_name, &error.into()))?);
        }
        Ok((link_name, inputs))
    }

    /// A link or Base64 from within a JSON parameter, under the same rules as a file.
    pub(crate) async fn media(&self, name: &'static str, media: &Media, limits: &Limits) -> Result<Media, Error> {
        match Input::read_text(media.as_str()).await.map_err(|error| self.bad_file(name, &error.into()))? {
            Some(input) => self.prepare(name, input, limits).await,
            None => Ok(media.clone()),
        }
    }

    async fn prepare(&self, name: &'static str, input: Input, limits: &Limits) -> Result<Media, Error> {
        let prepared = input.prepare(&self.account.downloader, limits).await;
        let prepared = prepared.map_err(|error| self.bad_file(name, &error))?;
        if let Some(conversion) = prepared.conversion() {
            self.conversions.lock().unwrap_or_else(PoisonError::into_inner).push((name, *conversion));
        }
        Ok(Media::from(Prepared::into_string(prepared)))
    }

    fn bad_file(&self, name: &str, error: &MediaError) -> Error {
        failure::of_input(self.language(), name, error)
    }

    /// Begins the call: from here on there is a log. `about` goes into it and must hold nothing private.
    pub(crate) async fn begin(self, out: MessageSink, about: Value) -> Result<Run, Error> {
        let id_is_given = matches!(self.given_id(), Ok(Some(_)));
        let Self { table, call, account, settings, wait, downloads, caller, conversions, notes, .. } = self;
        let language = settings.language;
        let log = if caller.is_agent() {
            ProgressLog::silent(&out, language)
        } else {
            ProgressLog::start(&out, language, table.name, about).await?
        };
        if settings.ignored_key_pair {
            log.note(texts::api_key_wins(language), Value::Null).await?;
        }
        for (name, conversion) in conversions.into_inner().unwrap_or_else(PoisonError::into_inner) {
            log.note(texts::converted(language, name, &conversion), Value::Null).await?;
        }
        let notes = notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        for note in &notes {
            log.remark(note.clone()).await?;
        }
        let max_file_bytes = settings.max_file_bytes;
        let outputs = table.outputs;
        Ok(Run {
            out,
            account,
            language,
            log,
            wait,
            downloads,
            caller,
            max_file_bytes,
            outputs,
            notes,
            written: Written::of(&call.parameters),
            purpose: Purpose::Create { id_is_given },
            ended_without_result: false,
            estimate: None,
            slot: None,
        })
    }
}

//! Finding a task again: by handle, by Kling's id or by the caller's own.

use dify_plugin::Error;
use kling_api::{Handle, Meaning, Problem, Surface, Task, TaskPath, Violation, check_task_id};
use kling_auth::CredentialKind;
use kling_client::{Answer, BadAnswer, KlingClient, KlingError, Sought};
use serde_json::Value;

use crate::opening::Opening;
use crate::parameters::{Parameters, is_none, scalar};
use crate::reading::{self, Reading};
use crate::texts;

/// Which task a call names.
pub(crate) enum Target {
    /// A handle knows where its task lives.
    Exact(Handle),
    /// An id, to be looked for on these legacy paths and then on the new surface.
    Somewhere(TaskId, Vec<TaskPath>),
}

/// An id as a user gives it.
#[derive(Debug, Clone)]
pub(crate) struct TaskId {
    id: String,
    /// Whether it is known to be the user's own.
    external: bool,
}

impl TaskId {
    pub(crate) fn external(id: String) -> Self {
        Self { id, external: true }
    }

    fn sought(&self) -> Sought<'_> {
        if self.external { Sought::ExternalId(&self.id) } else { Sought::AnyId(&self.id) }
    }
}

/// Reads which task is meant: the first of `names` that is filled in. A handle is taken wherever an id is.
pub(crate) fn target(opening: &Opening<'_>, names: &[&'static str], paths: &[TaskPath]) -> Result<Target, Error> {
    let language = opening.language();
    let refuse = |text| Err(Error::BadRequest(text));
    for &name in names {
        let Some(given) = opening.parameters.word(name)?.filter(|given| !is_none(given)) else { continue };
        let mut handles = Handle::find_in(&given);
        // An id of the caller's own may have the beginning of a handle in its middle.
        let may_be_id = !Handle::looks_like(&given) && check_task_id(&given).is_ok();
        handles.retain(|handle| handle.is_ok() || !may_be_id);
        let Some(handle) = handles.pop() else {
            let id = own_id(&opening.parameters, name)?.unwrap_or_default();
            check_task_id(&id)
                .map_err(|problem| opening.refuse(&Violation { field: name, problem: Problem::BadTaskId(problem) }))?;
            let id = TaskId { id, external: name == "external_task_id" };
            return Ok(Target::Somewhere(id, paths.to_vec()));
        };
        if !handles.is_empty() {
            return refuse(texts::several_handles(language, name));
        }
        return match handle {
            Err(error) => refuse(texts::handle_unusable(language, &error)),
            Ok(handle) if handle.region() != opening.region() => {
                refuse(texts::handle_of_other_region(language, handle.region(), opening.region()))
            }
            Ok(handle) => Ok(Target::Exact(handle)),
        };
    }
    refuse(texts::no_task_named(language))
}

/// What our own sentences and people write before an id.
const LABELS: &[&str] =
    &["external_task_id", "external task id", "task_id", "task id", "自定义任务 id", "任务 id", "任务id", "id"];
const LABELS_FOR_SURE: &[&str] = &["external_task_id", "task_id", "任务id"];
/// The digits of an id of Kling's, at least: what is shorter in a sentence is something else.
const LONG_ID: usize = 12;

/// The id of a task, the caller's own or Kling's, without what stands around it. A text that may be an id of the
/// caller's as a whole is one.
pub(crate) fn own_id(parameters: &Parameters<'_>, name: &str) -> Result<Option<String>, Error> {
    let Some(given) = parameters.word(name)?.filter(|given| !is_none(given)) else { return Ok(None) };
    let in_list = match reading::read(&given) {
        Ok(Reading::Value(Value::Array(list))) if list.len() == 1 => list.first().and_then(scalar),
        Ok(Reading::Value(Value::Object(fields))) => fields.get(name).and_then(scalar),
        _ => None,
    };
    let text = in_list.unwrap_or(given);
    let bare = reading::in_quotes(&text);
    // `id:7` may be an id of the caller's own.
    let labels = if check_task_id(bare).is_ok() { LABELS_FOR_SURE } else { LABELS };
    let id = labels.iter().find_map(|label| behind_label(bare, label)).unwrap_or(bare);
    let sentence_end = id.trim_end_matches(['.', '。', ',', '，', ';', '；', '!', '！']);
    // An id of the caller's own may end with a full stop, one of Kling's has digits alone.
    let is_number = !sentence_end.is_empty() && sentence_end.bytes().all(|byte| byte.is_ascii_digit());
    let id = if is_number { sentence_end } else { id };
    if check_task_id(id).is_ok() {
        return Ok(Some(id.to_owned()));
    }
    Ok(Some(match reading::long_numbers(id, LONG_ID).as_slice() {
        [only] => only.clone(),
        _ => id.to_owned(),
    }))
}

/// The word behind a label, wherever the label stands.
fn behind_label<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let at = text.to_ascii_lowercase().rfind(label)?;
    let starts_word =
        !text.get(..at)?.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'));
    let rest = text.get(at + label.len()..)?.trim_start_matches(['*', '"', '\'', '`', ' ']);
    let rest = rest.strip_prefix([':', '：', '=']).filter(|_| starts_word)?;
    let word = rest.trim_start_matches(['*', ' ']).split([' ', '\n', '，', '。', ',']).next()?;
    Some(reading::in_quotes(word)).filter(|word| !word.is_empty())
}

/// A task and the path it was found on.
pub(crate) struct Found {
    pub(crate) path: TaskPath,
    pub(crate) answer: Answer<Task>,
}

/// Looks for a task wherever it may be. The new surface takes API keys only.
///
/// # Errors
/// [`BadAnswer::NotListed`] for the task of a handle: it exists, so that its absence is trouble and may pass.
pub(crate) async fn find(client: &KlingClient, target: &Target) -> Result<Option<Found>, KlingError> {
    match target {
        Target::Exact(handle) => {
            let answer = find_at(client, handle.path(), Sought::Id(handle.id().as_str())).await?;
            let answer = answer.ok_or(NOT_LISTED)?;
            Ok(Some(Found { path: handle.path().clone(), answer }))
        }
        Target::Somewhere(id, paths) => {
            let mut refused = None;
            for path in paths {
                match find_at(client, path, id.sought()).await {
                    Ok(Some(answer)) => return Ok(Some(Found { path: path.clone(), answer })),
                    Ok(None) => {}
                    // Where the account may not make tasks it has none; the other paths are its own affair.
                    Err(error) if is_no_permission(&error) => refused = Some(error),
                    Err(error) => return Err(error),
                }
            }
            if client.credential_kind() == CredentialKind::ApiKey {
                match client.find_path_task(id.sought()).await {
                    Ok(Some(answer)) => return Ok(Some(Found { path: TaskPath::NEW_TASKS, answer })),
                    Ok(None) => {}
                    Err(error) if is_no_permission(&error) => refused = Some(error),
                    Err(error) => return Err(error),
                }
            }
            // Absent is only what was looked for everywhere.
            refused.map_or(Ok(None), Err)
        }
    }
}

/// The answer that a task which exists is not listed.
pub(crate) const NOT_LISTED: KlingError =
    KlingError::BadAnswer { status: 200, what: BadAnswer::NotListed, retry_after: None };

pub(crate) fn is_not_listed(error: &KlingError) -> bool {
    matches!(error, KlingError::BadAnswer { what: BadAnswer::NotListed, .. })
}

fn is_no_permission(error: &KlingError) -> bool {
    error.refusal().is_some_and(|refusal| refusal.meaning() == Meaning::Permission)
}

/// Looks for a task on one path.
pub(crate) async fn find_at(
    client: &KlingClient,
    path: &TaskPath,
    sought: Sought<'_>,
) -> Result<Option<Answer<Task>>, KlingError> {
    match path.surface() {
        Surface::New => client.find_path_task(sought).await,
        _ => client.find_task(path, sought).await,
    }
}

//! Finding a task again: by handle, by Kling's id or by the caller's own.

use dify_plugin::Error;
use kling_api::{Handle, Meaning, Problem, Surface, Task, TaskPath, Violation, check_task_id};
use kling_auth::CredentialKind;
use kling_client::{Answer, BadAnswer, KlingClient, KlingError, Sought};

use crate::opening::Opening;
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
        let Some(given) = opening.parameters.word(name)? else { continue };
        if !Handle::looks_like(&given) {
            check_task_id(&given)
                .map_err(|problem| opening.refuse(&Violation { field: name, problem: Problem::BadTaskId(problem) }))?;
            let id = TaskId { id: given, external: name == "external_task_id" };
            return Ok(Target::Somewhere(id, paths.to_vec()));
        }
        return match given.parse::<Handle>() {
            Err(error) => refuse(texts::handle_unusable(language, &error)),
            Ok(handle) if handle.region() != opening.region() => {
                refuse(texts::handle_of_other_region(language, handle.region(), opening.region()))
            }
            Ok(handle) => Ok(Target::Exact(handle)),
        };
    }
    refuse(texts::no_task_named(language))
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

//! Finding a task again: by handle, by Kling's id or by the caller's own.

use dify_plugin::Error;
use kling_api::{Handle, Surface, Task, TaskPath};
use kling_auth::CredentialKind;
use kling_client::{Answer, KlingClient, KlingError};

use crate::opening::Opening;
use crate::texts;

/// Which task a call names.
pub(crate) enum Target {
    /// A handle knows where its task lives.
    Exact(Handle),
    /// An id, to be looked for on these legacy paths and then on the new surface.
    Somewhere(String, Vec<TaskPath>),
}

/// Reads which task is meant: the first of `names` that is filled in. A handle is taken wherever an id is.
pub(crate) fn target(opening: &Opening<'_>, names: &[&str], paths: &[TaskPath]) -> Result<Target, Error> {
    let language = opening.language();
    let refuse = |text| Err(Error::BadRequest(text));
    for name in names {
        let Some(given) = opening.parameters.word(name)? else { continue };
        if !Handle::looks_like(&given) {
            return Ok(Target::Somewhere(given, paths.to_vec()));
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
pub(crate) async fn find(client: &KlingClient, target: &Target) -> Result<Option<Found>, KlingError> {
    match target {
        Target::Exact(handle) => {
            let answer = find_at(client, handle.path(), handle.id().as_str()).await?;
            Ok(answer.map(|answer| Found { path: handle.path().clone(), answer }))
        }
        Target::Somewhere(id, paths) => {
            for path in paths {
                if let Some(answer) = find_at(client, path, id).await? {
                    return Ok(Some(Found { path: path.clone(), answer }));
                }
            }
            if client.credential_kind() == CredentialKind::KeyPair {
                return Ok(None);
            }
            let answer = client.find_path_task(id).await?;
            Ok(answer.map(|answer| Found { path: TaskPath::NEW_TASKS, answer }))
        }
    }
}

/// Looks for a task on one path.
pub(crate) async fn find_at(
    client: &KlingClient,
    path: &TaskPath,
    id: &str,
) -> Result<Option<Answer<Task>>, KlingError> {
    match path.surface() {
        Surface::New => client.find_path_task(id).await,
        _ => client.find_task(path, id).await,
    }
}

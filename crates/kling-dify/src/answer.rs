//! What a tool answers: variables, one JSON message, files and one closing text.

use dify_plugin::{BlobError, BlobMeta, Error, MessageSink};
use jiff::Timestamp;
use kling_api::{Handle, Task};
use kling_client::Answer;
use kling_media::{Downloader, MediaError};
use serde_json::{Value, json};

use crate::failure::root_cause;
use crate::language::Language;
use crate::texts;

/// The largest file Dify takes from a tool, by default: 30 MB (Dify's API as of 2026-08; newer ones take 50).
const MAX_FILE_BYTES: u64 = 30 * 1024 * 1024;

/// One result as the closing text tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) url: String,
    /// The video's length.
    pub(crate) seconds: Option<String>,
    /// Why there is no file, if there is none.
    pub(crate) note: Option<String>,
}

/// Says that a task exists. Sent right after the submit, so that nothing that follows can lose it.
pub(crate) async fn announce(out: &MessageSink, task: &Task, handle: &Handle) -> Result<(), Error> {
    out.variable("task_id", task.task_id.as_str()).await?;
    out.variable("handle", handle.to_string()).await?;
    out.variable("task_status", task.task_status.as_str()).await
}

/// The task as it is now: all variables, empty where there is nothing yet, and Kling's answer as JSON.
pub(crate) async fn state(out: &MessageSink, answer: &Answer<Task>) -> Result<(), Error> {
    let task = &answer.data;
    let urls: Vec<&str> = links(task).collect();
    out.variable("task_status", task.task_status.as_str()).await?;
    out.variable("url", urls.first().copied().unwrap_or_default()).await?;
    out.variable("urls", json!(urls)).await?;
    out.variable("expires_at", expiry(task).unwrap_or_default()).await?;
    let envelope = serde_json::to_value(answer.clone().into_envelope())
        .map_err(|_| Error::Internal("the answer could not be written as JSON".to_owned()))?;
    out.json(envelope).await
}

/// The links of a finished task, in Kling's order.
fn links(task: &Task) -> impl Iterator<Item = &str> {
    task.videos().iter().map(|video| video.url.as_str()).filter(|url| !url.is_empty())
}

/// When a finished task's links end, RFC 3339.
pub(crate) fn expiry(task: &Task) -> Option<String> {
    links(task).next()?;
    Timestamp::from_millisecond(task.expires_at()?).ok().map(|end| end.to_string())
}

/// Hands over the results, as files too where `download` says so.
///
/// # Errors
/// When a file cannot be fetched: the text carries its link.
pub(crate) async fn deliver(
    out: &MessageSink,
    language: Language,
    task: &Task,
    downloader: Option<&Downloader>,
) -> Result<Vec<Delivered>, Error> {
    let mut delivered = Vec::new();
    let videos = task.videos().iter().filter(|video| !video.url.is_empty());
    for (number, video) in (1..).zip(videos) {
        let note = match downloader {
            Some(downloader) => {
                send_file(out, language, downloader, &video.url, &format!("{}_{number}", task.task_id)).await?
            }
            None => None,
        };
        delivered.push(Delivered { url: video.url.clone(), seconds: video.duration.clone(), note });
    }
    Ok(delivered)
}

/// Streams one file into the session; answers a remark where it is too large to be sent.
async fn send_file(
    out: &MessageSink,
    language: Language,
    downloader: &Downloader,
    url: &str,
    stem: &str,
) -> Result<Option<String>, Error> {
    let failed = |error: &MediaError| Error::Connection(texts::download_failed(language, &cause(error), url));
    let download = match downloader.open(url, MAX_FILE_BYTES).await {
        Ok(download) => download,
        Err(MediaError::TooLarge { length, limit }) => return Ok(Some(texts::too_large(language, length, limit))),
        Err(error) => return Err(failed(&error)),
    };
    let kind = download.kind();
    let meta = BlobMeta { mime_type: kind.mime_type().to_owned(), filename: format!("{stem}.{}", kind.extension()) };
    match out.blob(meta, download.length(), download.into_stream()).await {
        Ok(()) => Ok(None),
        Err(BlobError::Source(error)) => Err(failed(&error)),
        Err(BlobError::LengthMismatch { expected, received }) => {
            Err(failed(&MediaError::WrongLength { received, expected: Some(expected) }))
        }
        Err(BlobError::Send(error)) => Err(error),
    }
}

fn cause(error: &MediaError) -> String {
    match error {
        MediaError::Broken { cause: Some(inner), .. } => format!("{error} ({})", root_cause(inner)),
        other => other.to_string(),
    }
}

/// What a log may say about an answer.
pub(crate) fn brief(task: &Task) -> Value {
    json!({ "task_id": task.task_id, "task_status": task.task_status })
}

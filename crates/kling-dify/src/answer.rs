//! What a task answers: variables, one JSON message, files and one closing text.

use dify_plugin::{BlobError, BlobMeta, Error, MessageSink};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kling_api::{Handle, Task, Units};
use kling_client::Answer;
use kling_media::{Downloader, MediaError};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::caller::Caller;
use crate::language::Language;
use crate::texts;

/// So much of a file is held before its first part is handed over: Dify cannot take back a file that breaks off later,
/// and most trouble shows by then. A smaller file is verified to its end before.
const HELD_BYTES: usize = 2 * 1024 * 1024;

/// One result as the closing text tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delivered {
    pub(crate) url: String,
    /// A video's length.
    pub(crate) seconds: Option<String>,
    /// Why there is no file, if there is none.
    pub(crate) note: Option<String>,
}

/// One result with a link.
struct Deliverable<'a> {
    url: &'a str,
    watermark_url: Option<&'a str>,
    seconds: Option<&'a str>,
    /// The file's name behind the task's id, as the existing plugin gave it: videos count from 1, pictures carry their
    /// index.
    number: u64,
}

/// Videos and pictures, series and elements included, in Kling's order.
fn results(task: &Task) -> Vec<Deliverable<'_>> {
    let videos = (1..).zip(task.videos()).map(|(number, video)| Deliverable {
        url: &video.url,
        watermark_url: video.watermark_url.as_deref(),
        seconds: video.duration.as_deref(),
        number,
    });
    let images = task.images().into_iter().map(|image| Deliverable {
        url: image.url,
        watermark_url: image.watermark_url,
        seconds: None,
        number: image.index,
    });
    let elements = task.elements().iter().flat_map(kling_api::Element::picture_urls);
    let pictures =
        (0..).zip(elements).map(|(number, url)| Deliverable { url, watermark_url: None, seconds: None, number });
    videos.chain(images).chain(pictures).filter(|result| !result.url.is_empty()).collect()
}

/// Says that a task exists. Sent right after the submit, so that nothing that follows can lose it.
pub(crate) async fn announce(out: &MessageSink, task: &Task, handle: &Handle) -> Result<(), Error> {
    out.variable("task_id", task.task_id.as_str()).await?;
    out.variable("handle", handle.to_string()).await?;
    out.variable("task_status", task.task_status.as_str()).await
}

/// The variables a tool declares, and Kling's answer as JSON.
pub(crate) struct Outputs {
    pub(crate) names: &'static [&'static str],
    pub(crate) estimate: Option<Units>,
    /// Whether the task's own id was sent before, when the task was about to be created.
    pub(crate) id_announced: bool,
}

impl Outputs {
    /// The task as it is now: every declared variable, empty where there is nothing yet.
    pub(crate) async fn send(&self, out: &MessageSink, answer: &Answer<Task>) -> Result<(), Error> {
        let task = &answer.data;
        for name in self.names {
            if let Some(value) = self.value(name, task) {
                out.variable(*name, value).await?;
            }
        }
        let mut envelope = serde_json::to_value(answer.clone().into_envelope())
            .map_err(|_| Error::Internal("the answer could not be written as JSON".to_owned()))?;
        if let (Some(estimate), Some(data)) = (self.estimate, envelope.get_mut("data").and_then(Value::as_object_mut)) {
            data.insert("estimated_units".to_owned(), estimate.to_string().into());
        }
        out.json_suppressed(envelope).await
    }

    fn value(&self, name: &str, task: &Task) -> Option<Value> {
        let results = results(task);
        let text = |text: Option<String>| Value::String(text.unwrap_or_default());
        Some(match name {
            "external_task_id" if !self.id_announced => task.external_task_id().unwrap_or_default().into(),
            "task_status" => task.task_status.as_str().into(),
            "url" => results.first().map(|result| result.url).unwrap_or_default().into(),
            "urls" => results.iter().map(|result| result.url).collect(),
            "watermark_urls" => {
                results.iter().filter_map(|result| result.watermark_url).filter(|url| !url.is_empty()).collect()
            }
            "expires_at" => text(expiry(task)),
            "estimated_units" => text(self.estimate.map(|units| units.to_string())),
            "units" => text(task.final_unit_deduction.clone()),
            "element_id" => text(task.element_id().map(ToString::to_string)),
            // Announced already.
            _ => return None,
        })
    }
}

/// A moment in Unix milliseconds, to the second: nobody plans by less.
pub(crate) fn rfc3339(millis: i64) -> Option<String> {
    Timestamp::from_second(millis.div_euclid(1000)).ok().map(|moment| moment.to_string())
}

/// When a finished task's links end, RFC 3339.
pub(crate) fn expiry(task: &Task) -> Option<String> {
    results(task).first()?;
    rfc3339(task.expires_at()?)
}

/// Fetches results as files, up to a size.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) downloader: &'a Downloader,
    pub(crate) max_bytes: u64,
    /// Not waited for after that.
    pub(crate) by: Instant,
    pub(crate) caller: Caller,
}

/// What comes in time.
async fn in_time<T>(by: Instant, step: impl Future<Output = Result<T, MediaError>>) -> Result<T, MediaError> {
    let started = Instant::now();
    timeout_at(by, step).await.unwrap_or_else(|_| Err(MediaError::TimedOut { seconds: started.elapsed().as_secs() }))
}

/// Hands over the results in Kling's order, as files too where that is wanted. What cannot be fetched stays a link, and
/// is told: the task is made and paid all the same.
///
/// # Errors
/// When a file breaks off for good after its first part was handed over. Then the text with all links is sent already.
pub(crate) async fn deliver(
    out: &MessageSink,
    language: Language,
    task: &Task,
    files: Option<Files<'_>>,
) -> Result<Vec<Delivered>, Error> {
    let mut delivered = Vec::new();
    for Deliverable { url, seconds, number, .. } in results(task) {
        let note = match files {
            Some(files) => match send_file(out, language, files, url, &stem(task.task_id.as_str(), number)).await? {
                Sent::Whole => None,
                Sent::Not(note) => Some(note),
                // An agent whose tool fails gets the error alone: the text with the link is worth more.
                Sent::BrokenOff { name, cause } if files.caller.is_agent() => {
                    Some(texts::file_missing(language, &name, &cause))
                }
                Sent::BrokenOff { name, cause } => {
                    // Errors are logged by Dify, and links are signed: they are in the text and in the variables.
                    let links: Vec<_> = results(task).iter().map(|result| result.url).collect();
                    let text = texts::file_broke_off(language, &name, &links, expiry(task).as_deref());
                    out.text(text).await?;
                    return Err(Error::Connection(texts::download_broke_off(language, &cause)));
                }
            },
            None => None,
        };
        delivered.push(Delivered { url: url.to_owned(), seconds: seconds.map(str::to_owned), note });
    }
    Ok(delivered)
}

/// What became of a file.
enum Sent {
    Whole,
    /// It was not begun: a remark for the text.
    Not(String),
    /// After its first part.
    BrokenOff {
        name: String,
        cause: String,
    },
}

/// The most of a task's id that goes into a file's name: Kling's have some twenty characters.
const STEM_CHARS: usize = 64;

/// A file's name without its suffix. The id comes from whoever answered in Kling's name.
fn stem(task_id: &str, number: u64) -> String {
    let is_safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let id: String = task_id.chars().filter(is_safe).take(STEM_CHARS).collect();
    format!("{}_{number}", if id.is_empty() { "kling" } else { &id })
}

/// Streams one file into the session.
async fn send_file(
    out: &MessageSink,
    language: Language,
    Files { downloader, max_bytes, by, .. }: Files<'_>,
    url: &str,
    stem: &str,
) -> Result<Sent, Error> {
    let missing = |name: &str, error: &MediaError| {
        Ok(Sent::Not(texts::file_missing(language, name, &texts::media_problem(language, error))))
    };
    let download = match in_time(by, downloader.open(url, max_bytes)).await {
        Ok(download) => download,
        Err(MediaError::TooLarge { length, limit }) => return Ok(Sent::Not(texts::too_large(language, length, limit))),
        Err(MediaError::UnknownLength { limit }) => return Ok(Sent::Not(texts::unknown_length(language, limit))),
        Err(error) => return missing(stem, &error),
    };
    let (kind, length) = (download.kind(), download.length());
    let filename = format!("{stem}.{}", kind.extension());
    let rest = stream::try_unfold(Box::pin(download.into_stream()), move |mut rest| async move {
        Ok(in_time(by, rest.try_next()).await?.map(|chunk| (chunk, rest)))
    });
    let mut rest = Box::pin(rest);
    let mut held = Vec::new();
    let mut bytes_held = 0;
    while bytes_held < HELD_BYTES {
        match rest.try_next().await {
            Ok(Some(chunk)) => {
                bytes_held += chunk.len();
                held.push(Ok(chunk));
            }
            Ok(None) => break,
            Err(error) => return missing(&filename, &error),
        }
    }
    let broken_off = |error: &MediaError| {
        Ok(Sent::BrokenOff { name: filename.clone(), cause: texts::media_problem(language, error) })
    };
    let meta = BlobMeta { mime_type: kind.mime_type().to_owned(), filename: filename.clone() };
    match out.blob(meta, length, stream::iter(held).chain(rest)).await {
        Ok(()) => Ok(Sent::Whole),
        Err(BlobError::Source(error)) => broken_off(&error),
        Err(BlobError::LengthMismatch { expected, received }) => {
            broken_off(&MediaError::WrongLength { received, expected: Some(expected) })
        }
        Err(BlobError::Send(error)) => Err(error),
    }
}

/// What a log may say about an answer.
pub(crate) fn brief(task: &Task) -> Value {
    json!({ "task_id": task.task_id, "task_status": task.task_status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_id_makes_no_more_of_a_files_name_than_an_id() {
        for (id, expected) in [
            ("840000000000000001", "840000000000000001_1"),
            ("", "kling_1"),
            ("../../etc/passwd", "etcpasswd_1"),
            ("..\\..\\a:b", "ab_1"),
            ("a\r\nContent-Disposition: x\0", "aContent-Dispositionx_1"),
            ("视频", "kling_1"),
            ("\u{202e}gpj.exe", "gpjexe_1"),
        ] {
            assert_eq!(stem(id, 1), expected);
        }
        assert_eq!(stem(&"8".repeat(100_000), 12).len(), STEM_CHARS + 3);
    }
}

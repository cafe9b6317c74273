//! What becomes of a true answer on its way.

use std::io;
use std::time::Duration;

use axum::body::{self, Body};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{Damage, Fault};

/// How much more than there is a lie about the length claims.
const EXTRA_BYTES: usize = 100;
/// A status word of no surface.
const UNKNOWN_WORD: &str = "marinating";
const MEBIBYTE: usize = 1024 * 1024;
/// Between two drops: shorter than usual limits for idle connections.
const DRIP: Duration = Duration::from_secs(5);
/// What a drop of a file holds.
const DROP_BYTES: usize = 16;
/// A task of somebody else: ids made here are odd.
const STRANGER: &str = "840000000000000000";
/// Nobody listens there.
const STRANGERS_FILE: &str = "http://127.0.0.1:9/stranger.mp4?x-sign=c3RyYW5nZXI";

pub(super) async fn damaged(damage: Damage, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // The simulator's own answers are at hand: there is nothing that could fail.
    let bytes = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = bytes.len() / 2;
    parts.headers.remove(header::CONTENT_LENGTH);
    let with = |body| Response::from_parts(parts, body);
    match damage {
        Damage::LengthTooLarge => with_length(with(Body::empty()), bytes.clone(), bytes.len() + EXTRA_BYTES),
        Damage::LengthTooSmall => with_length(with(Body::empty()), bytes, half),
        Damage::Truncated => with(Body::from(bytes.slice(..half))),
        Damage::Emptied => with(Body::empty()),
        Damage::Large => with(grown(&bytes, 3 * MEBIBYTE)),
        Damage::Huge => with(grown(&bytes, 15 * MEBIBYTE)),
        Damage::Chunked => with(ending_early(bytes, false)),
        Damage::Trickles => with(trickling(bytes, 1)),
        _ => with(Body::from(rewritten(damage, bytes))),
    }
}

/// The same object with a field in front that makes it so large.
fn grown(bytes: &Bytes, size: usize) -> Body {
    const ITEM: &str = r#"{"":0},"#;
    let Some(rest) = bytes.strip_prefix(b"{") else { return Body::from(bytes.clone()) };
    let items = ITEM.repeat(size.saturating_sub(bytes.len()) / ITEM.len());
    let front = format!(r#"{{"ballast":[{}],"#, items.trim_end_matches(','));
    Body::from([front.as_bytes(), rest].concat())
}

/// The same JSON with other contents.
fn rewritten(damage: Damage, bytes: Bytes) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else { return bytes };
    let Some(data) = answer.get_mut("data") else { return bytes };
    match damage {
        Damage::DataInArray => *data = Value::Array(vec![data.take()]),
        Damage::WithoutData => *data = Value::Null,
        Damage::OtherWordForSuccess => other_status(data, |word| match word {
            "succeed" => Some("succeeded"),
            "succeeded" => Some("succeed"),
            _ => None,
        }),
        Damage::UnknownWord => other_status(data, |_| Some(UNKNOWN_WORD)),
        Damage::IdsAsNumbers => each_task(data, &|task| {
            for name in ["task_id", "id"] {
                let number = task.get(name).and_then(|id| id.as_str()?.parse::<u64>().ok());
                number.inspect(|number| task[name] = (*number).into());
            }
        }),
        Damage::OfAStranger => each_task(data, &of_a_stranger),
        Damage::Outdated => {
            other_status(data, |_| Some("submitted"));
            each_task(data, &without_results);
        }
        Damage::WithoutResults => each_task(data, &without_results),
        _ => {}
    }
    answer.to_string().into()
}

/// Changes a task, or each of several: those in a list, and those of a page.
fn each_task(data: &mut Value, change: &dyn Fn(&mut Value)) {
    match data {
        Value::Array(tasks) => tasks.iter_mut().for_each(|task| each_task(task, change)),
        Value::Object(fields) => match fields.get_mut("result") {
            Some(page) => each_task(page, change),
            None => change(data),
        },
        _ => {}
    }
}

fn other_status(data: &mut Value, change: fn(&str) -> Option<&'static str>) {
    each_task(data, &|task| {
        for name in ["task_status", "status"] {
            let Some(status) = task.get_mut(name) else { continue };
            if let Some(word) = status.as_str().and_then(change) {
                *status = word.into();
            }
        }
    });
}

/// Takes away what comes at the end of a task.
fn without_results(task: &mut Value) {
    let Some(fields) = task.as_object_mut() else { return };
    for name in ["task_result", "final_unit_deduction", "final_balance_deduction"] {
        fields.remove(name);
    }
    for (name, nothing) in
        [("outputs", json!([])), ("billing", json!([])), ("task_status_msg", json!("")), ("message", json!(""))]
    {
        fields.entry(name).and_modify(|value| *value = nothing);
    }
}

/// Another task in the form of the surface.
fn of_a_stranger(task: &mut Value) {
    let video =
        json!({ "type": "video", "id": STRANGER, "url": STRANGERS_FILE, "watermark_url": "", "duration": "5.041" });
    if task.get("task_id").is_some() {
        task["task_id"] = STRANGER.into();
        task["task_status"] = "succeed".into();
        task["task_info"] = json!({ "external_task_id": "stranger" });
        task["task_result"] = json!({ "videos": [video] });
    } else if task.get("status").is_some() {
        task["id"] = STRANGER.into();
        task["status"] = "succeeded".into();
        task["external_id"] = "stranger".into();
        task["outputs"] = json!([video]);
    }
}

/// Lets a fault happen to a download that would have sent `bytes`, from byte `start` of the file on.
pub(crate) fn spoil_download(fault: Option<Fault>, mut response: Response, bytes: Bytes, start: usize) -> Response {
    let after = match fault {
        Some(Fault::BreakDownloadAfter(after)) => after,
        Some(Fault::FileEndsAt(end)) => end.saturating_sub(start),
        Some(Fault::LieAboutLength { claimed }) => return with_length(response, bytes, claimed),
        Some(Fault::DownloadWithoutLength) => {
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = ending_early(bytes, false);
            return response;
        }
        Some(Fault::DownloadTrickles) => {
            *response.body_mut() = trickling(bytes, DROP_BYTES);
            return response;
        }
        _ => return response,
    };
    if after < bytes.len() {
        *response.body_mut() = ending_early(bytes.slice(..after), true);
    }
    response
}

/// These bytes, and a length that may be wrong.
fn with_length(mut response: Response, bytes: Bytes, claimed: usize) -> Response {
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(claimed));
    *response.body_mut() = ending_early(bytes, false);
    response
}

/// A body that does not tell its length, so that the server believes the header, and that ends after these bytes: with
/// an error, which cuts the connection, or just so. In between it lets the server send what it has.
fn ending_early(bytes: Bytes, with_error: bool) -> Body {
    Body::from_stream(stream::unfold(Some(bytes), move |bytes| async move {
        if let Some(bytes) = bytes {
            return Some((Ok(bytes), None));
        }
        yield_now().await;
        with_error.then(|| (Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
    }))
}

/// A body in small pieces with pauses between them.
fn trickling(bytes: Bytes, piece: usize) -> Body {
    Body::from_stream(stream::unfold(bytes, move |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        sleep(DRIP).await;
        let drop = bytes.split_to(piece.min(bytes.len()));
        Some((Ok::<_, io::Error>(drop), bytes))
    }))
}

//! How a fault looks on the wire.

use std::io;

use axum::body::{self, Body};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use serde_json::Value;
use tokio::task::yield_now;
use tokio::time::sleep;

use super::{Damage, Fault, Reply, RequestKind};
use crate::refusal::Refusal;

/// How much more than there is a lie about the length claims.
const EXTRA_BYTES: usize = 100;
/// A status word of no surface.
const UNKNOWN_WORD: &str = "marinating";

/// Marks an answer that never goes out: the connection is closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropped;

/// Processes a request as its fault wants it.
pub(crate) async fn with_fault<F>(fault: Option<Fault>, kind: RequestKind, processing: F) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    match fault {
        Some(Fault::Status(status)) => kling_or_page(status),
        Some(Fault::NotProcessed(given)) => reply(given, kind).await,
        Some(Fault::Processed(given)) => {
            processing.await;
            reply(given, kind).await
        }
        Some(Fault::ProcessedLate(late)) => {
            // A task of its own: a caller that goes away ends the answer and not the work.
            let work = tokio::spawn(async move {
                sleep(late).await;
                processing.await
            });
            work.await.unwrap_or_else(|_| dropped())
        }
        Some(Fault::Damaged(damage)) => damaged(damage, processing.await).await,
        _ => processing.await,
    }
}

/// The answer to a request that is answered without being looked at.
async fn reply(reply: Reply, kind: RequestKind) -> Response {
    match reply {
        Reply::Drop => dropped(),
        Reply::Silence(time) => {
            sleep(time).await;
            dropped()
        }
        Reply::Code { code, retry_after } => {
            let mut response = Refusal::of_code(code, kind).into_response();
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Reply::Page(status) => page(valid(status)),
    }
}

/// What the service says with this HTTP status, or a gateway's page.
fn kling_or_page(status: u16) -> Response {
    let status = valid(status);
    Refusal::for_status(status).map_or_else(|| page(status), IntoResponse::into_response)
}

fn valid(status: u16) -> StatusCode {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn page(status: StatusCode) -> Response {
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

/// A body that fails at once: the server closes the connection before it has sent anything.
fn dropped() -> Response {
    let failing = stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionAborted))]);
    let mut response = Response::new(Body::from_stream(failing));
    response.extensions_mut().insert(Dropped);
    response
}

async fn damaged(damage: Damage, response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    // The simulator's own answers are at hand: there is nothing that could fail.
    let bytes = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = bytes.len() / 2;
    let claimed = match damage {
        Damage::LengthTooLarge => Some(bytes.len() + EXTRA_BYTES),
        Damage::LengthTooSmall => Some(half),
        _ => None,
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    if let Some(claimed) = claimed {
        return with_length(Response::from_parts(parts, Body::empty()), bytes, claimed);
    }
    let bytes = match damage {
        Damage::Truncated => bytes.slice(..half),
        Damage::Emptied => Bytes::new(),
        _ => rewritten(damage, bytes),
    };
    Response::from_parts(parts, Body::from(bytes))
}

/// The same JSON with other contents.
fn rewritten(damage: Damage, bytes: Bytes) -> Bytes {
    let Ok(mut answer) = serde_json::from_slice::<Value>(&bytes) else { return bytes };
    let Some(data) = answer.get_mut("data") else { return bytes };
    match damage {
        Damage::DataInArray => *data = Value::Array(vec![data.take()]),
        Damage::OtherWordForSuccess => other_status(data, |word| match word {
            "succeed" => Some("succeeded"),
            "succeeded" => Some("succeed"),
            _ => None,
        }),
        Damage::UnknownWord => other_status(data, |_| Some(UNKNOWN_WORD)),
        _ => {}
    }
    answer.to_string().into()
}

/// Changes the status of a task, or of each of several.
fn other_status(data: &mut Value, change: fn(&str) -> Option<&'static str>) {
    if let Value::Array(tasks) = data {
        return tasks.iter_mut().for_each(|task| other_status(task, change));
    }
    for name in ["task_status", "status"] {
        let Some(status) = data.get_mut(name) else { continue };
        if let Some(word) = status.as_str().and_then(change) {
            *status = word.into();
        }
    }
}

/// Lets a fault happen to a download that would have sent `bytes`.
pub(crate) fn spoil_download(fault: Option<Fault>, mut response: Response, bytes: Bytes) -> Response {
    match fault {
        Some(Fault::BreakDownloadAfter(after)) if after < bytes.len() => {
            *response.body_mut() = ending_early(bytes.slice(..after), true);
            response
        }
        Some(Fault::LieAboutLength { claimed }) => with_length(response, bytes, claimed),
        _ => response,
    }
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

//! One call, from request to envelope.

use std::time::Duration;

use kling_api::{Envelope, ErrorCode, plain_text};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::client::{Answer, MAX_ANSWER_BYTES, MAX_ANSWER_OBJECTS};
use crate::error::from_reqwest;
use crate::{BadAnswer, KlingError, Refusal};

/// What to ask for. `segments` follow `path` and are escaped.
pub(crate) struct Call<'a, Q: ?Sized, B: ?Sized> {
    pub method: Method,
    pub path: &'a str,
    pub segments: &'a [&'a str],
    pub query: Option<&'a Q>,
    pub body: Option<&'a B>,
}

impl<'a> Call<'a, (), ()> {
    pub(crate) fn get(path: &'a str, segments: &'a [&'a str]) -> Self {
        Self { method: Method::GET, path, segments, query: None, body: None }
    }
}

impl<'a, Q: Serialize> Call<'a, Q, ()> {
    pub(crate) fn get_with_query(path: &'a str, query: &'a Q) -> Self {
        Self { method: Method::GET, path, segments: &[], query: Some(query), body: None }
    }
}

impl<'a, B: Serialize> Call<'a, (), B> {
    pub(crate) fn post(path: &'a str, body: &'a B) -> Self {
        Self { method: Method::POST, path, segments: &[], query: None, body: Some(body) }
    }
}

/// Decodes an answer, whatever it is.
pub(crate) async fn read<T: DeserializeOwned>(response: Response) -> Result<Answer<T>, KlingError> {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let bad = |what| KlingError::BadAnswer { status: status.as_u16(), what, retry_after };
    if status.is_redirection() {
        return Err(bad(BadAnswer::Redirect));
    }
    let body = read_body(response).await?.ok_or_else(|| bad(BadAnswer::TooLarge))?;
    // Two steps, so that a refusal is understood even when its `data` is not what success would carry.
    let head: Envelope<IgnoredAny> = Envelope::from_slice(&body).map_err(|_| bad(kind_of(&body)))?;
    if !head.is_success() {
        let Envelope { code, message, request_id, .. } = head;
        if !is_klings(code, status.as_u16()) {
            return Err(bad(BadAnswer::ForeignCode(code)));
        }
        let (message, request_id) = (plain_text(&message), request_id.as_deref().map(plain_text));
        return Err(KlingError::Refused(Refusal {
            code,
            http_status: status.as_u16(),
            message,
            request_id,
            retry_after,
        }));
    }
    if is_trouble(status.as_u16()) {
        // A gateway that says 0 and means its own.
        return Err(bad(BadAnswer::ForeignCode(0)));
    }
    if head.data.is_none() {
        return Err(bad(BadAnswer::NoData));
    }
    drop(head);
    let answer: Envelope<T> = Envelope::from_slice(&body).map_err(|_| bad(BadAnswer::UnexpectedShape))?;
    let Envelope { data, message, request_id, .. } = answer;
    Ok(Answer { data: data.ok_or_else(|| bad(BadAnswer::NoData))?, message, request_id })
}

/// Whether a code is Kling's own word. Gateways answer in JSON with codes of theirs, which say nothing about what became
/// of the request: 502 with HTTP 502, -1 with HTTP 503.
///
/// A code of the table decides whatever the HTTP status. Assumption: an unknown code is Kling's where the status is not
/// one of a server in trouble, and lies in one of Kling's ranges or comes with a status about the request.
fn is_klings(code: i64, status: u16) -> bool {
    if ErrorCode::find(code).is_some() || (5000..6000).contains(&code) {
        return true;
    }
    !is_trouble(status) && ((1000..2000).contains(&code) || (400..500).contains(&status))
}

/// The statuses of a server, or of a gateway before it, that is in trouble or asked too often.
pub(crate) fn is_trouble(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 425 | 429)
}

/// The body, or `None` when it is larger than any answer may be.
async fn read_body(mut response: Response) -> Result<Option<Vec<u8>>, KlingError> {
    let mut body = Vec::new();
    let mut objects = 0;
    while let Some(chunk) = response.chunk().await.map_err(from_reqwest)? {
        objects += chunk.split(|byte| *byte == b'{').count() - 1;
        if body.len() + chunk.len() > MAX_ANSWER_BYTES || objects > MAX_ANSWER_OBJECTS {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn kind_of(body: &[u8]) -> BadAnswer {
    if body.iter().all(u8::is_ascii_whitespace) {
        BadAnswer::Empty
    } else if serde_json::from_slice::<IgnoredAny>(body).is_err() {
        BadAnswer::NotJson
    } else {
        BadAnswer::UnexpectedShape
    }
}

/// `Retry-After` in seconds; the form with a date is not used by any service seen.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

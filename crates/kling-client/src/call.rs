//! One call, from request to envelope.

use std::time::Duration;

use kling_api::Envelope;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::{Answer, MAX_ANSWER_BYTES};
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
    let envelope: Envelope<serde_json::Value> = Envelope::from_slice(&body).map_err(|_| bad(kind_of(&body)))?;
    if !envelope.is_success() {
        return Err(KlingError::Refused(Refusal {
            code: envelope.code,
            http_status: status.as_u16(),
            message: envelope.message,
            request_id: envelope.request_id,
            retry_after,
        }));
    }
    let data = envelope.data.ok_or_else(|| bad(BadAnswer::NoData))?;
    let data = serde_json::from_value(data).map_err(|_| bad(BadAnswer::UnexpectedShape))?;
    Ok(Answer { data, message: envelope.message, request_id: envelope.request_id })
}

/// The body, or `None` when it is larger than any answer may be.
async fn read_body(mut response: Response) -> Result<Option<Vec<u8>>, KlingError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(from_reqwest)? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn kind_of(body: &[u8]) -> BadAnswer {
    if body.iter().all(u8::is_ascii_whitespace) {
        BadAnswer::Empty
    } else if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err() {
        BadAnswer::NotJson
    } else {
        BadAnswer::UnexpectedShape
    }
}

/// `Retry-After` in seconds; the form with a date is not used by any service seen.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

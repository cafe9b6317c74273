use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::task::yield_now;
use tokio::time::Instant;

use super::range::Wanted;
use super::shelf::{Missing, StoredFile};
use crate::faults::{Fault, Target};
use crate::state::SimState;

/// `GET` and `HEAD /files/{name}?sign=...`.
pub(crate) async fn deliver(
    State(state): State<Arc<SimState>>,
    method: Method,
    Path(name): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let sign = query.get("sign").map_or("", String::as_str);
    let file = match state.shelf().get(&name, sign, Instant::now()) {
        Ok(file) => file,
        Err(Missing::WrongSign) => return StatusCode::FORBIDDEN.into_response(),
        Err(Missing::Unknown) => return StatusCode::NOT_FOUND.into_response(),
    };
    if method == Method::HEAD {
        // Ranges are defined for GET alone.
        return whole(&file, Body::empty());
    }
    let wanted = Wanted::of(&headers, &file.etag, file.bytes.len());
    if wanted == Wanted::Unsatisfiable {
        return unsatisfiable(&file);
    }
    let fault = state.faults.take(Target::Download);
    match wanted {
        Wanted::Part(range) => {
            let bytes = file.bytes.slice(range.clone());
            spoil(fault, part(&file, &range, Body::from(bytes.clone())), bytes)
        }
        Wanted::Whole | Wanted::Unsatisfiable => {
            let bytes = file.bytes.clone();
            spoil(fault, whole(&file, Body::from(bytes.clone())), bytes)
        }
    }
}

fn whole(file: &StoredFile, body: Body) -> Response {
    described(StatusCode::OK, file, file.bytes.len(), body)
}

fn part(file: &StoredFile, range: &Range<usize>, body: Body) -> Response {
    let mut response = described(StatusCode::PARTIAL_CONTENT, file, range.len(), body);
    let content_range = format!("bytes {}-{}/{}", range.start, range.end.saturating_sub(1), file.bytes.len());
    insert(&mut response, header::CONTENT_RANGE, &content_range);
    response
}

fn unsatisfiable(file: &StoredFile) -> Response {
    let content_range = format!("bytes */{}", file.bytes.len());
    (StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, content_range)]).into_response()
}

fn described(status: StatusCode, file: &StoredFile, len: usize, body: Body) -> Response {
    let mut response = (status, body).into_response();
    insert(&mut response, header::CONTENT_TYPE, file.content_type);
    insert(&mut response, header::CONTENT_LENGTH, &len.to_string());
    insert(&mut response, header::ACCEPT_RANGES, "bytes");
    insert(&mut response, header::ETAG, &file.etag);
    response
}

fn insert(response: &mut Response, name: header::HeaderName, value: &str) {
    // The values are digits, tokens and quoted ids: they always fit a header.
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// Lets a fault happen to a response that would have sent `bytes`.
fn spoil(fault: Option<Fault>, mut response: Response, bytes: Bytes) -> Response {
    match fault {
        Some(Fault::BreakDownloadAfter(after)) if after < bytes.len() => {
            *response.body_mut() = ending_early(bytes.slice(..after), true);
        }
        Some(Fault::LieAboutLength { claimed }) => {
            insert(&mut response, header::CONTENT_LENGTH, &claimed.to_string());
            *response.body_mut() = ending_early(bytes, false);
        }
        _ => {}
    }
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

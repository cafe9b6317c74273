use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::Instant;

use super::range::Wanted;
use super::shelf::{Missing, StoredFile};
use crate::faults::{self, Fault, RequestKind};
use crate::state::SimState;

/// `GET` and `HEAD /files/{name}?sign=...`.
pub(crate) async fn deliver(
    State(state): State<Arc<SimState>>,
    method: Method,
    path: Uri,
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
    let met = state.faults.meet(RequestKind::Download, path.path());
    if let Some(Fault::FileEndsAt(end)) = met.download {
        state.shelf().end_at(&name, end);
    }
    let delivery = async move {
        let (response, bytes, start) = match wanted {
            Wanted::Part(range) => {
                let bytes = file.bytes.slice(range.clone());
                (part(&file, &range, Body::from(bytes.clone())), bytes, range.start)
            }
            Wanted::Whole | Wanted::Unsatisfiable => (whole(&file, Body::from(file.bytes.clone())), file.bytes, 0),
        };
        let fault = met.download.or(file.ends_at.map(Fault::FileEndsAt));
        faults::spoil_download(fault, response, bytes, start)
    };
    faults::with_fault(met.answer, RequestKind::Download, Bytes::new(), delivery).await
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

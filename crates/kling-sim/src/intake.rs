//! The way in, the same for every request: take the body, write it down, let a queued fault happen, check who calls.

use std::sync::Arc;

use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::Instant;

use crate::auth;
use crate::files;
use crate::recorder::RecordedRequest;
use crate::refusal::Refusal;
use crate::state::SimState;

/// The largest body taken: room for the largest image in Base64, or several smaller ones. Kling's own limit is not
/// published.
pub(crate) const MAX_BODY_BYTES: usize = 96 * 1024 * 1024;

pub(crate) async fn receive(State(state): State<Arc<SimState>>, request: Request, next: Next) -> Response {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let taken = body::to_bytes(body, MAX_BODY_BYTES).await;
    let number = state.recorder.note(RecordedRequest::new(at, &parts, taken.as_ref().unwrap_or(&Bytes::new())));

    let response = match taken {
        Err(_) => Refusal::body_too_large().into_response(),
        Ok(bytes) => {
            let request = Request::from_parts(parts, Body::from(bytes));
            if files::serves(request.uri().path()) { next.run(request).await } else { api(&state, request, next).await }
        }
    };
    state.recorder.answered(number, response.status().as_u16());
    response
}

async fn api(state: &SimState, request: Request, next: Next) -> Response {
    if let Some(fault) = state.faults.api_answer() {
        return fault;
    }
    match auth::check(request.headers(), request.uri().path()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

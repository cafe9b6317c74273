//! The way in, the same for every request: take the body, write it down, read the path as a lenient server does, let a
//! fault happen, check who calls.

use std::sync::Arc;

use axum::body::{self, Body};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::time::Instant;

use crate::envelope::Created;
use crate::faults::{self, Dropped, Misfortune, RequestKind};
use crate::files;
use crate::lenient;
use crate::recorder::RecordedRequest;
use crate::refusal::Refusal;
use crate::state::SimState;

/// The largest body taken: room for the largest image in Base64, or several smaller ones. Kling's own limit is not
/// published.
pub(crate) const MAX_BODY_BYTES: usize = 96 * 1024 * 1024;

pub(crate) async fn receive(State(state): State<Arc<SimState>>, request: Request, next: Next) -> Response {
    let at = Instant::now();
    let (mut parts, body) = request.into_parts();
    let taken = body::to_bytes(body, MAX_BODY_BYTES).await;
    let number = state.recorder.note(RecordedRequest::new(at, &parts, taken.as_ref().unwrap_or(&Bytes::new())));

    parts.uri = lenient::read(&parts.uri);
    let response = match taken {
        Err(_) => Refusal::body_too_large().into_response(),
        Ok(bytes) => {
            let request = Request::from_parts(parts, Body::from(bytes.clone()));
            let is_file = files::serves(request.uri().path());
            if is_file { next.run(request).await } else { api(&state, number, request, bytes, next).await }
        }
    };
    if response.extensions().get::<Dropped>().is_none() {
        state.recorder.answered(number, response.status().as_u16());
    }
    response
}

async fn api(state: &Arc<SimState>, number: u64, mut request: Request, sent: Bytes, next: Next) -> Response {
    let kind = RequestKind::of(request.method(), request.uri().path());
    let met = state.faults.meet(kind, request.uri().path());
    if let Some(misfortune) = met.task {
        request.extensions_mut().insert(misfortune);
    }
    let state = Arc::clone(state);
    let reason = (met.task == Some(Misfortune::FailsQuoting)).then(|| faults::quoting(&sent));
    let processing = async move {
        if let Err(refusal) = state.keys.check(request.headers(), request.uri().path()) {
            return refusal.into_response();
        }
        let response = next.run(request).await;
        if let Some(Created(task)) = response.extensions().get() {
            state.recorder.created(number, *task);
            if let Some(reason) = reason {
                state.tasks().let_fail(*task, reason);
            }
        }
        response
    };
    faults::with_fault(met.answer, kind, sent, processing).await
}

//! What comes in place of an answer, or before it.

use std::io;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::time::sleep;

use super::damage::damaged;
use super::quote::{self, quoting};
use super::{Fault, Reply, RequestKind};
use crate::refusal::Refusal;

/// Marks an answer that never goes out: the connection is closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropped;

/// Processes a request with this body as its fault wants it.
pub(crate) async fn with_fault<F>(fault: Option<Fault>, kind: RequestKind, sent: Bytes, processing: F) -> Response
where
    F: Future<Output = Response> + Send + 'static,
{
    match fault {
        Some(Fault::Status(status)) => kling_or_page(status),
        Some(Fault::NotProcessed(given)) => reply(given, kind, &sent).await,
        Some(Fault::Processed(given)) => {
            processing.await;
            reply(given, kind, &sent).await
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
async fn reply(reply: Reply, kind: RequestKind, sent: &[u8]) -> Response {
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
        Reply::Json { status, body } => {
            (valid(status), [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Reply::Quoting { code } => Refusal::of_code(code, kind).saying(quoting(sent)).into_response(),
        Reply::Duplicate => Refusal::duplicate_external_id(&quote::external_task_id(sent)).into_response(),
        Reply::Redirect(status) => (valid(status), [(header::LOCATION, "?again")]).into_response(),
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

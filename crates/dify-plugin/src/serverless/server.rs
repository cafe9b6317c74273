//! HTTP for strangers: anybody who reaches the port may connect, so all they can take up is bounded.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::invoke::{Answer, Refusal, Runner};
use super::recording::Reader;
use super::room::Room;

/// What strangers may take up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections at a time. More wait in the system's queue.
    pub(super) connections: usize,
    /// From the connection to the end of a request's head.
    pub(super) head: Duration,
    /// From there to the end of its body.
    pub(super) body: Duration,
    /// A whole connection, its answer included. Longer than any invocation lasts.
    pub(super) connection: Duration,
    /// The longest body in bytes.
    pub(super) body_bytes: usize,
    /// All bodies, and what is read from them, in bytes.
    pub(super) memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            connection: Duration::from_secs(60 * 60),
            // The daemon sends at most 5 MiB (`MAX_SERVERLESS_REQUEST_BYTES`, dify-plugin-daemon 0.6.10).
            body_bytes: 8 * 1024 * 1024,
            memory: 96 * 1024 * 1024,
        }
    }
}

/// How much of a head is read.
const HEAD_BYTES: usize = 32 * 1024;
/// After a failure that all connections would have, as when there are no descriptors left.
const PAUSE: Duration = Duration::from_secs(1);

type AnswerBody = UnsyncBoxBody<Bytes, io::Error>;

/// Takes connections without end.
pub(super) async fn serve(runner: Arc<Runner>, listener: TcpListener, limits: Limits) {
    let connections = Arc::new(Semaphore::new(limits.connections));
    // The semaphore is never closed.
    while let Ok(permit) = connections.clone().acquire_owned().await {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                let one = [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset];
                if !one.contains(&error.kind()) {
                    sleep(PAUSE).await;
                }
                continue;
            }
        };
        // Messages are small, and wanted at once. A socket that cannot be told so works as well.
        drop(stream.set_nodelay(true));
        let runner = runner.clone();
        tokio::spawn(async move {
            serve_connection(runner, stream, limits).await;
            drop(permit);
        });
    }
}

/// One request and its answer: a connection that is kept would have to be watched.
async fn serve_connection<S>(runner: Arc<Runner>, stream: S, limits: Limits)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| {
        let runner = runner.clone();
        async move { Ok::<_, Infallible>(answer(&runner, request, limits).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD_BYTES).keep_alive(false);
    // Whoever breaks off or is too slow is told nothing, and not the administrator either: it may happen all the time.
    let _ = timeout(limits.connection, http.serve_connection(TokioIo::new(stream), service)).await;
}

async fn answer(runner: &Runner, request: Request<Incoming>, limits: Limits) -> Response<AnswerBody> {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/health") => text(StatusCode::OK, "OK"),
        (&Method::POST, "/invoke") => match read(runner, request.into_body(), limits).await {
            Ok((body, room)) => invoke(runner, body, room).await,
            Err((status, reason)) => text(status, &format!("the request cannot be read: {reason}\n")),
        },
        _ => text(StatusCode::NOT_FOUND, ""),
    }
}

const BUSY: (StatusCode, &str) = (StatusCode::SERVICE_UNAVAILABLE, "too many invocations run at once; try again later");

/// A body, in memory of its own.
async fn read(
    runner: &Runner,
    mut body: Incoming,
    limits: Limits,
) -> Result<(Vec<u8>, Room), (StatusCode, &'static str)> {
    let too_long = (StatusCode::PAYLOAD_TOO_LARGE, "it is too long");
    let reading = async {
        let mut room = runner.rooms.open().map_err(|_| BUSY)?;
        if body.size_hint().lower() > limits.body_bytes as u64 {
            return Err(too_long);
        }
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| (StatusCode::BAD_REQUEST, "it breaks off"))?;
            let Ok(data) = frame.into_data() else { continue };
            let length = bytes.len() + data.len();
            if length > limits.body_bytes {
                return Err(too_long);
            }
            room.grow_to(length).map_err(|_| BUSY)?;
            bytes.extend_from_slice(&data);
        }
        Ok((bytes, room))
    };
    let slow = (StatusCode::REQUEST_TIMEOUT, "it comes too slowly");
    timeout(limits.body, reading).await.unwrap_or(Err(slow))
}

async fn invoke(runner: &Runner, body: Vec<u8>, room: Room) -> Response<AnswerBody> {
    let body = match runner.take(body, room).await {
        Ok(Answer::Live(reader)) => StreamBody::new(stream::unfold(reader, next_piece)).boxed_unsync(),
        Ok(Answer::Whole(bytes)) => whole(bytes),
        Err(Refusal::NoInvocation(reason)) => {
            let reason = format!("the request cannot be read: {reason}\n");
            return text(StatusCode::INTERNAL_SERVER_ERROR, &reason);
        }
        Err(Refusal::Busy) => return text(BUSY.0, BUSY.1),
    };
    with_type("text/event-stream", body)
}

async fn next_piece(mut reader: Reader) -> Option<(io::Result<Frame<Bytes>>, Reader)> {
    Some((reader.next().await?.map(Frame::data), reader))
}

fn text(status: StatusCode, text: &str) -> Response<AnswerBody> {
    let mut response = with_type("text/plain; charset=utf-8", whole(Bytes::copy_from_slice(text.as_bytes())));
    *response.status_mut() = status;
    response
}

fn whole(bytes: Bytes) -> AnswerBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn with_type(kind: &'static str, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests;

//! Serverless mode: a plugin behind HTTP, an invocation a request.
//!
//! Dify's daemon repeats a request whose connection failed, so an invocation may arrive twice. No session id is run
//! twice by one process: the second arrival is given the answer of the first from its beginning, while that lasts.

mod invocations;
mod invoke;
mod recording;
mod transaction;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, serve::ListenerExt};
use futures_util::stream;
use tokio::net::TcpListener;

use crate::Plugin;
use crate::settings::{BadSetting, Settings};
use invoke::{Answer, NoInvocation, Runner};
use recording::Reader;
pub(crate) use transaction::{Answers, Transactions};

/// The longest request. The daemon sends at most 5 MiB (`MAX_SERVERLESS_REQUEST_BYTES`, dify-plugin-daemon 0.6.10).
const MAX_REQUEST_BYTES: usize = 8 * 1024 * 1024;

/// Where to listen, and for whom.
#[derive(Debug)]
pub(crate) struct Place {
    host: String,
    port: u16,
    transactions: Transactions,
}

impl Place {
    /// As the settings `<prefix>_HOST` and `<prefix>_PORT` say.
    pub(crate) fn of(settings: &Settings, prefix: &str) -> Result<Self, BadSetting> {
        Ok(Self {
            host: settings.get(&format!("{prefix}_HOST")).unwrap_or("0.0.0.0").to_owned(),
            port: settings.port(&format!("{prefix}_PORT"), 8080)?,
            transactions: Transactions::to(settings.get("DIFY_PLUGIN_DAEMON_URL").unwrap_or("http://localhost:5002"))?,
        })
    }
}

/// Serves until the process is ended from outside.
pub(crate) async fn serve(plugin: Plugin, place: Place) -> Result<ExitCode, BadSetting> {
    let Place { host, port, transactions } = place;
    let failed = |error: io::Error| BadSetting(format!("cannot listen on {host}:{port}: {error}"));
    let listener = TcpListener::bind((host.as_str(), port)).await.map_err(failed)?;
    announce(&plugin.provider, &listener).map_err(failed)?;
    serve_requests(plugin, listener, transactions).await.map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}

/// Dify's marketplace takes a plugin for started when a line on stdout says `Serving Flask app`, whatever serves
/// (dify-marketplace-toolkit, 2025-11).
fn announce(name: &str, listener: &TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    let mut stdout = io::stdout().lock();
    // Nobody has to read it.
    let _ = write!(stdout, " * Serving Flask app '{name}'\n * Running on http://{address}\n");
    let _ = stdout.flush();
    Ok(())
}

/// Serves over HTTP on this listener, as [`Server`](crate::Server) does in serverless mode, for the plugin daemon at
/// this address. For tests, and for programs with a runtime of their own. Does not end by itself.
///
/// # Errors
///
/// When the address is none of a daemon, or the listener fails for good.
pub async fn serve_http(plugin: Plugin, listener: TcpListener, daemon_url: &str) -> io::Result<()> {
    let calls = Transactions::to(daemon_url).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    serve_requests(plugin, listener, calls).await
}

async fn serve_requests(plugin: Plugin, listener: TcpListener, calls: Transactions) -> io::Result<()> {
    let runner = Runner { plugin: Arc::new(plugin), transactions: Arc::new(calls), invocations: Arc::default() };
    let router = Router::new().fallback(answer).with_state(Arc::new(runner));
    // Messages are small, and wanted at once. A socket that cannot be told so works as well.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await
}

async fn answer(State(runner): State<Arc<Runner>>, request: Request<Body>) -> Response {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/health") => "OK".into_response(),
        (&Method::POST, "/invoke") => match to_bytes(request.into_body(), MAX_REQUEST_BYTES).await {
            Ok(body) => invoke(&runner, body.into()).await,
            Err(_) => refuse("it breaks off or is too long"),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn invoke(runner: &Runner, body: Vec<u8>) -> Response {
    let body = match runner.take(body).await {
        Ok(Answer::Live(reader)) => Body::from_stream(stream::unfold(reader, next_piece)),
        Ok(Answer::Whole(bytes)) => Body::from(bytes),
        Err(NoInvocation(reason)) => return refuse(reason),
    };
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

async fn next_piece(mut reader: Reader) -> Option<(io::Result<bytes::Bytes>, Reader)> {
    Some((reader.next().await?, reader))
}

fn refuse(reason: &str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("the request cannot be read: {reason}\n")).into_response()
}

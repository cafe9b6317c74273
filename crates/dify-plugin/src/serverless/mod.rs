//! Serverless mode: a plugin behind HTTP, an invocation a request.
//!
//! Dify's daemon repeats a request whose connection failed, so an invocation may arrive twice. None is run twice by one
//! process: the second arrival is given the answer of the first from its beginning, while that lasts. The same is what
//! has the same session id and the same body to the byte. Another body with a known session id is another invocation: it
//! is run for itself and sees nothing of the first.
//!
//! As in Dify's SDK there is no authentication, and by default all interfaces are listened on: whoever reaches the port
//! can invoke, with credentials of his own.

mod invocations;
mod invoke;
mod recording;
mod room;
mod server;
mod transaction;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::Plugin;
use crate::settings::{BadSetting, Settings};
use invoke::Runner;
use room::Rooms;
use server::Limits;
pub(crate) use transaction::{Answers, Transactions};

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
    serve_requests(plugin, listener, transactions).await;
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
/// When the address is none of a daemon.
pub async fn serve_http(plugin: Plugin, listener: TcpListener, daemon_url: &str) -> io::Result<()> {
    let calls = Transactions::to(daemon_url).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    serve_requests(plugin, listener, calls).await;
    Ok(())
}

async fn serve_requests(plugin: Plugin, listener: TcpListener, calls: Transactions) {
    let limits = Limits::default();
    let runner = Arc::new(Runner::new(plugin, calls, limits.memory));
    server::serve(runner, listener, limits).await;
}

impl Runner {
    fn new(plugin: Plugin, calls: Transactions, memory: usize) -> Self {
        Self {
            plugin: Arc::new(plugin),
            transactions: Arc::new(calls),
            invocations: Arc::default(),
            rooms: Rooms::new(memory),
        }
    }
}

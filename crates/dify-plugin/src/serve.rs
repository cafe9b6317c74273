//! The life of a plugin: heartbeats, sessions, and the end.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{self, Instant, MissedTickBehavior};

use crate::connection::{Connection, Frame, MAX_LINE_BYTES, Outbox};
use crate::request::{self, Incoming, Request};
use crate::session::SessionWriter;
use crate::{Error, Plugin, router, stderr};

/// Dify's daemon starts to use a plugin at its first heartbeat and kills one that was silent for 120 s
/// (dify-plugin-daemon 0.6.10); the Python SDK sends one every 10 s.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);

const HEARTBEAT: &[u8] = b"{\"event\":\"heartbeat\",\"session_id\":null,\"data\":{}}\n";

/// How long running sessions may still finish when the host has closed stdin, and then how long the last lines may
/// take. Together less than the second after which a plugin should be gone.
const SESSION_GRACE: Duration = Duration::from_millis(550);
const FLUSH_GRACE: Duration = Duration::from_millis(150);

/// The whole `main` of a plugin: serves on the [standard streams](Connection::stdio) until the host is gone.
///
/// Runs on a tokio runtime of its own with two worker threads. A panic anywhere prints one line to stderr, telling
/// the place and never the message, which might quote a user's input.
pub fn serve(plugin: Plugin) -> ExitCode {
    stderr::quiet_panics();
    let runtime =
        runtime::Builder::new_multi_thread().worker_threads(2).thread_name("dify-worker").enable_all().build();
    let started = runtime.and_then(|runtime| Ok((runtime, Connection::stdio()?)));
    let (runtime, connection) = match started {
        Ok(started) => started,
        Err(error) => {
            stderr::write_line(&format!("the plugin cannot start: {error}"));
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(serve_on(plugin, connection));
    // Whatever blocks a thread must not keep the process.
    runtime.shutdown_background();
    ExitCode::SUCCESS
}

/// Serves until the host is gone: at once when nobody reads any more, and within 0.7 s when nothing more comes in, so
/// that running sessions may finish.
pub async fn serve_on(plugin: Plugin, mut connection: Connection) {
    let plugin = Arc::new(plugin);
    let outbox = connection.outbox.clone();
    // Dropping the set at the end stops its task.
    let mut heart = JoinSet::new();
    send_heartbeat(&outbox).await;
    heart.spawn(keep_beating(outbox.clone()));

    let (stop, stopping) = watch::channel(false);
    let mut sessions = JoinSet::new();
    loop {
        let frame = tokio::select! {
            frame = connection.incoming.recv() => frame,
            Some(_) = sessions.join_next() => continue,
            () = outbox.closed() => return,
        };
        let Some(frame) = frame else { break };
        let answer = match read_frame(frame) {
            Some(Incoming::Request(request)) => Answer::Work(plugin.clone(), request),
            Some(Incoming::Refused { session_id, error }) => Answer::Refusal(session_id, error),
            Some(Incoming::Ignored(_)) | None => continue,
        };
        sessions.spawn(answer.run(outbox.clone(), stopping.clone()));
    }

    tokio::select! {
        () = wind_down(sessions, &stop, &outbox) => {}
        () = outbox.closed() => {}
    }
}

/// Lets sessions finish for a moment, stops those that do not, and sees the last lines out.
async fn wind_down(mut sessions: JoinSet<()>, stop: &watch::Sender<bool>, outbox: &Outbox) {
    if time::timeout(SESSION_GRACE, all_ended(&mut sessions)).await.is_err() {
        stop.send_replace(true);
    }
    let last = async {
        all_ended(&mut sessions).await;
        outbox.flushed().await;
    };
    // Whatever is not out by then has nobody who takes it.
    let _ = time::timeout(FLUSH_GRACE, last).await;
}

async fn all_ended(sessions: &mut JoinSet<()>) {
    while sessions.join_next().await.is_some() {}
}

fn read_frame(frame: Frame) -> Option<Incoming> {
    let (incoming, bytes) = match frame {
        Frame::Line(line) => {
            let bytes = line.len();
            (request::read(line), bytes)
        }
        Frame::TooLong { head, bytes } => (request::too_long(&head, bytes, MAX_LINE_BYTES), bytes),
        Frame::Partial { bytes } => {
            tracing::warn!(bytes, "the input ended within a line, which is dropped");
            return None;
        }
    };
    // What a line holds is the user's, and stays out of logs.
    match &incoming {
        Incoming::Ignored(reason) => tracing::warn!(bytes, reason, "ignored a line of the host"),
        Incoming::Refused { error, .. } => tracing::warn!(bytes, kind = error.error_type(), "refused a request"),
        Incoming::Request(_) => {}
    }
    Some(incoming)
}

async fn send_heartbeat(outbox: &Outbox) {
    let write = |lines: &mut Vec<u8>| {
        lines.extend_from_slice(HEARTBEAT);
        true
    };
    // A host that is gone is seen by whoever watches for it.
    let _ = outbox.push(HEARTBEAT.len(), write).await;
}

async fn keep_beating(outbox: Outbox) {
    let mut beat = time::interval_at(Instant::now() + HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL);
    // After a host that paused, one is enough.
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        send_heartbeat(&outbox).await;
    }
}

enum Answer {
    Work(Arc<Plugin>, Box<Request>),
    Refusal(String, Error),
}

impl Answer {
    /// Sees one session to its end, whatever happens in it.
    async fn run(self, outbox: Outbox, mut stopping: watch::Receiver<bool>) {
        let (plugin, request) = match self {
            Self::Work(plugin, request) => (plugin, request),
            Self::Refusal(session_id, error) => return SessionWriter::new(outbox, &session_id).fail(&error).await,
        };
        let session = SessionWriter::new(outbox, &request.session.session_id);
        let work = AssertUnwindSafe(router::answer(&plugin, *request, &session)).catch_unwind();
        let result = tokio::select! {
            biased;
            result = work => result,
            Ok(_) = stopping.wait_for(|stop| *stop) => Ok(Err(Error::Connection("the plugin is being stopped".into()))),
        };
        match result {
            Ok(Ok(())) => session.end().await,
            Ok(Err(error)) => session.fail(&error).await,
            Err(payload) => {
                session.fail(&Error::Internal("the plugin failed unexpectedly (a panic)".into())).await;
                // Only now: what was thrown may itself panic when dropped.
                drop(payload);
            }
        }
    }
}

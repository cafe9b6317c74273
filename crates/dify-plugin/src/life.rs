//! The life of a plugin on one connection: heartbeats, sessions, and the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{self, Instant, MissedTickBehavior};

use crate::backwards::{Backwards, Waiters};
use crate::connection::{Connection, Frame, MAX_LINE_BYTES, Outbox};
use crate::request::{self, Incoming};
use crate::session::{self, SessionWriter};
use crate::{Error, Plugin};

/// Dify's daemon starts to use a plugin at its first heartbeat and kills one that was silent for 120 s
/// (dify-plugin-daemon 0.6.10); the Python SDK sends one every 10 s.
pub const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);

const HEARTBEAT: &[u8] = b"{\"event\":\"heartbeat\",\"session_id\":null,\"data\":{}}\n";

/// How long running sessions may still finish when the host has closed stdin, and then how long the last lines may
/// take. Together less than the second after which a plugin should be gone.
const SESSION_GRACE: Duration = Duration::from_millis(550);
const FLUSH_GRACE: Duration = Duration::from_millis(150);

/// How many refusals of unusable requests may wait to be written. A host that sends more without reading is told
/// nothing of the rest: what it never asked for properly must not fill the memory.
const REFUSALS: usize = 1000;

/// Serves until the host is gone: at once when nobody reads any more, and within 0.7 s when nothing more comes in, so
/// that running sessions may finish.
pub async fn serve_on(plugin: Plugin, connection: Connection) {
    live(&Arc::new(plugin), connection).await;
}

pub(crate) async fn live(plugin: &Arc<Plugin>, connection: Connection) {
    let waiters = Arc::new(Waiters::default());
    attend(plugin, connection, &waiters).await;
    // Whoever still waits for an answer waits in vain.
    waiters.host_gone();
}

async fn attend(plugin: &Arc<Plugin>, mut connection: Connection, waiters: &Arc<Waiters>) {
    let outbox = connection.outbox.clone();
    // Dropping the set at the end stops its task.
    let mut heart = JoinSet::new();
    send_heartbeat(&outbox).await;
    heart.spawn(keep_beating(outbox.clone()));

    let (stop, stopping) = watch::channel(false);
    let mut sessions = JoinSet::new();
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let mut log = Log::default();
    loop {
        let frame = tokio::select! {
            frame = connection.incoming.recv() => frame,
            Some(_) = sessions.join_next() => continue,
            () = outbox.closed() => return,
        };
        let Some(frame) = frame else { break };
        let (incoming, bytes) = read_frame(frame).await;
        match incoming {
            Incoming::Request(request) => {
                let session_id = &request.session.session_id;
                let writer = SessionWriter::new(outbox.clone(), session_id);
                let backwards = Backwards::over_lines(plugin, writer.clone(), session_id, waiters.clone());
                sessions.spawn(session::run(plugin.clone(), *request, writer, backwards, stopping.clone()));
            }
            Incoming::Refused { session_id, error } => {
                log.refused(&error, bytes);
                if let Ok(permit) = refusals.clone().try_acquire_owned() {
                    let writer = SessionWriter::new(outbox.clone(), &session_id);
                    sessions.spawn(async move {
                        writer.fail(&error).await;
                        drop(permit);
                    });
                }
            }
            Incoming::Answer(answer) => {
                if !waiters.take(answer) {
                    log.ignored("an answer nobody waits for", bytes);
                }
            }
            Incoming::Ignored(reason) => log.ignored(reason, bytes),
        }
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

/// What a line is, and its length.
async fn read_frame(frame: Frame) -> (Incoming, usize) {
    match frame {
        Frame::Line(line) => {
            let bytes = line.len();
            (request::read_apart(line).await, bytes)
        }
        Frame::TooLong { head, bytes } => (request::too_long(&head, bytes, MAX_LINE_BYTES), bytes),
        Frame::Partial(line) => (Incoming::Ignored("the input ended within it"), line.len()),
    }
}

/// Tells on stderr of lines that led to nothing. What they hold is the user's, and stays out. A flood of them is told
/// of ever more rarely.
#[derive(Default)]
struct Log {
    ignored: u64,
    refused: u64,
}

impl Log {
    fn ignored(&mut self, reason: &str, bytes: usize) {
        self.ignored += 1;
        if self.ignored.is_power_of_two() {
            tracing::warn!(so_far = self.ignored, bytes, reason, "ignored a line of the host");
        }
    }

    fn refused(&mut self, error: &Error, bytes: usize) {
        self.refused += 1;
        if self.refused.is_power_of_two() {
            tracing::warn!(so_far = self.refused, bytes, kind = error.error_type(), "refused a request");
        }
    }
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

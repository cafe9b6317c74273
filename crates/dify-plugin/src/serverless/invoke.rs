//! One invocation: from the body of a request to the pieces of an answer.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::invocations::{Arrival, Identity, Invocations};
use super::recording::{Reader, Recording};
use super::room::{Room, Rooms};
use super::transaction::Transactions;
use crate::backwards::Backwards;
use crate::connection::Outbox;
use crate::request::{self, Incoming, Request};
use crate::session::{self, SessionWriter};
use crate::{Error, Plugin};

/// Runs invocations, each in a task that does not depend on the connection it came by: what was paid for is finished
/// also when nobody listens.
pub(super) struct Runner {
    pub(super) plugin: Arc<Plugin>,
    pub(super) transactions: Arc<Transactions>,
    pub(super) invocations: Arc<Invocations>,
    pub(super) rooms: Rooms,
}

/// Why a request is not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// What came is no invocation, and why.
    NoInvocation(&'static str),
    /// All memory for invocations is in use.
    Busy,
}

/// What an invocation is answered with.
pub(super) enum Answer {
    /// An answer that is being written.
    Live(Reader),
    /// All of it.
    Whole(Bytes),
}

impl Runner {
    /// Takes a request's body, and the room it was read into.
    pub(super) async fn take(&self, body: Vec<u8>, mut room: Room) -> Result<Answer, Refusal> {
        let hash = self.invocations.hash(&body);
        let body_bytes = body.len();
        let request = match request::read_apart(body).await {
            Incoming::Request(request) => request,
            Incoming::Refused { session_id, error } => return Ok(refusal(&session_id, error).await),
            Incoming::Answer(_) => return Err(Refusal::NoInvocation("an answer is no request")),
            Incoming::Ignored(reason) => return Err(Refusal::NoInvocation(reason)),
        };
        let identity = Identity::new(&request.session.session_id, hash);
        room.grow_to(body_bytes + request.tree_bytes).map_err(|_| Refusal::Busy)?;
        let recording = match self.invocations.arrive(&identity) {
            Arrival::First(recording) => {
                self.start(*request, identity.clone(), recording.clone(), room.into_permit());
                recording
            }
            Arrival::Again(recording) => {
                tracing::warn!("an invocation has arrived again; it is not run a second time");
                recording
            }
        };
        if let Ok(reader) = recording.reader() {
            return Ok(Answer::Live(reader));
        }
        let text = "this invocation arrived twice, and the beginning of its answer is no longer there; it was not run \
                    a second time, so nothing was paid twice";
        Ok(refusal(&identity.session_id, Error::Connection(text.into())).await)
    }

    /// Runs it. Its room is free again when it has ended.
    fn start(&self, request: Request, identity: Identity, recording: Arc<Recording>, room: OwnedSemaphorePermit) {
        let Self { plugin, transactions, invocations, .. } = self;
        let (plugin, invocations) = (plugin.clone(), invocations.clone());
        let outbox = Outbox::new();
        let writer = SessionWriter::new(outbox.clone(), &identity.session_id);
        let backwards = Backwards::over_http(&plugin, writer.clone(), &identity.session_id, transactions.clone());
        tokio::spawn(async move {
            // Nobody stops it.
            let (_never, stopping) = watch::channel(false);
            let running = async {
                session::run(plugin, request, writer, backwards, stopping).await;
                outbox.finish();
            };
            tokio::join!(running, record(&outbox, &recording));
            recording.finish();
            invocations.end(identity);
            drop(room);
        });
    }
}

async fn record(outbox: &Outbox, recording: &Recording) {
    let mut batch = Vec::new();
    while outbox.take_async(&mut batch).await {
        recording.append(messages(&batch)).await;
    }
}

/// The answer that is an error.
async fn refusal(session_id: &str, error: Error) -> Answer {
    let outbox = Outbox::new();
    SessionWriter::new(outbox.clone(), session_id).fail(&error).await;
    let mut batch = Vec::new();
    outbox.take_async(&mut batch).await;
    Answer::Whole(messages(&batch))
}

/// Lines, with the blank line after each that messages have over HTTP.
fn messages(lines: &[u8]) -> Bytes {
    let mut messages = Vec::with_capacity(lines.len() + 16);
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        messages.extend_from_slice(line);
        messages.push(b'\n');
    }
    messages.into()
}

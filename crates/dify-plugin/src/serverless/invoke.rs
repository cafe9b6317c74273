//! One invocation: from the body of a request to the pieces of an answer.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::watch;

use super::invocations::{Arrival, Invocations};
use super::recording::{Reader, Recording};
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
}

/// What came is no invocation, and why.
#[derive(Debug)]
pub(super) struct NoInvocation(pub(super) &'static str);

/// What an invocation is answered with.
pub(super) enum Answer {
    /// An answer that is being written.
    Live(Reader),
    /// All of it.
    Whole(Bytes),
}

impl Runner {
    pub(super) async fn take(&self, body: Vec<u8>) -> Result<Answer, NoInvocation> {
        let request = match request::read(body) {
            Incoming::Request(request) => request,
            Incoming::Refused { session_id, error } => return Ok(refusal(&session_id, error).await),
            Incoming::Answer(_) => return Err(NoInvocation("an answer is no request")),
            Incoming::Ignored(reason) => return Err(NoInvocation(reason)),
        };
        let session_id = request.session.session_id.clone();
        let recording = match self.invocations.arrive(&session_id) {
            Arrival::First(recording) => {
                self.start(*request, recording.clone());
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
        Ok(refusal(&session_id, Error::Connection(text.into())).await)
    }

    fn start(&self, request: Request, recording: Arc<Recording>) {
        let Self { plugin, transactions, invocations } = self;
        let (plugin, invocations) = (plugin.clone(), invocations.clone());
        let session_id = request.session.session_id.clone();
        let outbox = Outbox::new();
        let writer = SessionWriter::new(outbox.clone(), &session_id);
        let backwards = Backwards::over_http(&plugin, writer.clone(), &session_id, transactions.clone());
        tokio::spawn(async move {
            // Nobody stops it.
            let (_never, stopping) = watch::channel(false);
            let running = async {
                session::run(plugin, request, writer, backwards, stopping).await;
                outbox.finish();
            };
            tokio::join!(running, record(&outbox, &recording));
            recording.finish();
            invocations.end(session_id);
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

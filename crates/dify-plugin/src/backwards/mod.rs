//! Calls back into Dify: from a request to the answers that belong to it, however they arrive.
//!
//! Over lines, all answers of all sessions come through the one reader of the host's lines. It never waits for a tool:
//! each call has a bounded queue of its own, and a call whose answer is not read fails, alone.

mod error;
mod queue;
mod waiters;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::timeout;
use uuid::Uuid;

pub use error::CallError;
use queue::Queue;
pub(crate) use waiters::Waiters;

use crate::Plugin;
#[cfg(feature = "serverless")]
use crate::serverless::{Answers, Transactions};
use crate::session::SessionWriter;

/// How long an answer, or its next part, is waited for. Dify's own limit for a whole answer is 240 s
/// (`DIFY_BACKWARDS_INVOCATION_READ_TIMEOUT`, dify-plugin-daemon 0.6.10), after which it says so.
pub(crate) const SILENCE: Duration = Duration::from_secs(245);

/// The calls of one session; clones share it.
#[derive(Clone)]
pub(crate) struct Backwards(Arc<Inner>);

struct Inner {
    route: Route,
    #[cfg(feature = "http-client")]
    http: Option<reqwest::Client>,
}

enum Route {
    /// Requests and answers are lines among others.
    Lines { writer: SessionWriter, waiters: Arc<Waiters>, session: Arc<str>, used: AtomicBool },
    /// Each call is one HTTP transaction.
    #[cfg(feature = "serverless")]
    Transactions { writer: SessionWriter, transactions: Arc<Transactions>, session: Arc<str> },
    /// There is no session.
    Nowhere,
}

impl Backwards {
    /// Of a session whose answers come as lines, through `waiters`.
    pub(crate) fn over_lines(plugin: &Plugin, writer: SessionWriter, session_id: &str, waiters: Arc<Waiters>) -> Self {
        let route = Route::Lines { writer, waiters, session: session_id.into(), used: AtomicBool::new(false) };
        Self::new(Some(plugin), route)
    }

    /// Of a session whose calls are HTTP transactions.
    #[cfg(feature = "serverless")]
    pub(crate) fn over_http(
        plugin: &Plugin,
        writer: SessionWriter,
        session_id: &str,
        transactions: Arc<Transactions>,
    ) -> Self {
        Self::new(Some(plugin), Route::Transactions { writer, transactions, session: session_id.into() })
    }

    /// Of no session: every call fails with [`CallError::SessionEnded`].
    pub(crate) fn detached() -> Self {
        Self::new(None, Route::Nowhere)
    }

    #[cfg_attr(not(feature = "http-client"), expect(unused_variables, reason = "all it is asked for is the client"))]
    fn new(plugin: Option<&Plugin>, route: Route) -> Self {
        Self(Arc::new(Inner {
            route,
            #[cfg(feature = "http-client")]
            http: plugin.and_then(|plugin| plugin.http.clone()),
        }))
    }

    /// The client for what is not done by lines.
    #[cfg(feature = "http-client")]
    pub(crate) fn http(&self) -> Option<&reqwest::Client> {
        self.0.http.as_ref()
    }

    /// Sends a request. `silence` is the longest wait without a sign of an answer, here and later.
    pub(crate) async fn call(
        &self,
        kind: &str,
        request: Map<String, Value>,
        silence: Duration,
    ) -> Result<ResponseStream, CallError> {
        let source = timeout(silence, self.send(kind, &request)).await;
        let source = source.map_err(|_| CallError::TimedOut { silence })??;
        Ok(ResponseStream { source: Some(source), silence })
    }

    async fn send(&self, kind: &str, request: &Map<String, Value>) -> Result<Source, CallError> {
        // Random: whoever sees one cannot guess the next, and no two plugins share one.
        let request_id = Uuid::new_v4().simple().to_string();
        match &self.0.route {
            Route::Lines { writer, waiters, session, used } => {
                let line = writer.invoke_line(kind, &request_id, request)?;
                used.store(true, Ordering::Relaxed);
                // Before the request is out: the answer may be quick.
                let answers = Queued(waiters.register(session.clone(), &request_id));
                if let Err(error) = writer.send_invoke(&line).await {
                    waiters.forget(&request_id);
                    return Err(error);
                }
                Ok(Source::Lines(answers))
            }
            #[cfg(feature = "serverless")]
            Route::Transactions { writer, transactions, session } => {
                let line = writer.invoke_line(kind, &request_id, request)?;
                let http = self.http().ok_or(CallError::NoHttpClient)?;
                let answers = transactions.begin(http, writer.clone(), session, request_id, line).await?;
                Ok(Source::Transaction(Box::new(answers)))
            }
            Route::Nowhere => Err(CallError::SessionEnded),
        }
    }

    /// The session has ended, and with it all its calls.
    pub(crate) fn end(&self) {
        if let Route::Lines { waiters, session, used, .. } = &self.0.route
            && used.load(Ordering::Relaxed)
        {
            waiters.end(session);
        }
    }
}

/// What comes for one call.
pub(crate) struct ResponseStream {
    /// `None` after the end.
    source: Option<Source>,
    silence: Duration,
}

enum Source {
    Lines(Queued),
    #[cfg(feature = "serverless")]
    Transaction(Box<Answers>),
}

/// What is still to come finds nobody, and costs nothing.
struct Queued(Arc<Queue>);

impl Drop for Queued {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl ResponseStream {
    /// The data of the next part of the answer. `None` after the last; a failure is the last.
    pub(crate) async fn next(&mut self) -> Option<Result<Value, CallError>> {
        let next = match self.source.as_mut()? {
            Source::Lines(Queued(queue)) => queue.next(self.silence).await,
            #[cfg(feature = "serverless")]
            Source::Transaction(answers) => {
                let silence = self.silence;
                timeout(silence, answers.next()).await.unwrap_or(Err(CallError::TimedOut { silence }))
            }
        };
        if !matches!(next, Ok(Some(_))) {
            self.source = None;
        }
        next.transpose()
    }

    /// The data of an answer of one part. Does not wait for what follows it.
    pub(crate) async fn only(mut self) -> Result<Value, CallError> {
        self.next().await.unwrap_or_else(|| Err(CallError::Malformed("it is empty".into())))
    }
}

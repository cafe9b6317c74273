//! Calls back into Dify as HTTP transactions: the call's line is posted, its answers come as the response.

use std::mem;
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Response, Url};
use serde_json::Value;

use crate::CallError;
use crate::connection::{Frame, LineSplitter, MAX_LINE_BYTES};
use crate::request::{self, AnswerPart, Incoming};
use crate::session::SessionWriter;
use crate::settings::BadSetting;

/// Where the daemon takes calls, and under which header it wants the session's id (dify-plugin-daemon 0.6.10).
const PATH: &str = "backwards-invocation/transaction";
const SESSION_HEADER: &str = "Dify-Plugin-Session-ID";

/// Longer than the daemon keeps a transaction (`MAX_SERVERLESS_TRANSACTION_TIMEOUT`, 300 s).
const TRANSACTION: Duration = Duration::from_secs(310);

/// Where calls go.
#[derive(Debug)]
pub(crate) struct Transactions(Url);

impl Transactions {
    /// Those of the daemon at this address.
    pub(super) fn to(daemon: &str) -> Result<Self, BadSetting> {
        let bad = || BadSetting("DIFY_PLUGIN_DAEMON_URL must be an http or https address".into());
        let url = Url::parse(&format!("{}/{PATH}", daemon.trim_end_matches('/'))).map_err(|_| bad())?;
        if matches!(url.scheme(), "http" | "https") { Ok(Self(url)) } else { Err(bad()) }
    }

    /// Posts one call's line.
    pub(crate) async fn begin(
        &self,
        http: &Client,
        writer: SessionWriter,
        session_id: &str,
        request_id: String,
        line: Vec<u8>,
    ) -> Result<Answers, CallError> {
        if writer.has_ended() {
            return Err(CallError::SessionEnded);
        }
        let request = http.post(self.0.clone()).header(SESSION_HEADER, session_id).timeout(TRANSACTION).body(line);
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        if !response.status().is_success() {
            return Err(CallError::Unreachable(format!("it answers with {}", response.status())));
        }
        let splitter = LineSplitter::new(MAX_LINE_BYTES);
        Ok(Answers { response: Some(response), splitter, bytes: Bytes::new(), writer, request_id })
    }
}

/// What comes for one call.
pub(crate) struct Answers {
    /// `None` when all of it is read.
    response: Option<Response>,
    splitter: LineSplitter,
    /// Read, and not yet split.
    bytes: Bytes,
    writer: SessionWriter,
    request_id: String,
}

impl Answers {
    /// The next part of the answer; `None` at its end. Safe to cancel.
    pub(crate) async fn next(&mut self) -> Result<Option<Value>, CallError> {
        loop {
            if self.writer.has_ended() {
                return Err(CallError::SessionEnded);
            }
            while let Some(line) = self.next_line() {
                if let Some(part) = self.part(line) {
                    return part;
                }
            }
            let Some(response) = self.response.as_mut() else {
                return Err(CallError::Unreachable("the answer breaks off".into()));
            };
            match response.chunk().await.map_err(|error| unreachable(&error))? {
                Some(bytes) => self.bytes = bytes,
                None => self.response = None,
            }
        }
    }

    fn next_line(&mut self) -> Option<Vec<u8>> {
        let mut bytes = &*self.bytes;
        let frame = self.splitter.next(&mut bytes);
        self.bytes = self.bytes.slice_ref(bytes);
        let frame = frame.or_else(|| {
            let ended = self.response.is_none().then(|| mem::replace(&mut self.splitter, LineSplitter::new(0)));
            ended?.finish()
        });
        match frame? {
            Frame::Line(line) | Frame::TooLong { head: line, .. } | Frame::Partial(line) => Some(line),
        }
    }

    /// What a line says for this call, if anything.
    fn part(&self, line: Vec<u8>) -> Option<Result<Option<Value>, CallError>> {
        match request::read(line) {
            Incoming::Answer(answer) if answer.request_id == self.request_id => Some(match answer.part {
                AnswerPart::Item(value) => Ok(Some(value)),
                AnswerPart::Error(text) => Err(CallError::Refused(text)),
                AnswerPart::Broken(reason) => Err(CallError::Malformed(reason)),
                AnswerPart::End => Ok(None),
            }),
            _ => None,
        }
    }
}

/// Without the address, which may hold what is nobody's business.
fn unreachable(error: &reqwest::Error) -> CallError {
    let kind = if error.is_timeout() {
        "it takes too long"
    } else if error.is_connect() {
        "no connection can be made"
    } else if error.is_builder() {
        "the session's id or the address cannot be sent"
    } else {
        "the connection breaks off"
    };
    CallError::Unreachable(kind.into())
}

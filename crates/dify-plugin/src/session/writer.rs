//! The lines of one session.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::connection::{MAX_OUTPUT_LINE_BYTES, Outbox};
use crate::{CallError, Error};

/// The longest error message sent. Beyond that it is cut: an error must always get through.
const MAX_ERROR_BYTES: usize = 64 * 1024;

/// Writes the lines of one session; clones share it. After the session's end nothing is written any more.
#[derive(Clone)]
pub(crate) struct SessionWriter(Arc<Inner>);

struct Inner {
    outbox: Outbox,
    /// The beginning of each line, up to the type of its data.
    head: Vec<u8>,
    ended: AtomicBool,
}

const STREAM: &[u8] = br#"stream","data":"#;
const ERROR: &[u8] = br#"error","data":"#;
const INVOKE: &[u8] = br#"invoke","data":"#;
const END: &[u8] = br#"end","data":{}"#;
const TAIL: &[u8] = b"}}\n";

impl SessionWriter {
    pub(crate) fn new(outbox: Outbox, session_id: &str) -> Self {
        let mut head = br#"{"event":"session","session_id":"#.to_vec();
        append_json(&mut head, &session_id);
        head.extend_from_slice(br#","data":{"type":""#);
        Self(Arc::new(Inner { outbox, head, ended: AtomicBool::new(false) }))
    }

    /// Sends one chunk of the answer.
    pub(crate) async fn stream(&self, chunk: &impl Serialize) -> Result<(), Error> {
        let json = serde_json::to_vec(chunk)
            .map_err(|error| Error::Internal(format!("a message cannot be written as JSON: {error}")))?;
        self.stream_with(json.len(), |line| line.extend_from_slice(&json)).await
    }

    /// Sends one chunk of the answer that `append` writes itself: JSON of `length` bytes, straight into the line.
    pub(crate) async fn stream_with(&self, length: usize, append: impl FnOnce(&mut Vec<u8>)) -> Result<(), Error> {
        let Inner { outbox, head, ended } = &*self.0;
        let length = head.len() + STREAM.len() + length + TAIL.len();
        if length > MAX_OUTPUT_LINE_BYTES {
            return Err(Error::Internal(format!(
                "a message of {length} bytes is too long for Dify, which takes at most {MAX_OUTPUT_LINE_BYTES}"
            )));
        }
        let write = |lines: &mut Vec<u8>| {
            if ended.load(Ordering::Relaxed) {
                return false;
            }
            for part in [head.as_slice(), STREAM] {
                lines.extend_from_slice(part);
            }
            append(lines);
            lines.extend_from_slice(TAIL);
            true
        };
        outbox.push(length, write).await.map_err(|_| Error::HostGone)
    }

    /// The line of a call back into Dify.
    pub(crate) fn invoke_line(
        &self,
        kind: &str,
        request_id: &str,
        request: &Map<String, Value>,
    ) -> Result<Vec<u8>, CallError> {
        let mut line = [self.0.head.as_slice(), INVOKE].concat();
        append_json(&mut line, &InvokeBody { kind, backwards_request_id: request_id, request });
        line.extend_from_slice(TAIL);
        let (bytes, limit) = (line.len(), MAX_OUTPUT_LINE_BYTES);
        if bytes > limit { Err(CallError::TooLong { bytes, limit }) } else { Ok(line) }
    }

    /// Sends a line of [`SessionWriter::invoke_line`].
    pub(crate) async fn send_invoke(&self, line: &[u8]) -> Result<(), CallError> {
        let write = |lines: &mut Vec<u8>| {
            if self.has_ended() {
                return false;
            }
            lines.extend_from_slice(line);
            true
        };
        let sent = self.0.outbox.push(line.len(), write).await;
        sent.map_err(|_| if self.has_ended() { CallError::SessionEnded } else { CallError::HostGone })
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.0.ended.load(Ordering::Relaxed)
    }

    /// Ends the session well.
    pub(crate) async fn end(&self) {
        self.finish(&[END]).await;
    }

    /// Ends the session with an error.
    pub(crate) async fn fail(&self, error: &Error) {
        let mut body = ERROR.to_vec();
        let mut message = error.to_string();
        message.truncate(message.floor_char_boundary_stable(MAX_ERROR_BYTES));
        let args = ErrorArgs { description: error.is_of_the_service().then_some(message.as_str()) };
        append_json(&mut body, &ErrorBody { error_type: error.error_type(), message: &message, args });
        self.finish(&[&body, END]).await;
    }

    async fn finish(&self, bodies: &[&[u8]]) {
        let Inner { outbox, head, ended } = &*self.0;
        let length = bodies.iter().map(|body| head.len() + body.len() + TAIL.len()).sum();
        let write = |lines: &mut Vec<u8>| {
            if ended.swap(true, Ordering::Relaxed) {
                return false;
            }
            for body in bodies {
                for part in [head.as_slice(), body, TAIL] {
                    lines.extend_from_slice(part);
                }
            }
            true
        };
        // Nobody is left to be told that the host is gone.
        let _ = outbox.push(length, write).await;
    }
}

#[derive(Serialize)]
struct InvokeBody<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    backwards_request_id: &'a str,
    request: &'a Map<String, Value>,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error_type: &'static str,
    message: &'a str,
    args: ErrorArgs<'a>,
}

/// Users may see `args`, so there is nothing in them but the message once more.
#[derive(Serialize)]
struct ErrorArgs<'a> {
    /// From here, and not from `message`, older releases of Dify's API take the text of the errors named `Invoke*Error`
    /// (stored copies of its `core/plugin/impl/base.py`, read 2026-11): without it the user reads no reason at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
}

pub(crate) fn append_json(line: &mut Vec<u8>, value: &impl Serialize) {
    let start = line.len();
    if serde_json::to_writer(&mut *line, value).is_err() {
        // Strings and plain structs, which is all that comes here, cannot fail.
        line.truncate(start);
        let _ = line.write_all(b"null");
    }
}

/// What `str::floor_char_boundary` does, which is younger than the oldest compiler supported.
trait FloorCharBoundary {
    fn floor_char_boundary_stable(&self, index: usize) -> usize;
}

impl FloorCharBoundary for str {
    fn floor_char_boundary_stable(&self, index: usize) -> usize {
        if index >= self.len() {
            return self.len();
        }
        (0..=index).rev().find(|index| self.is_char_boundary(*index)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(write: impl AsyncFnOnce(&SessionWriter)) -> Vec<String> {
        let outbox = Outbox::new();
        let session = SessionWriter::new(outbox.clone(), "s-\"1\"");
        let writing = async {
            write(&session).await;
            outbox.finish();
        };
        let mut all = Vec::new();
        let reading = async {
            let mut batch = Vec::new();
            while outbox.take_async(&mut batch).await {
                all.extend_from_slice(&batch);
            }
        };
        tokio::join!(writing, reading);
        String::from_utf8(all).unwrap().lines().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn lines_have_the_shapes_of_the_protocol() {
        let lines = lines(async |session| {
            session.stream(&serde_json::json!({"result": true})).await.unwrap();
            session.fail(&Error::RateLimited("slow \"down\"\n".into())).await;
        })
        .await;
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"event":"session","session_id":"s-\"1\"","data":{"type":"stream","data":{"result":true}}}
        {"event":"session","session_id":"s-\"1\"","data":{"type":"error","data":{"error_type":"InvokeRateLimitError","message":"slow \"down\"\n","args":{"description":"slow \"down\"\n"}}}}
        {"event":"session","session_id":"s-\"1\"","data":{"type":"end","data":{}}}
        "#);
    }

    #[tokio::test]
    async fn nothing_follows_the_end() {
        let lines = lines(async |session| {
            let late = session.clone();
            session.end().await;
            assert_eq!(late.stream(&1).await, Err(Error::HostGone));
            late.fail(&Error::Internal("late".into())).await;
            late.end().await;
        })
        .await;
        assert_eq!(lines.len(), 1, "{lines:?}");
    }

    #[tokio::test]
    async fn a_line_of_the_limit_passes_and_one_byte_more_does_not() {
        let frame = r#"{"event":"session","session_id":"s-\"1\"","data":{"type":"stream","data":""}}"#.len() + 1;
        let fits = "x".repeat(MAX_OUTPUT_LINE_BYTES - frame);
        let lines = lines(async |session| {
            session.stream(&fits).await.unwrap();
            let refused = session.stream(&format!("{fits}x")).await.unwrap_err();
            assert!(matches!(&refused, Error::Internal(text) if text.contains("5242880 bytes")), "{refused}");
            session.end().await;
        })
        .await;
        assert_eq!(lines.iter().map(|line| line.len() + 1).max(), Some(MAX_OUTPUT_LINE_BYTES));
        assert_eq!(lines.len(), 2);
    }

    #[tokio::test]
    async fn an_endless_error_message_is_cut_between_characters() {
        let lines = lines(async |session| session.fail(&Error::Internal("é".repeat(5_000_000))).await).await;
        assert!(lines[0].len() < MAX_ERROR_BYTES + 200, "{}", lines[0].len());
        assert_eq!(lines.len(), 2);
    }
}

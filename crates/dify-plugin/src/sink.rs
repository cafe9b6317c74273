//! Where a tool sends its messages.

use std::borrow::Borrow;

use bytes::Bytes;
use futures_util::Stream;
use serde::Serialize;
use serde_json::Value;

use crate::session::SessionWriter;
use crate::{BlobError, BlobMeta, Error, LogEntry, blob};

/// Names Dify's workflow engine keeps for itself (graphon 0.7.0).
const RESERVED_VARIABLES: [&str; 3] = ["text", "json", "files"];

/// Sends a tool's messages, in order, at once. Clones send to the same session.
///
/// Every method waits while the host reads more slowly than the tool sends, so memory stays bounded.
///
/// # Errors
///
/// All methods fail with [`Error::HostGone`] when the host no longer reads or the session has ended, and with
/// [`Error::Internal`] when the message would be a line beyond
/// [`MAX_OUTPUT_LINE_BYTES`](crate::connection::MAX_OUTPUT_LINE_BYTES); then nothing of it is sent.
///
/// # Caveats
///
/// Dify's daemon reads numbers as 64-bit floats: integers beyond 2^53 come out changed. Send long ids as strings.
#[derive(Clone)]
pub struct MessageSink {
    session: SessionWriter,
}

impl MessageSink {
    pub(crate) fn new(session: SessionWriter) -> Self {
        Self { session }
    }

    /// A piece of text. Pieces are put together; in a chat they are shown as they come.
    pub async fn text(&self, text: impl Into<String>) -> Result<(), Error> {
        self.send("text", TextBody { text: text.into() }).await
    }

    /// A link, shown as text.
    pub async fn link(&self, url: impl Into<String>) -> Result<(), Error> {
        self.send("link", TextBody { text: url.into() }).await
    }

    /// An image by its address, which Dify downloads into a file of its own. Where that fails the user gets the text
    /// of the failure instead.
    pub async fn image(&self, url: impl Into<String>) -> Result<(), Error> {
        self.send("image", TextBody { text: url.into() }).await
    }

    /// An object or an array for the node's `json` output.
    ///
    /// # Errors
    ///
    /// Also [`Error::Internal`] for any other kind of value, which Dify does not take.
    pub async fn json(&self, value: impl Borrow<Value> + Send + Sync) -> Result<(), Error> {
        let json_object: &Value = value.borrow();
        if !(json_object.is_object() || json_object.is_array()) {
            return Err(Error::Internal("a json message must be an object or an array".into()));
        }
        self.send("json", JsonBody { json_object }).await
    }

    /// An output of the node, declared under this name in the tool's `output_schema`.
    ///
    /// # Errors
    ///
    /// Also [`Error::Internal`] for the names Dify keeps for itself: `text`, `json` and `files`.
    pub async fn variable(&self, name: impl Into<String>, value: impl Into<Value>) -> Result<(), Error> {
        self.send_variable(name.into(), value.into(), false).await
    }

    /// A piece of a text output. Pieces of one name are put together and shown as they come.
    ///
    /// # Errors
    ///
    /// As [`MessageSink::variable`].
    pub async fn variable_piece(&self, name: impl Into<String>, piece: impl Into<String>) -> Result<(), Error> {
        self.send_variable(name.into(), Value::String(piece.into()), true).await
    }

    async fn send_variable(&self, variable_name: String, variable_value: Value, stream: bool) -> Result<(), Error> {
        if RESERVED_VARIABLES.contains(&variable_name.as_str()) {
            return Err(Error::Internal(format!("the variable name `{variable_name}` is reserved by Dify")));
        }
        self.send("variable", VariableBody { variable_name, variable_value, stream }).await
    }

    /// A step of the tool's work: once when it starts, and again (with the same id) when it is done.
    pub async fn log(&self, entry: impl Borrow<LogEntry> + Send + Sync) -> Result<(), Error> {
        let entry: &LogEntry = entry.borrow();
        self.send("log", entry).await
    }

    /// A file, streamed: at most one chunk of [`BLOB_CHUNK_BYTES`](crate::BLOB_CHUNK_BYTES) is held, besides what the
    /// stream itself holds. `total_length` is the file's size in bytes and must be right.
    ///
    /// Dify's API takes files up to 30 MB in older versions and 50 MiB in newer ones (2026-08); that limit is the
    /// caller's to keep.
    ///
    /// # Errors
    ///
    /// See [`BlobError`].
    pub async fn blob<S, E>(&self, meta: BlobMeta, total_length: u64, stream: S) -> Result<(), BlobError<E>>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Send,
    {
        blob::send(&self.session, &meta, total_length, stream).await
    }

    async fn send(&self, kind: &'static str, message: impl Serialize) -> Result<(), Error> {
        self.session.stream(&Chunk { kind, message, meta: () }).await
    }
}

impl std::fmt::Debug for MessageSink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageSink").finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Chunk<M> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: M,
    /// Always null but for blobs.
    meta: (),
}

#[derive(Serialize)]
struct TextBody {
    text: String,
}

#[derive(Serialize)]
struct JsonBody<'a> {
    json_object: &'a Value,
}

#[derive(Serialize)]
struct VariableBody {
    variable_name: String,
    variable_value: Value,
    stream: bool,
}

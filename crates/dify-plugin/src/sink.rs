//! Where a tool sends its messages.

use std::borrow::Borrow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::Stream;
use serde::Serialize;
use serde_json::Value;

use crate::connection::MAX_OUTPUT_LINE_BYTES;
use crate::session::SessionWriter;
use crate::{BlobError, BlobMeta, Error, LogEntry, RetrieverResource, blob};

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
///
/// An agent turns all messages of a tool into one text for its model: [`log`](Self::log), [`json`](Self::json) and, in
/// Dify's own agent service, the bytes of every file. Only variables and [`json_suppressed`](Self::json_suppressed) stay
/// out. An agent node fails on files other than images (Dify 1.16.0 with its agent plugin 0.0.45). So a tool that agents
/// use asks who calls (see [`Session`](crate::Session)) and sends them text, variables and suppressed JSON.
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

    /// An image by its address, with its type, such as `image/png`, for where the address does not tell it.
    pub async fn image_of_type(&self, url: impl Into<String>, mime_type: impl Into<String>) -> Result<(), Error> {
        let meta = ImageMeta { mime_type: mime_type.into() };
        self.session.stream(&Chunk { kind: "image", message: TextBody { text: url.into() }, meta }).await
    }

    /// An object or an array for the node's `json` output.
    ///
    /// # Errors
    ///
    /// Also [`Error::Internal`] for any other kind of value, which Dify does not take.
    pub async fn json(&self, value: impl Borrow<Value> + Send + Sync) -> Result<(), Error> {
        self.send_json(value.borrow(), false).await
    }

    /// The same, kept out of the text that an agent makes for its model (`suppress_output`). Nodes of workflows take no
    /// notice of it, so it is the better choice for all JSON whose meaning the text tells as well.
    ///
    /// Agent strategy plugins older than 0.0.45 may show it to the model all the same.
    ///
    /// # Errors
    ///
    /// As [`MessageSink::json`].
    pub async fn json_suppressed(&self, value: impl Borrow<Value> + Send + Sync) -> Result<(), Error> {
        self.send_json(value.borrow(), true).await
    }

    async fn send_json(&self, json_object: &Value, suppress_output: bool) -> Result<(), Error> {
        if !(json_object.is_object() || json_object.is_array()) {
            return Err(Error::Internal("a json message must be an object or an array".into()));
        }
        self.send("json", JsonBody { json_object, suppress_output }).await
    }

    /// An output of the node, declared under this name in the tool's `output_schema`. Older engines of Dify take any
    /// value but null.
    ///
    /// # Errors
    ///
    /// Also [`Error::Internal`] for an empty name and the names Dify keeps for itself: `text`, `json` and `files`.
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
        if variable_name.is_empty() {
            return Err(Error::Internal("a variable must have a name".into()));
        }
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

    /// What was found in a knowledge base, and the text made of it for a model. Agents use it, workflows do not. Needs
    /// dify-plugin-daemon 0.0.10.
    pub async fn retriever_resources(
        &self,
        resources: impl IntoIterator<Item = RetrieverResource> + Send,
        context: impl Into<String> + Send,
    ) -> Result<(), Error> {
        let retriever_resources: Vec<_> = resources.into_iter().collect();
        let context = context.into();
        self.send("retriever_resources", RetrieverBody { retriever_resources, context }).await
    }

    /// A small file in one message. It is one line, so about 3.9 MB are the most; [`MessageSink::blob`] has no such
    /// limit, and is what the Python SDK sends too.
    pub async fn blob_in_one(&self, meta: BlobMeta, bytes: impl AsRef<[u8]> + Send) -> Result<(), Error> {
        let bytes = bytes.as_ref();
        if bytes.len() > MAX_OUTPUT_LINE_BYTES / 4 * 3 {
            return Err(Error::Internal(format!("a file of {} bytes is too large for one message", bytes.len())));
        }
        let message = BlobBody { blob: STANDARD.encode(bytes) };
        self.session.stream(&Chunk { kind: "blob", message, meta }).await
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
struct Chunk<M, E> {
    #[serde(rename = "type")]
    kind: &'static str,
    message: M,
    /// Null for most kinds.
    meta: E,
}

#[derive(Serialize)]
struct ImageMeta {
    mime_type: String,
}

#[derive(Serialize)]
struct TextBody {
    text: String,
}

#[derive(Serialize)]
struct JsonBody<'a> {
    json_object: &'a Value,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    suppress_output: bool,
}

#[derive(Serialize)]
struct RetrieverBody {
    retriever_resources: Vec<RetrieverResource>,
    context: String,
}

#[derive(Serialize)]
struct BlobBody {
    blob: String,
}

#[derive(Serialize)]
struct VariableBody {
    variable_name: String,
    variable_value: Value,
    stream: bool,
}

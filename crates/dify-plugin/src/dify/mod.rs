//! Calls back into Dify: its storage, files, apps, tools and models.
//!
//! Every call of a tool or endpoint carries a [`Dify`]. It works while that session is open; afterwards all calls fail
//! with [`CallError::SessionEnded`]. Most need a permission in the plugin's manifest (`resource.permission`), and fail
//! with [`CallError::PermissionDenied`] without it. Several calls may run at once.
//!
//! ```
//! use dify_plugin::{CallError, ToolCall};
//!
//! /// Counts the calls of a user. Two at once may count as one: Dify's storage knows no transactions.
//! async fn count(call: &ToolCall) -> Result<u64, CallError> {
//!     let key = format!("calls/{}", call.session.user_id.as_deref().unwrap_or("nobody"));
//!     let storage = call.dify.storage();
//!     let before = storage.get(&key).await?.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
//!     let now = before.unwrap_or(0_u64) + 1;
//!     storage.set(&key, now.to_string()).await?;
//!     Ok(now)
//! }
//! ```
//!
//! Shapes, limits and texts are those of dify-plugin-daemon 0.6.10 and `dify_plugin` 0.10.1 (2026-08).

mod answers;
mod app;
pub mod llm;
mod storage;
mod tool;
mod upload;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use answers::Answers;
pub use app::{AppEvent, AppRequest};
pub use storage::{MAX_STORAGE_KEY_BYTES, Storage};
pub use tool::{ToolKind, ToolMessage, ToolRequest};
pub use upload::{UploadSlot, UploadedFile};

use crate::backwards::{Backwards, ResponseStream, SILENCE};
use crate::{CallError, Session};

/// The kinds of calls that have no method of their own, for [`Dify::invoke`] and [`Dify::invoke_stream`], with the
/// permission each needs.
pub mod kind {
    /// Texts to vectors: one answer. Needs `model.text_embedding`.
    pub const TEXT_EMBEDDING: &str = "text_embedding";
    /// Texts and pictures to vectors: one answer. Needs `model.text_embedding`.
    pub const MULTIMODAL_EMBEDDING: &str = "multimodal_embedding";
    /// Documents ordered by a query: one answer. Needs `model.rerank`.
    pub const RERANK: &str = "rerank";
    /// Documents and pictures ordered by a query: one answer. Needs `model.rerank`.
    pub const MULTIMODAL_RERANK: &str = "multimodal_rerank";
    /// Text to speech: a stream. Needs `model.tts`.
    pub const TTS: &str = "tts";
    /// Speech to text: one answer. Needs `model.speech2text`.
    pub const SPEECH2TEXT: &str = "speech2text";
    /// Whether a text is harmless: one answer. Needs `model.moderation`.
    pub const MODERATION: &str = "moderation";
    /// The workflow node that extracts parameters: one answer. Needs `node`.
    pub const NODE_PARAMETER_EXTRACTOR: &str = "node_parameter_extractor";
    /// The workflow node that classifies questions: one answer. Needs `node`.
    pub const NODE_QUESTION_CLASSIFIER: &str = "node_question_classifier";
}

/// The way back into Dify, for one session. Clones share it.
#[derive(Clone)]
pub struct Dify {
    backwards: Backwards,
    caller: Arc<Caller>,
}

/// What calls of tools tell about who makes them.
struct Caller {
    app_id: Option<String>,
    context: Option<Value>,
}

impl Dify {
    pub(crate) fn new(backwards: Backwards, session: &Session) -> Self {
        let caller = Caller { app_id: session.app_id.clone(), context: session.context.clone() };
        Self { backwards, caller: Arc::new(caller) }
    }

    /// Of no session: every call fails with [`CallError::SessionEnded`]. For tests that make a call by hand.
    pub fn detached() -> Self {
        Self::new(Backwards::detached(), &Session::default())
    }

    /// Any call that has one answer, typed by the caller. The [kinds](kind) without a method of their own go this way.
    ///
    /// ```
    /// # use dify_plugin::{CallError, dify::{Dify, kind}};
    /// #[derive(serde::Deserialize)]
    /// struct Verdict {
    ///     result: bool,
    /// }
    ///
    /// async fn is_harmful(dify: &Dify, text: &str) -> Result<bool, CallError> {
    ///     let request = serde_json::json!({
    ///         "provider": "openai", "model": "omni-moderation-latest", "model_type": "moderation", "text": text,
    ///     });
    ///     Ok(dify.invoke::<Verdict>(kind::MODERATION, &request).await?.result)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`CallError::Invalid`] when the request is no JSON object, [`CallError::Malformed`] when the answer is no `T`,
    /// and all others.
    pub async fn invoke<T: DeserializeOwned>(&self, kind: &str, request: &impl Serialize) -> Result<T, CallError> {
        let answer = self.call(kind, request).await?.only().await.map_err(classify)?;
        decode(kind, answer)
    }

    /// Any call whose answer is a stream, each part typed by the caller.
    ///
    /// # Errors
    ///
    /// As [`Dify::invoke`]; those of the answer come with its parts.
    pub async fn invoke_stream<T: DeserializeOwned>(
        &self,
        kind: &str,
        request: &impl Serialize,
    ) -> Result<Answers<T>, CallError> {
        Ok(Answers::new(kind, self.call(kind, request).await?))
    }

    async fn call(&self, kind: &str, request: &impl Serialize) -> Result<ResponseStream, CallError> {
        match serde_json::to_value(request) {
            Ok(Value::Object(request)) => self.backwards.call(kind, request, SILENCE).await.map_err(classify),
            _ => Err(CallError::Invalid(format!("the request of a call of `{kind}` must be a JSON object"))),
        }
    }
}

impl fmt::Debug for Dify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dify").finish_non_exhaustive()
    }
}

impl Caller {
    /// The credential that an agent chose for this provider's tools.
    fn credential(&self, provider: &str) -> Option<&str> {
        self.context.as_ref()?.get("credentials")?.get("tool_credentials")?.get(provider)?.as_str()
    }
}

/// Tells by Dify's text what an error means, where that is certain.
fn classify(error: CallError) -> CallError {
    match error {
        CallError::Refused(text) if text.starts_with("permission denied") => CallError::PermissionDenied(text),
        CallError::Refused(text) if text.starts_with("unsupported invoke type") => CallError::Unsupported(text),
        other => other,
    }
}

/// The reasons of `serde` quote values, which may be private: they are left out.
fn decode<T: DeserializeOwned>(kind: &str, answer: Value) -> Result<T, CallError> {
    serde_json::from_value(answer)
        .map_err(|_| CallError::Malformed(format!("the answer to `{kind}` has another shape")))
}

fn required(what: &str, value: &str) -> Result<(), CallError> {
    if value.is_empty() { Err(CallError::Invalid(format!("{what} must not be empty"))) } else { Ok(()) }
}

/// Fields that are not typed here.
pub(crate) type More = Map<String, Value>;

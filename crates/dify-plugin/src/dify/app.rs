//! Apps of the same workspace.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Answers, Dify, More, required};
use crate::CallError;

/// A run of an app: a workflow, a chat or a completion.
///
/// ```
/// # use dify_plugin::{CallError, dify::{AppRequest, Dify}};
/// # async fn run(dify: &Dify) -> Result<(), CallError> {
/// let answer = dify.run_app(AppRequest::new("7c3f…").input("topic", "tides").query("What are they?")).await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct AppRequest {
    app_id: String,
    inputs: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<String>,
    response_mode: &'static str,
}

impl AppRequest {
    /// A run of the app of this id, without inputs.
    pub fn new(app_id: impl Into<String>) -> Self {
        Self {
            app_id: app_id.into(),
            inputs: Map::new(),
            query: None,
            conversation_id: None,
            response_mode: "streaming",
        }
    }

    /// Sets one input. For a file see [`UploadedFile::to_input`](super::UploadedFile::to_input).
    pub fn input(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.inputs.insert(name.into(), value.into());
        self
    }

    /// What the user says; chats need it.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Goes on with a conversation of a chat.
    pub fn conversation(mut self, conversation_id: impl Into<String>) -> Self {
        self.conversation_id = Some(conversation_id.into());
        self
    }
}

/// One event of a running app, such as `workflow_started`, `message` or `workflow_finished`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AppEvent {
    /// Its name.
    #[serde(default)]
    pub event: String,
    /// All its other fields, as they came.
    #[serde(flatten)]
    pub fields: More,
}

impl Dify {
    /// What an app is: its inputs, features and texts, as Dify's API tells them. Needs the permission `app` and
    /// dify-plugin-daemon 0.0.8.
    ///
    /// # Errors
    ///
    /// [`CallError::NotFound`] when the workspace has no such app, and others.
    pub async fn fetch_app(&self, app_id: &str) -> Result<Map<String, Value>, CallError> {
        required("the app's id", app_id)?;
        self.invoke("fetch_app", &json!({"app_id": app_id})).await.map_err(app_not_found)
    }

    /// Runs an app and waits for its whole answer. Needs the permission `app`.
    ///
    /// Dify waits at most 240 s (`DIFY_BACKWARDS_INVOCATION_READ_TIMEOUT`).
    ///
    /// # Errors
    ///
    /// [`CallError::NotFound`] when the workspace has no such app, and others.
    pub async fn run_app(&self, request: AppRequest) -> Result<Map<String, Value>, CallError> {
        required("the app's id", &request.app_id)?;
        let request = AppRequest { response_mode: "blocking", ..request };
        self.invoke("app", &request).await.map_err(app_not_found)
    }

    /// Runs an app and hands on its events as they come. Needs the permission `app`.
    ///
    /// # Errors
    ///
    /// Those of Dify come with the first event.
    pub async fn stream_app(&self, request: AppRequest) -> Result<Answers<AppEvent>, CallError> {
        required("the app's id", &request.app_id)?;
        self.invoke_stream("app", &request).await
    }
}

/// Dify's API says so in the middle of its text (2026-08).
fn app_not_found(error: CallError) -> CallError {
    match error {
        CallError::Refused(text) if text.contains("app not found") => CallError::NotFound(text),
        other => other,
    }
}

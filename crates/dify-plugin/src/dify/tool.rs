//! Tools of other plugins.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use super::{Answers, Dify, More, required};
use crate::CallError;

/// Where a tool comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ToolKind {
    /// A plugin, or Dify itself.
    Builtin,
    /// A workflow published as a tool.
    Workflow,
    /// A custom tool made of an API's description.
    Api,
    /// A server of the Model Context Protocol.
    Mcp,
}

/// A call of another tool.
#[derive(Debug, Clone)]
#[must_use]
pub struct ToolRequest {
    kind: ToolKind,
    provider: String,
    tool: String,
    parameters: Map<String, Value>,
    credential_id: Option<String>,
}

impl ToolRequest {
    /// A call without parameters. A plugin's provider is named `author/plugin/provider`.
    pub fn new(kind: ToolKind, provider: impl Into<String>, tool: impl Into<String>) -> Self {
        Self { kind, provider: provider.into(), tool: tool.into(), parameters: Map::new(), credential_id: None }
    }

    /// Sets one parameter.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Which of the provider's credentials to use. Without it, the one an agent chose, and else the default.
    pub fn credential(mut self, credential_id: impl Into<String>) -> Self {
        self.credential_id = Some(credential_id.into());
        self
    }
}

impl Dify {
    /// Calls another tool. Needs the permission `tool`.
    ///
    /// ```
    /// # use dify_plugin::{CallError, dify::{Dify, ToolKind, ToolMessage, ToolRequest}};
    /// # async fn time(dify: &Dify) -> Result<String, CallError> {
    /// let request = ToolRequest::new(ToolKind::Builtin, "time", "current_time").parameter("timezone", "UTC");
    /// let mut messages = dify.tool(request).await?;
    /// let mut text = String::new();
    /// while let Some(message) = messages.next().await {
    ///     if let ToolMessage::Text(piece) = message? {
    ///         text.push_str(&piece);
    ///     }
    /// }
    /// # Ok(text) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the tool come with its messages.
    pub async fn tool(&self, request: ToolRequest) -> Result<Answers<ToolMessage>, CallError> {
        let ToolRequest { kind, provider, tool, parameters, credential_id } = request;
        required("the tool's provider", &provider)?;
        required("the tool's name", &tool)?;
        let credential_id = credential_id.as_deref().or_else(|| self.caller.credential(&provider));
        let mut request = json!({"tool_type": kind, "provider": provider, "tool": tool, "tool_parameters": parameters});
        for (name, value) in [("app_id", self.caller.app_id.as_deref()), ("credential_id", credential_id)] {
            if let (Some(value), Some(request)) = (value, request.as_object_mut()) {
                request.insert(name.to_owned(), value.into());
            }
        }
        self.invoke_stream("tool", &request).await
    }
}

/// One message of another tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolMessage {
    /// A piece of text.
    Text(String),
    /// A link.
    Link(String),
    /// A picture by its address.
    Image(String),
    /// An object or an array.
    Json(Value),
    /// An output by name, whole or (`stream`) a piece of a text.
    Variable {
        /// The output's name.
        name: String,
        /// Its value.
        value: Value,
        /// Whether pieces are to be put together.
        stream: bool,
    },
    /// A file.
    Blob {
        /// Its bytes.
        bytes: Vec<u8>,
        /// `mime_type`, `filename` and what else there is.
        meta: More,
    },
    /// A piece of a file. Those of one id are put together in the order in which they come.
    BlobChunk {
        /// The file's id.
        id: String,
        /// The whole file's bytes.
        total_length: u64,
        /// This piece's bytes.
        bytes: Vec<u8>,
        /// Whether it is the last.
        end: bool,
        /// `mime_type`, `filename` and what else there is.
        meta: More,
    },
    /// Any other kind, such as `log`, `file` or `image_link`, and what does not have the shape of its kind.
    Other {
        /// The message's `type`.
        kind: String,
        /// Its content.
        message: Value,
        /// What else there is.
        meta: More,
    },
}

#[derive(Deserialize)]
struct Raw {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: Value,
    #[serde(default)]
    meta: Option<More>,
}

impl<'de> Deserialize<'de> for ToolMessage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Raw { kind, message, meta } = Raw::deserialize(deserializer)?;
        let meta = meta.unwrap_or_default();
        Ok(Self::typed(&kind, &message, &meta).unwrap_or(Self::Other { kind, message, meta }))
    }
}

impl ToolMessage {
    fn typed(kind: &str, message: &Value, meta: &More) -> Option<Self> {
        let text = |name: &str| message.get(name)?.as_str().map(str::to_owned);
        let bytes = || STANDARD.decode(message.get("blob")?.as_str()?).ok();
        let flag = |name: &str| message.get(name).and_then(Value::as_bool).unwrap_or_default();
        Some(match kind {
            "text" => Self::Text(text("text")?),
            "link" => Self::Link(text("text")?),
            "image" => Self::Image(text("text")?),
            "json" => Self::Json(message.get("json_object")?.clone()),
            "variable" => Self::Variable {
                name: text("variable_name")?,
                value: message.get("variable_value")?.clone(),
                stream: flag("stream"),
            },
            "blob" => Self::Blob { bytes: bytes()?, meta: meta.clone() },
            "blob_chunk" => Self::BlobChunk {
                id: text("id")?,
                total_length: message.get("total_length")?.as_u64()?,
                bytes: bytes()?,
                end: flag("end"),
                meta: meta.clone(),
            },
            _ => return None,
        })
    }
}

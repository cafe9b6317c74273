//! What is said to a model, and what a model says.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dify::More;

/// One message of a conversation with a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptMessage {
    /// Who speaks.
    pub role: Role,
    /// What is said; nothing, where a model only uses tools.
    #[serde(default, serialize_with = "none_as_empty")]
    pub content: Option<Content>,
    /// The speaker's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The tools the model wants to use.
    #[serde(default, deserialize_with = "null_as_empty", skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolUse>,
    /// The use of a tool that this message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call_id: Option<String>,
    /// All other fields, as they came.
    #[serde(flatten)]
    pub more: More,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Instructions.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
    /// A tool's result.
    Tool,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// Plain text.
    Text(String),
    /// Texts, pictures and more.
    Parts(Vec<ContentPart>),
}

/// A part of a message. The fields are Dify's own names; which are used depends on the type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContentPart {
    /// `text`, `image`, `audio`, `video` or `document`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text, its address, Base64 data and what describes it: `data`, `url`, `base64_data`, `mime_type`, `format`,
    /// `detail`, `filename`.
    #[serde(flatten)]
    pub fields: More,
}

/// A model's wish to use a tool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolUse {
    /// Its id, repeated by the answer.
    #[serde(default)]
    pub id: String,
    /// Always `function`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Which, and with what.
    pub function: Function,
}

/// The tool a model wants to use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its arguments, JSON as text. In a stream only a piece of it.
    #[serde(default)]
    pub arguments: String,
}

/// A tool offered to a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PromptTool {
    /// Its name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// Its arguments, a JSON Schema.
    pub parameters: Map<String, Value>,
}

impl PromptMessage {
    /// Instructions.
    pub fn system(text: impl Into<String>) -> Self {
        Self::new(Role::System, Content::Text(text.into()))
    }

    /// What the user says.
    pub fn user(text: impl Into<String>) -> Self {
        Self::new(Role::User, Content::Text(text.into()))
    }

    /// What the model said before.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::new(Role::Assistant, Content::Text(text.into()))
    }

    /// The result of a tool, for the use of this id.
    pub fn tool(tool_call_id: impl Into<String>, text: impl Into<String>) -> Self {
        let message = Self::new(Role::Tool, Content::Text(text.into()));
        Self { tool_call_id: Some(tool_call_id.into()), ..message }
    }

    /// Any message.
    pub fn new(role: Role, content: Content) -> Self {
        let content = Some(content);
        Self { role, content, name: None, tool_calls: Vec::new(), tool_call_id: None, more: More::new() }
    }

    /// The texts in it, put together.
    pub fn text(&self) -> String {
        match &self.content {
            None => String::new(),
            Some(Content::Text(text)) => text.clone(),
            Some(Content::Parts(parts)) => parts
                .iter()
                .filter(|part| part.kind == "text")
                .filter_map(|part| part.fields.get("data")?.as_str())
                .collect(),
        }
    }
}

impl ContentPart {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::of("text", [("data", text.into())])
    }

    /// A picture, or (`kind`) an `audio`, `video` or `document`, by its address.
    pub fn link(kind: impl Into<String>, url: impl Into<String>, mime_type: &str) -> Self {
        Self::of(kind, [("url", url.into()), ("format", format_of(mime_type)), ("mime_type", mime_type.into())])
    }

    /// A picture, or (`kind`) an `audio`, `video` or `document`, as Base64.
    pub fn base64(kind: impl Into<String>, data: impl Into<String>, mime_type: &str) -> Self {
        Self::of(
            kind,
            [("base64_data", data.into()), ("format", format_of(mime_type)), ("mime_type", mime_type.into())],
        )
    }

    fn of<const N: usize>(kind: impl Into<String>, fields: [(&str, String); N]) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        Self { kind: kind.into(), fields }
    }
}

/// The short name of a format, which Dify wants beside the type: `png` of `image/png`.
fn format_of(mime_type: &str) -> String {
    mime_type.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Dify takes no message without content.
#[expect(clippy::ref_option, reason = "as serde calls it")]
fn none_as_empty<S: serde::Serializer>(content: &Option<Content>, serializer: S) -> Result<S::Ok, S::Error> {
    match content {
        Some(content) => content.serialize(serializer),
        None => serializer.serialize_str(""),
    }
}

fn null_as_empty<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<ToolUse>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

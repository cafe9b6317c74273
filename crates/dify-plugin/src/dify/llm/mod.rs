//! Language models set up in the workspace.

mod chunk;
mod prompt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use chunk::{LlmAnswer, LlmChunk, LlmDelta, LlmUsage};
pub use prompt::{Content, ContentPart, Function, PromptMessage, PromptTool, Role, ToolUse};

use super::{Answers, Dify, required};
use crate::CallError;

/// A request to a language model.
///
/// ```
/// # use dify_plugin::{CallError, dify::{Dify, llm::{LlmRequest, PromptMessage}}};
/// # async fn ask(dify: &Dify) -> Result<String, CallError> {
/// let request = LlmRequest::new("langgenius/openai/openai", "gpt-4o-mini")
///     .message(PromptMessage::system("Answer in one sentence."))
///     .message(PromptMessage::user("Why do tides come twice a day?"))
///     .parameter("temperature", 0.2);
/// let answer = dify.llm(request).await?;
/// # Ok(answer.text) }
/// ```
#[derive(Debug, Clone, Serialize)]
#[must_use]
pub struct LlmRequest {
    provider: String,
    model: String,
    model_type: &'static str,
    mode: String,
    completion_params: Map<String, Value>,
    prompt_messages: Vec<PromptMessage>,
    tools: Option<Vec<PromptTool>>,
    stop: Option<Vec<String>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_output_schema: Option<Map<String, Value>>,
}

/// The value of a parameter of the type `model-selector`, as far as it is needed.
#[derive(Deserialize)]
struct Selected {
    provider: String,
    model: String,
    #[serde(default)]
    mode: Option<String>,
    #[serde(default)]
    completion_params: Option<Map<String, Value>>,
}

impl LlmRequest {
    /// A request to a model of the mode `chat`, without messages.
    pub fn new(provider: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            model: model.into(),
            model_type: "llm",
            mode: "chat".into(),
            completion_params: Map::new(),
            prompt_messages: Vec::new(),
            tools: None,
            stop: None,
            stream: true,
            structured_output_schema: None,
        }
    }

    /// A request to the model a user chose: the value of a parameter of the type `model-selector`.
    ///
    /// # Errors
    ///
    /// [`CallError::Invalid`] when the value names no model.
    pub fn selected(value: &Value) -> Result<Self, CallError> {
        let Selected { provider, model, mode, completion_params } =
            Selected::deserialize(value).map_err(|_| CallError::Invalid("the value is no chosen model".into()))?;
        let mut request = Self::new(provider, model);
        request.completion_params = completion_params.unwrap_or_default();
        match mode {
            Some(mode) if !mode.is_empty() => Ok(request.mode(mode)),
            _ => Ok(request),
        }
    }

    /// Adds a message.
    pub fn message(mut self, message: PromptMessage) -> Self {
        self.prompt_messages.push(message);
        self
    }

    /// Sets a parameter of the model, such as `temperature`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.completion_params.insert(name.into(), value.into());
        self
    }

    /// Sets the mode, `chat` or `completion`.
    pub fn mode(mut self, mode: impl Into<String>) -> Self {
        self.mode = mode.into();
        self
    }

    /// Offers the model a tool. Its calls come in the answer; to run them is the caller's.
    pub fn tool(mut self, tool: PromptTool) -> Self {
        self.tools.get_or_insert_default().push(tool);
        self
    }

    /// A text at which the model stops.
    pub fn stop(mut self, word: impl Into<String>) -> Self {
        self.stop.get_or_insert_default().push(word.into());
        self
    }

    /// Asks for an object of this JSON Schema; it comes as `structured_output`.
    pub fn schema(mut self, schema: Map<String, Value>) -> Self {
        self.structured_output_schema = Some(schema);
        self
    }

    fn kind(&self) -> Result<&'static str, CallError> {
        required("the model's provider", &self.provider)?;
        required("the model's name", &self.model)?;
        required("the model's mode", &self.mode)?;
        Ok(if self.structured_output_schema.is_some() { "llm_structured_output" } else { "llm" })
    }
}

impl Dify {
    /// Asks a language model and waits for its whole answer. Needs the permission `model.llm`.
    ///
    /// # Errors
    ///
    /// [`CallError::Refused`] with the text of the model's provider, and others.
    pub async fn llm(&self, request: LlmRequest) -> Result<LlmAnswer, CallError> {
        let request = LlmRequest { stream: false, ..request };
        let mut chunks = self.invoke_stream::<LlmChunk>(request.kind()?, &request).await?;
        let mut answer = LlmAnswer::default();
        while let Some(chunk) = chunks.next().await {
            answer.add(chunk?);
        }
        Ok(answer)
    }

    /// Asks a language model and hands on the pieces of its answer as they come. Needs the permission `model.llm`.
    ///
    /// # Errors
    ///
    /// Those of the model come with the first piece.
    pub async fn stream_llm(&self, request: LlmRequest) -> Result<Answers<LlmChunk>, CallError> {
        self.invoke_stream(request.kind()?, &request).await
    }

    /// A summary of a text by the model the workspace uses for itself, which follows `instruction`. Needs the permission
    /// `model.llm`.
    pub async fn summary(&self, text: &str, instruction: &str) -> Result<String, CallError> {
        required("the text", text)?;
        let Summary { summary } =
            self.invoke("system_summary", &json!({"text": text, "instruction": instruction})).await?;
        Ok(summary)
    }
}

#[derive(Deserialize)]
struct Summary {
    summary: String,
}

//! A model's answer, in pieces and whole.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{PromptMessage, ToolUse};
use crate::dify::More;

/// A piece of a model's answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LlmChunk {
    /// The model that answers.
    pub model: String,
    /// What is new.
    pub delta: LlmDelta,
    /// The object that was asked for by a schema, in the piece that completes it.
    #[serde(default)]
    pub structured_output: Option<Map<String, Value>>,
    /// All other fields, as they came.
    #[serde(flatten)]
    pub more: More,
}

/// What is new in a piece.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LlmDelta {
    /// Counts from 0; some models always say 0.
    #[serde(default)]
    pub index: i64,
    /// The piece itself.
    pub message: PromptMessage,
    /// What it took, with the last piece.
    #[serde(default)]
    pub usage: Option<LlmUsage>,
    /// Why the answer ended, with the last piece: `stop`, `length`, …
    #[serde(default)]
    pub finish_reason: Option<String>,
    /// All other fields, as they came.
    #[serde(flatten)]
    pub more: More,
}

/// What an answer took.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct LlmUsage {
    /// Tokens of the prompt.
    #[serde(default)]
    pub prompt_tokens: u64,
    /// Tokens of the answer.
    #[serde(default)]
    pub completion_tokens: u64,
    /// Tokens of both.
    #[serde(default)]
    pub total_tokens: u64,
    /// The price, a decimal number as text.
    #[serde(default, deserialize_with = "decimal")]
    pub total_price: Option<String>,
    /// The price's currency, such as `USD`.
    #[serde(default)]
    pub currency: Option<String>,
    /// Seconds.
    #[serde(default)]
    pub latency: Option<f64>,
    /// All other fields, as they came: prices by the token and their units.
    #[serde(flatten)]
    pub more: More,
}

/// A model's whole answer.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LlmAnswer {
    /// The model that answered.
    pub model: String,
    /// Its text.
    pub text: String,
    /// The tools it wants to use.
    pub tool_calls: Vec<ToolUse>,
    /// The object that was asked for by a schema.
    pub structured_output: Option<Map<String, Value>>,
    /// What it took.
    pub usage: Option<LlmUsage>,
    /// Why it ended.
    pub finish_reason: Option<String>,
}

impl LlmChunk {
    /// The text of this piece.
    pub fn text(&self) -> String {
        self.delta.message.text()
    }
}

impl LlmAnswer {
    pub(super) fn add(&mut self, chunk: LlmChunk) {
        self.text.push_str(&chunk.text());
        let LlmChunk { model, delta, structured_output, .. } = chunk;
        self.model = model;
        if !delta.message.tool_calls.is_empty() {
            self.tool_calls = delta.message.tool_calls;
        }
        self.structured_output = structured_output.or(self.structured_output.take());
        self.usage = delta.usage.or(self.usage.take());
        self.finish_reason = delta.finish_reason.or(self.finish_reason.take());
    }
}

/// Dify's daemon writes decimals as text, and reads numbers too.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    })
}

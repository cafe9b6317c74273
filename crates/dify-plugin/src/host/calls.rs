//! Dify's answers to a plugin's calls.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;

use super::event::BackwardsCall;
use super::invocation::envelope_line;
use super::link::Input;

/// What a call is answered with: the data of its parts, or at last a text of what went wrong. The end is added.
pub type Reply = Vec<Result<Value, String>>;

/// Answers calls by itself.
pub(super) struct Answerer {
    pub(super) input: Arc<Mutex<Option<Input>>>,
    pub(super) reply: Box<dyn Fn(&BackwardsCall) -> Reply + Send + Sync>,
}

impl Answerer {
    /// In a task of its own: the reader of the plugin's lines must not wait for the writer's.
    pub(super) fn answer(&self, call: &BackwardsCall) {
        let mut lines: Vec<_> = (self.reply)(call).into_iter().map(|part| line_of(call, part)).collect();
        lines.push(end_of(call));
        let input = self.input.clone();
        tokio::spawn(async move {
            if let Some(input) = input.lock().await.as_mut() {
                input.send(lines.concat().as_bytes()).await;
            }
        });
    }
}

impl fmt::Debug for Answerer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answerer").finish_non_exhaustive()
    }
}

/// The line of one part of an answer, with its end.
pub(super) fn line_of(call: &BackwardsCall, part: Result<Value, String>) -> String {
    match part {
        Ok(data) => line(call, "response", "stream", &data),
        Err(text) => line(call, "error", &text, &Value::Null),
    }
}

pub(super) fn end_of(call: &BackwardsCall) -> String {
    line(call, "end", "", &Value::Null)
}

fn line(call: &BackwardsCall, event: &str, message: &str, data: &Value) -> String {
    let data = json!({"backwards_request_id": call.id, "event": event, "message": message, "data": data});
    let mut line = envelope_line(&call.session_id, &Map::new(), "backwards_response", data);
    line.push('\n');
    line
}

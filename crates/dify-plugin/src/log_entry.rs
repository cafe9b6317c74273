//! Steps of a tool's work, as Dify shows them.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// One step of a tool's work. Send it when it starts and once more, finished, when it is done: both messages have the
/// same id, and Dify shows the later one in the place of the earlier.
///
/// ```
/// # use dify_plugin::{Error, LogEntry, MessageSink};
/// # async fn tool(out: MessageSink) -> Result<(), Error> {
/// let step = LogEntry::start("wait for the answer");
/// out.log(&step).await?;
/// // ... wait ...
/// out.log(step.success()).await?;
/// # Ok(()) }
/// ```
///
/// Log messages do not get into a node's outputs, so they are the place for progress. Dify's workflow nodes stopped
/// showing them about 2026-03; agents show them.
#[derive(Debug, Clone, Serialize)]
pub struct LogEntry {
    id: String,
    label: String,
    parent_id: Option<String>,
    error: Option<String>,
    status: Status,
    data: Map<String, Value>,
    metadata: Metadata,
    #[serde(skip)]
    started: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Start,
    Success,
    Error,
}

/// Times in seconds, dates since 1970.
#[derive(Debug, Clone, Default, Serialize)]
struct Metadata {
    started_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_time: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total_price: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
}

impl LogEntry {
    /// A step that starts now.
    pub fn start(label: impl Into<String>) -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            label: label.into(),
            parent_id: None,
            error: None,
            status: Status::Start,
            data: Map::new(),
            metadata: Metadata { started_at: unix_seconds(), ..Metadata::default() },
            started: Instant::now(),
        }
    }

    /// Makes this a part of another step.
    #[must_use]
    pub fn parent(mut self, parent: &Self) -> Self {
        self.parent_id = Some(parent.id.clone());
        self
    }

    /// Details to show, in the place of those before. Dify takes objects here; any other value is put into one as
    /// `value`.
    #[must_use]
    pub fn data(mut self, data: impl Into<Value>) -> Self {
        self.data = match data.into() {
            Value::Object(map) => map,
            Value::Null => Map::new(),
            value => Map::from_iter([("value".to_owned(), value)]),
        };
        self
    }

    /// Who does the step, such as a service's name.
    #[must_use]
    pub fn provider(mut self, provider: impl Into<String>) -> Self {
        self.metadata.provider = Some(provider.into());
        self
    }

    /// How many tokens of a model the step took.
    #[must_use]
    pub fn tokens(mut self, total: u64) -> Self {
        self.metadata.total_tokens = Some(total);
        self
    }

    /// What the step cost, in a currency such as `USD`.
    #[must_use]
    pub fn price(mut self, total: f64, currency: impl Into<String>) -> Self {
        self.metadata.total_price = Some(total);
        self.metadata.currency = Some(currency.into());
        self
    }

    /// The step is done.
    #[must_use]
    pub fn success(mut self) -> Self {
        self.finish(Status::Success, None);
        self
    }

    /// The step failed; the text is shown.
    #[must_use]
    pub fn error(mut self, message: impl Into<String>) -> Self {
        self.finish(Status::Error, Some(message.into()));
        self
    }

    /// Identifies the step in all its messages.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn finish(&mut self, status: Status, error: Option<String>) {
        self.status = status;
        self.error = error;
        self.metadata.finished_at = Some(unix_seconds());
        self.metadata.elapsed_time = Some(self.started.elapsed().as_secs_f64());
    }
}

fn unix_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn details_are_always_an_object() {
        let data = |value: Value| serde_json::to_value(LogEntry::start("x").data(value)).unwrap()["data"].clone();
        assert_eq!(data(json!({"a": 1})), json!({"a": 1}));
        assert_eq!(data(json!([1])), json!({"value": [1]}));
        assert_eq!(data(Value::Null), json!({}));
    }

    #[test]
    fn a_finished_step_keeps_its_id_and_knows_its_time() {
        let step = LogEntry::start("x");
        let done = step.clone().success();
        assert_eq!(step.id(), done.id());
        let metadata = serde_json::to_value(&done).unwrap()["metadata"].clone();
        assert!(metadata["elapsed_time"].as_f64().unwrap() >= 0.0);
        assert!(metadata["finished_at"].as_f64() >= metadata["started_at"].as_f64());
    }
}

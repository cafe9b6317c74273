//! How many bytes of inputs all calls of the process hold at a time.

use std::sync::Arc;

use dify_plugin::Parameters;
use kling_media::MAX_INPUT_BYTES;
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Inputs held at a time, in KiB, as files: as Base64 they take a third more. A call with more than that has it to
/// itself.
const KIB: u32 = 96 * 1024;
/// A file that does not tell its size counts as the largest picture that Kling's v1 surface takes.
const UNTOLD_BYTES: u64 = 10 * 1024 * 1024;

/// A text up to this many bytes is no file.
const WORDS: usize = 64 * 1024;

/// Room for the inputs of one call, from before they are fetched until its task exists.
#[derive(Debug)]
pub(crate) struct InputRoom(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

/// The room of the process.
#[derive(Debug, Clone)]
pub(crate) struct InputMemory(Arc<Semaphore>);

impl Default for InputMemory {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(KIB as usize)))
    }
}

impl InputMemory {
    /// Waits until there is room for the files among a call's parameters: all at once, so that two calls cannot wait for
    /// each other. `None` when the deadline comes first.
    pub(crate) async fn reserve(&self, parameters: &Parameters, by: Instant) -> Option<InputRoom> {
        let bytes: u64 = parameters.values().map(file_bytes).sum();
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).min(KIB);
        let room = timeout_at(by, self.0.clone().acquire_many_owned(kib)).await.ok()?;
        room.ok().map(InputRoom)
    }
}

/// Bytes that the files of a value take.
fn file_bytes(value: &Value) -> u64 {
    match value {
        Value::Array(items) => items.iter().map(file_bytes).sum(),
        // Videos are passed on by their link.
        Value::Object(fields) if fields.get("type").and_then(Value::as_str) == Some("video") => 0,
        Value::Object(fields) if fields.contains_key("url") => {
            let size = fields.get("size").and_then(Value::as_u64);
            size.unwrap_or(UNTOLD_BYTES).min(MAX_INPUT_BYTES)
        }
        // Base64, or a list of files as JSON. Links and prompts do not count: a call of mere words never waits.
        Value::String(text) if text.len() > WORDS => text.len() as u64,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;

    fn parameters(value: Value) -> Parameters {
        let Value::Object(parameters) = value else { panic!("parameters are an object") };
        parameters
    }

    #[tokio::test(start_paused = true)]
    async fn calls_wait_for_room_and_a_huge_one_has_it_all() {
        let memory = InputMemory::default();
        let by = Instant::now() + Duration::from_secs(10);
        let picture = |size: u64| parameters(json!({"image": {"url": "https://x.test/a", "size": size}}));
        let small = memory.reserve(&picture(10 << 20), by).await.unwrap();
        let huge = parameters(json!({"images": [{"url": "a", "size": 45 << 20}, {"url": "b", "size": 45 << 20},
            {"url": "c", "size": 45 << 20}]}));
        assert!(memory.reserve(&huge, by).await.is_none(), "not beside another one");
        drop(small);
        let by = Instant::now() + Duration::from_secs(10);
        let all = memory.reserve(&huge, by).await.unwrap();
        // Calls without files never wait.
        let text = parameters(json!({"prompt": "a boat", "image": "https://media.example.test/a.png"}));
        assert!(memory.reserve(&text, by).await.is_some());
        assert!(memory.reserve(&picture(1), by).await.is_none());
        drop(all);
    }

    #[test]
    fn files_count_by_their_size() {
        let bytes = |value: Value| file_bytes(&value);
        assert_eq!(bytes(json!({"url": "x", "size": 5})), 5);
        assert_eq!(bytes(json!({"url": "x", "size": -1})), UNTOLD_BYTES);
        assert_eq!(bytes(json!([{"url": "x", "size": u64::MAX}, null])), MAX_INPUT_BYTES);
        assert_eq!(bytes(json!({"url": "x", "type": "video", "size": 500})), 0);
        assert_eq!(bytes(json!("iVBORw0KGgo=")), 0);
        assert_eq!(bytes(json!("A".repeat(WORDS + 1))), WORDS as u64 + 1);
        assert_eq!(bytes(json!(7)), 0);
    }
}

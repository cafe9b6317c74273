//! How many bytes of inputs all calls of the process hold at a time.

use std::sync::Arc;

use dify_plugin::Parameters;
use kling_media::Input;
use kling_media::limits::{CONVERTED_MAX_BYTES, IMAGE_SOURCE_MAX_BYTES};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::links::signed_links;

/// Inputs held at a time, in KiB, as files: as Base64 they take a third more. A call with more than that has it to
/// itself.
const KIB: u32 = 96 * 1024;
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
        // What is fetched of a file that does not tell its size.
        let bytes: u64 = parameters.values().map(|value| file_bytes(value, IMAGE_SOURCE_MAX_BYTES)).sum();
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).min(KIB);
        let room = timeout_at(by, self.0.clone().acquire_many_owned(kib)).await.ok()?;
        room.ok().map(InputRoom)
    }
}

/// Bytes that the files of a value take, each at most `most`. Whatever Dify says of their types, they are fetched as
/// pictures: no tool takes videos but by link. One that is converted may become longer, up to [`CONVERTED_MAX_BYTES`].
fn file_bytes(value: &Value, most: u64) -> u64 {
    match value {
        Value::Array(items) => items.iter().map(|item| file_bytes(item, most)).sum(),
        Value::Object(fields) if fields.contains_key("url") || fields.contains_key("remote_url") => {
            let size = fields.get("size").and_then(Value::as_u64).unwrap_or(most).min(most);
            let is_converted = !["image/jpeg", "image/png"]
                .contains(&fields.get("mime_type").and_then(Value::as_str).unwrap_or_default());
            if is_converted { size.max(CONVERTED_MAX_BYTES.min(most)) } else { size }
        }
        // Base64, or a list of files as JSON. Prompts and links do not count, but for links that are fetched: a call of mere
        // words never waits.
        Value::String(text) if text.len() > WORDS => text.len() as u64,
        Value::String(text) => {
            let signed = (signed_links(text) as u64).saturating_mul(most);
            signed.saturating_add(fetched_links(text).saturating_mul(CONVERTED_MAX_BYTES))
        }
        _ => 0,
    }
}

/// How many links in a text are fetched, wherever they stand in it.
fn fetched_links(text: &str) -> u64 {
    let pieces = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '[' | ']' | '{' | '}'));
    pieces.filter(|piece| Input::is_fetched(piece)).fold(0, |count, _| count + 1)
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
        let picture = |size: u64| {
            parameters(json!({"image": {"url": "https://x.test/a", "size": size, "mime_type": "image/png"}}))
        };
        let small = memory.reserve(&picture(10 << 20), by).await.unwrap();
        let huge = parameters(
            json!({"model_name": "kling-3.0-omni", "images": [{"url": "a", "size": 45 << 20}, {"url": "b", "size": 45 << 20},
            {"url": "c", "size": 45 << 20}]}),
        );
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
        const MOST: u64 = 1000;
        let bytes = |value: Value| file_bytes(&value, MOST);
        assert_eq!(bytes(json!({"url": "x", "size": 5, "mime_type": "image/jpeg"})), 5);
        assert_eq!(bytes(json!({"url": "x", "size": 5, "mime_type": "image/webp"})), MOST, "it may become longer");
        assert_eq!(bytes(json!({"url": "x", "size": -1})), MOST);
        assert_eq!(bytes(json!([{"remote_url": "x", "size": u64::MAX}, null])), MOST);
        assert_eq!(bytes(json!({"url": "x", "type": "video"})), MOST, "it is fetched to see that it is no picture");
        assert_eq!(bytes(json!("iVBORw0KGgo=")), 0);
        assert_eq!(bytes(json!("A".repeat(WORDS + 1))), WORDS as u64 + 1);
        assert_eq!(bytes(json!("https://d.test/files/1/file-preview?version=1")), 0);
        assert_eq!(bytes(json!("https://d.test/files/1/file-preview?timestamp=1&nonce=2&sign=3")), MOST);
        assert_eq!(bytes(json!(7)), 0);
        assert_eq!(bytes(json!("https://x.test/a.png")), 0);
        assert_eq!(bytes(json!("https://x.test/a.webp?x=1")), CONVERTED_MAX_BYTES);
        assert_eq!(bytes(json!("[\"https://x.test/a.webp\", \"https://x.test/b.gif\"]")), 2 * CONVERTED_MAX_BYTES);
    }
}

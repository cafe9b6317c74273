//! In which order the service was seen to check (2026-09-19): a body wrong in every way is refused for the first one.

use serde_json::{Value, json};

use crate::client::{post, sim};

/// Heals one fault after the other and returns what was said before each.
async fn complaints(path: &str, mut body: Value, cures: &[(&str, Value)]) -> Vec<String> {
    let sim = sim().await;
    let mut said = Vec::new();
    for (pointer, cure) in cures {
        said.push(post(&sim, path, &body).await.refusal().2.to_owned());
        *body.pointer_mut(pointer).unwrap() = cure.clone();
    }
    post(&sim, path, &body).await.data();
    said
}

fn settings() -> Value {
    json!({ "aspect_ratio": "x", "resolution": "x", "audio": "x", "duration": 99 })
}

#[tokio::test]
async fn with_a_prompt_the_duration_comes_last() {
    let body = json!({ "prompt": "  ", "settings": settings() });
    let cures = [
        ("/settings/aspect_ratio", json!("1:1")),
        ("/settings/resolution", json!("720p")),
        ("/settings/audio", json!("off")),
        ("/prompt", json!("a boat")),
        ("/settings/duration", json!(5)),
    ];
    assert_eq!(
        complaints("/text-to-video/kling-3.0", body, &cures).await,
        [
            "aspect_ratio value 'x' is invalid",
            "video resolution value 'x' is invalid",
            "audio value 'x' is invalid",
            "prompt cannot be empty",
            "duration value '99' is invalid",
        ]
    );
}

#[tokio::test]
async fn with_contents_the_duration_comes_before_the_prompt() {
    let body = json!({ "contents": [{ "type": "prompt", "text": "  " }], "settings": settings() });
    let cures = [
        ("/settings/aspect_ratio", json!("1:1")),
        ("/settings/resolution", json!("720p")),
        ("/settings/audio", json!("off")),
        ("/settings/duration", json!(5)),
        ("/contents/0/text", json!("a boat")),
    ];
    assert_eq!(
        complaints("/omni-video/kling-3.0-omni", body, &cures).await,
        [
            "aspect_ratio value 'x' is invalid",
            "video resolution value 'x' is invalid",
            "audio value 'x' is invalid",
            "duration value '99' is invalid",
            "prompt cannot be empty",
        ]
    );
}

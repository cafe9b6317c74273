//! A line of any length ends at most its own session.

mod support;

use dify_plugin::MAX_LINE_BYTES;
use dify_plugin::host::Host;
use serde_json::json;

/// A request of exactly this many bytes.
fn request_of(bytes: usize) -> String {
    let empty = support::request("long", &json!({"text": ""})).len();
    let line = support::request("long", &json!({"text": "x".repeat(bytes - empty)}));
    assert_eq!(line.len(), bytes);
    line
}

#[tokio::test]
async fn the_longest_line_is_served() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        out.text(call.parameters["text"].as_str().unwrap().len().to_string()).await
    }));
    let events = host.listen("long");
    host.send_line(&request_of(MAX_LINE_BYTES)).await;
    let length: usize = support::finish(events).await.text().parse().unwrap();
    assert!(length > MAX_LINE_BYTES - 300);
}

#[tokio::test]
async fn a_longer_line_fails_its_session() {
    let host = Host::in_memory(support::echo());
    let events = host.listen("long");
    host.send_line(&request_of(MAX_LINE_BYTES + 1)).await;
    let error = support::finish(events).await.error.unwrap();
    assert_eq!(error.error_type, "InvokeBadRequestError");
    assert!(error.message.contains("33554433 bytes"), "{}", error.message);
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn a_longer_line_of_nobody_is_skipped() {
    let host = Host::in_memory(support::echo());
    let piece = vec![b'y'; 1024 * 1024];
    for _ in 0..40 {
        host.send_bytes(&piece).await;
    }
    host.send_bytes(b"\n").await;
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn a_message_too_long_for_the_host_fails_its_session() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        let text = call.parameters["text"].as_str().unwrap();
        out.text(if text == "long" { "x".repeat(5 * 1024 * 1024) } else { text.to_owned() }).await
    }));
    let outcome = support::finish(host.invoke(support::call().parameter("text", "long")).await).await;
    assert_eq!(outcome.texts, [""; 0]);
    assert!(outcome.error.unwrap().message.contains("too long for Dify"));
    support::assert_alive(&host).await;
}

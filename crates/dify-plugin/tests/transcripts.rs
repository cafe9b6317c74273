//! Conversations recorded with the Python SDK, told to this crate.
//!
//! The fixtures hold what was sent and, an answer a list, what must come back. Where the SDK leaves the caller without
//! an explanation, or shows a traceback, the answers here are better, and the fixture says so.

mod support;

use serde_json::Value;

/// Sends all lines of a fixture, then compares what came back with what must.
async fn replay(fixture: &str) {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let exchanges = fixture["exchanges"].as_array().unwrap();
    let (mut host, _serving) = support::serve(support::echo());
    for exchange in exchanges {
        host.input.send_line(exchange["line"].as_str().unwrap()).await;
        let expected = exchange["answers"].as_array().unwrap();
        if !expected.is_empty() {
            let answers = support::lines(&mut host, 1).await;
            assert_eq!(answers, *expected, "to {}", exchange["line"]);
        }
    }
    // Nothing came for the lines without an answer.
    host.input.send_line(&support::request("last", &serde_json::json!({"text": "still here"}))).await;
    let rest = support::lines(&mut host, 1).await;
    assert_eq!(rest.len(), 2);
    assert!(rest.iter().all(|line| line["session_id"] == "last"), "{rest:?}");
}

#[tokio::test]
async fn unknown_tool_and_provider() {
    replay(include_str!("fixtures/unknown_tool_and_provider.json")).await;
}

#[tokio::test]
async fn unknown_action_and_missing_fields() {
    replay(include_str!("fixtures/unknown_action_and_missing_fields.json")).await;
}

#[tokio::test]
async fn malformed_lines() {
    replay(include_str!("fixtures/malformed_lines.json")).await;
}

//! A host that gives two requests one session id gets two whole answers; neither is lost, mixed up or cut short by the
//! other. (Promise 7: one session cannot hurt another.)

mod support;

use std::time::Duration;

use dify_plugin::{Error, MessageSink, ToolCall};
use serde_json::{Value, json};
use tokio::time::sleep;

/// Sends its text, and again a second later; `panic` panics in between.
async fn run(call: ToolCall, out: MessageSink) -> Result<(), Error> {
    let text = call.parameters["text"].as_str().unwrap();
    out.text(text).await?;
    sleep(Duration::from_secs(1)).await;
    assert_ne!(text, "panic");
    out.text(text).await
}

/// What a line is, shortly: its text, or `error` or `end`.
fn short(line: &Value) -> &str {
    assert_eq!(line["session_id"], "twin");
    let data = &line["data"];
    data["data"]["message"]["text"].as_str().or(data["type"].as_str()).unwrap()
}

fn all_short(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(short).collect()
}

#[tokio::test(start_paused = true)]
async fn at_once_both_are_answered_to_the_end() {
    let (mut host, _serving) = support::serve(support::plugin(run));
    for text in ["one", "two"] {
        host.input.send_line(&support::request("twin", &json!({"text": text}))).await;
    }
    let lines = support::lines(&mut host, 2).await;
    let mut found = all_short(&lines);
    found.sort_unstable();
    assert_eq!(found, ["end", "end", "one", "one", "two", "two"]);
}

#[tokio::test(start_paused = true)]
async fn what_fails_in_one_does_not_end_the_other() {
    let (mut host, _serving) = support::serve(support::plugin(run));
    host.input.send_line(&support::request("twin", &json!({"text": "panic"}))).await;
    // Begun half a second later, so that it has all of its second half before it when the other panics.
    sleep(Duration::from_millis(500)).await;
    host.input.send_line(&support::request("twin", &json!({"text": "fine"}))).await;
    // Nor does an unreadable line in its name.
    host.input.send_line(r#"{"session_id":"twin","event":"request","data":"#).await;
    let lines = support::lines(&mut host, 3).await;
    assert_eq!(all_short(&lines), ["panic", "fine", "error", "end", "error", "end", "fine", "end"]);
}

#[tokio::test(start_paused = true)]
async fn after_the_end_it_is_a_new_session() {
    let (mut host, _serving) = support::serve(support::plugin(run));
    for _ in 0..3 {
        host.input.send_line(&support::request("twin", &json!({"text": "again"}))).await;
        let lines = support::lines(&mut host, 1).await;
        assert_eq!(all_short(&lines), ["again", "again", "end"]);
    }
}

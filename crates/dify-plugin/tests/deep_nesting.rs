//! Data nested ten thousand levels deep is refused before it can exhaust a stack, wherever it stands, and whoever waits
//! for it is told. (Promise 7: one session cannot hurt another.)

mod support;

use dify_plugin::host::{Event, Host};
use serde_json::{Value, json};
use tokio::time::Instant;

const DEEP: usize = 10_000;

fn lists(levels: usize) -> String {
    "[".repeat(levels) + &"]".repeat(levels)
}

fn objects(levels: usize) -> String {
    r#"{"a":"#.repeat(levels) + "0" + &"}".repeat(levels)
}

/// A request whose parameters hold this JSON.
fn request(id: &str, nested: &str) -> String {
    support::request(id, &json!({"text": "fine", "nested": "NESTED"})).replace("\"NESTED\"", nested)
}

#[tokio::test]
async fn in_parameters_it_is_refused() {
    let host = Host::in_memory(support::echo());
    for nested in [lists(DEEP), objects(DEEP), lists(DEEP)[1..].to_owned(), "[".repeat(DEEP)] {
        let events = host.listen("deep");
        host.send_line(&request("deep", &nested)).await;
        let error = support::finish(events).await.error.unwrap();
        assert_eq!(error.error_type, "ValidationError");
        assert!(error.message.len() < 200, "{}", error.message);
    }
    support::assert_alive(&host).await;
}

#[tokio::test]
async fn as_deep_as_anybody_nests_it_is_taken() {
    let host = Host::in_memory(support::echo());
    for nested in [lists(100), objects(100)] {
        let events = host.listen("s");
        host.send_line(&request("s", &nested)).await;
        assert_eq!(support::finish(events).await.text(), "fine");
    }
}

#[tokio::test]
async fn around_the_request_it_is_refused_or_nobodys() {
    let host = Host::in_memory(support::echo());
    let events = host.listen("s");
    let line = support::request("s", &json!({"text": "x"}));
    host.send_line(&line.replacen('{', &format!(r#"{{"context":{},"#, lists(1000)), 1)).await;
    assert!(support::finish(events).await.error.is_some());
    // Here it hides whose request it is.
    host.send_line(&line.replacen('{', &format!(r#"{{"context":{},"#, lists(DEEP)), 1)).await;
    for line in [lists(DEEP), objects(DEEP), lists(DEEP) + &line] {
        host.send_line(&line).await;
    }
    support::assert_alive(&host).await;
}

#[tokio::test(start_paused = true)]
async fn in_an_answer_it_fails_the_call_at_once() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        if let Some(text) = call.parameters.get("text").and_then(Value::as_str) {
            return out.text(text).await;
        }
        call.dify.invoke::<Value>("storage", &json!({})).await?;
        Ok(())
    }));
    let start = Instant::now();
    let mut events = host.invoke(support::call()).await;
    let Some(Event::Call(call)) = events.next().await else { panic!("no call") };
    let answer = json!({
        "session_id": call.session_id,
        "event": "backwards_response",
        "data": {"backwards_request_id": call.id, "event": "response", "message": "", "data": "NESTED"},
    });
    host.send_line(&answer.to_string().replace("\"NESTED\"", &objects(DEEP))).await;
    let error = support::finish(events).await.error.unwrap();
    assert!(error.message.contains("not JSON"), "{}", error.message);
    assert_eq!(start.elapsed().as_secs(), 0);
    support::assert_alive(&host).await;
}

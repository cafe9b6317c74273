//! Lines of forty megabytes, longer than any that is kept: whoever they belong to is told, nobody else notices.
//! (Promise 7: one session cannot hurt another.)

mod support;

use dify_plugin::host::{Event, Host, ToolInvocation};
use serde_json::{Value, json};
use tokio::time::Instant;

const BYTES: usize = 40_000_000;

fn long() -> String {
    "x".repeat(BYTES)
}

/// A line that begins like this and goes on with one long string.
fn line(head: &Value) -> String {
    let head = head.to_string();
    head.replace("\"LONG\"", &format!("\"{}\"", long()))
}

#[tokio::test]
async fn a_request_is_refused_by_its_size() {
    let host = Host::in_memory(support::echo());
    let events = host.listen("long");
    host.send_line(&support::request("long", &json!({"text": long()}))).await;
    let error = support::finish(events).await.error.unwrap();
    assert_eq!(error.error_type, "InvokeBadRequestError");
    assert!(error.message.contains("40000") && error.message.len() < 200, "{}", error.message);
    // Here its end alone tells whose it is.
    host.send_line(&line(&json!({"padding": "LONG", "session_id": "s", "event": "request", "data": {}}))).await;
    support::assert_alive(&host).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_fails_its_call_at_once_and_no_other() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        if let Some(text) = call.parameters.get("text").and_then(Value::as_str) {
            return out.text(text).await;
        }
        let value: Value = call.dify.invoke("storage", &json!({})).await?;
        out.text(value.as_str().unwrap()).await
    }));
    let start = Instant::now();
    let mut events = [host.invoke(support::call()).await, host.invoke(support::call()).await];
    let Some(Event::Call(first)) = events[0].next().await else { panic!("no call") };
    let Some(Event::Call(second)) = events[1].next().await else { panic!("no call") };
    host.send_line(&line(&json!({
        "session_id": first.session_id,
        "event": "backwards_response",
        "data": {"backwards_request_id": first.id, "event": "response", "message": "", "data": "LONG"},
    })))
    .await;
    host.answer(&second, Ok("its own".into())).await;
    let [of_first, of_second] = events;
    let error = support::finish(of_first).await.error.unwrap();
    assert!(error.message.contains("too long"), "{}", error.message);
    assert_eq!(support::finish(of_second).await.text(), "its own");
    assert_eq!(start.elapsed().as_secs(), 0);
    support::assert_alive(&host).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn while_one_comes_in_other_sessions_go_on_and_it_is_not_held() {
    let host = Host::spawn(std::process::Command::new(support::example("echo"))).unwrap();
    let echo = || ToolInvocation::new("probe", "echo");
    let events = host.invoke(echo().parameter("text", "begun").parameter("bytes", 3_000_000)).await;
    let piece = vec![b'['; 1_000_000];
    let flood = async {
        for _ in 0..BYTES / piece.len() {
            host.send_bytes(&piece).await;
        }
    };
    // The line has not ended when the session has.
    let (outcome, ()) = tokio::join!(support::finish(events), flood);
    assert_eq!((outcome.text().as_str(), outcome.blobs[0].bytes.len()), ("begun", 3_000_000));
    host.send_bytes(b"\n").await;
    let next = support::finish(host.invoke(echo().parameter("text", "still here")).await).await;
    assert_eq!(next.text(), "still here");
    let process = host.process_id().unwrap();
    let (resident, peak) = (support::memory::resident(process), support::memory::peak(process));
    assert!(resident < 32 * 1024 * 1024, "{resident} bytes are held");
    assert!(peak < 96 * 1024 * 1024, "{peak} bytes were held");
    assert!(host.shutdown().await.unwrap().success());
}

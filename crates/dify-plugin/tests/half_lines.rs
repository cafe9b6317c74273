//! A host that goes in the middle of a line: what it did not finish asking is not begun, what runs may still finish.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dify_plugin::Plugin;
use dify_plugin::connection::HostSide;
use serde_json::{Value, json};
use tokio::time::sleep;

/// A tool that counts how often it is called, and takes half a second.
fn counted() -> (Plugin, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let plugin = support::plugin(move |_, out| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move {
            sleep(Duration::from_millis(500)).await;
            out.text("done").await
        }
    });
    (plugin, calls)
}

/// Closes stdin and reads the rest, without heartbeats.
async fn rest(host: HostSide) -> Vec<Value> {
    let (input, mut output) = (host.input, host.output);
    input.close().await;
    let mut lines = Vec::new();
    while let Some(line) = output.next_line().await {
        lines.push(serde_json::from_str::<Value>(&line).unwrap());
    }
    lines.retain(|line| line["event"] != "heartbeat");
    lines
}

#[tokio::test(start_paused = true)]
async fn a_request_cut_off_anywhere_is_not_begun() {
    let request = support::request("cut", &json!({"text": "what is paid for"}));
    // The last is whole but for its line's end: a host that goes there has not sent it.
    for length in [1, request.len() / 2, request.len() - 1, request.len()] {
        let (plugin, calls) = counted();
        let (mut host, serving) = support::serve(plugin);
        host.input.send(&request.as_bytes()[..length]).await;
        assert_eq!(rest(host).await, [Value::Null; 0], "after {length} bytes");
        serving.await.unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 0, "after {length} bytes");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_before_is_finished() {
    let (plugin, calls) = counted();
    let (mut host, serving) = support::serve(plugin);
    let request = support::request("whole", &json!({}));
    host.input.send_line(&request).await;
    host.input.send(&request.as_bytes()[..50]).await;
    let lines = rest(host).await;
    serving.await.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["data"]["data"]["message"]["text"], "done");
    assert_eq!(lines[1]["data"]["type"], "end");
}

#[tokio::test(start_paused = true)]
async fn half_an_answer_ends_the_call_that_waits_for_it() {
    let (mut host, serving) = support::serve(support::plugin(async |call, _| {
        call.dify.invoke::<Value>("storage", &json!({})).await?;
        Ok(())
    }));
    host.input.send_line(&support::request("s", &json!({}))).await;
    let call = support::next_line(&mut host).await;
    assert_eq!(call["data"]["type"], "invoke");
    let id = &call["data"]["data"]["backwards_request_id"];
    let answer = json!({
        "session_id": "s",
        "event": "backwards_response",
        "data": {"backwards_request_id": id, "event": "response", "message": "", "data": {"data": "half"}},
    });
    host.input.send(answer.to_string().as_bytes()).await;
    let lines = rest(host).await;
    serving.await.unwrap();
    let kinds: Vec<_> = lines.iter().map(|line| line["data"]["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["error", "end"], "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn in_a_line_too_long_to_keep_it_goes_as_well() {
    let (mut host, serving) = support::serve(support::echo());
    let piece = vec![b'['; 1024 * 1024];
    for _ in 0..40 {
        host.input.send(&piece).await;
    }
    assert_eq!(rest(host).await, [Value::Null; 0]);
    serving.await.unwrap();
}

//! Requests run side by side, and their lines do not get mixed up.

mod support;

use std::time::Duration;

use dify_plugin::host::Host;
use serde_json::json;
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn slow_sessions_interleave() {
    let (mut host, _serving) = support::serve(support::plugin(async |_, out| {
        for tick in 0..3 {
            out.text(format!("tick {tick}")).await?;
            sleep(Duration::from_millis(500)).await;
        }
        Ok(())
    }));
    for id in ["x1", "x2"] {
        host.input.send_line(&support::request(id, &json!({}))).await;
    }
    let lines = support::lines(&mut host, 2).await;
    let order: Vec<_> = lines.iter().map(|line| line["session_id"].as_str().unwrap()).collect();
    // Two ticks, one of each, before the next; the end of each in the last two.
    assert_eq!(order.len(), 8);
    for pair in order.chunks(2) {
        assert_ne!(pair[0], pair[1], "{order:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_at_once_get_each_their_own() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        let text = call.parameters["text"].as_str().unwrap().to_owned();
        for _ in 0..20 {
            out.text(text.clone()).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    }));
    let mut sessions = Vec::new();
    for number in 0..300 {
        sessions.push((number, host.invoke(support::call().parameter("text", format!("<{number}>"))).await));
    }
    for (number, events) in sessions {
        assert_eq!(support::finish(events).await.text(), format!("<{number}>").repeat(20));
    }
    assert_eq!(host.strays(), [""; 0]);
}

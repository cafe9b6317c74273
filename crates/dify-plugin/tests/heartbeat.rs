//! Dify takes a plugin for started at its first heartbeat, and for dead without one for 120 s.

mod support;

use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, timeout};

const HEARTBEAT: &str = r#"{"event":"heartbeat","session_id":null,"data":{}}"#;

#[tokio::test(start_paused = true)]
async fn comes_first_and_then_every_ten_seconds() {
    let (mut host, _serving) = support::serve(support::echo());
    let start = Instant::now();
    host.input.send_line(&support::request("s", &serde_json::json!({"text": "hi"}))).await;
    assert_eq!(host.output.next_line().await.as_deref(), Some(HEARTBEAT));
    assert_eq!(start.elapsed(), Duration::ZERO);
    support::lines(&mut host, 1).await;
    for beat in 1..=30 {
        assert_eq!(host.output.next_line().await.as_deref(), Some(HEARTBEAT));
        assert_eq!(start.elapsed().as_secs(), beat * 10);
    }
}

#[tokio::test(start_paused = true)]
async fn goes_on_while_a_tool_waits() {
    let host = dify_plugin::host::Host::in_memory(support::plugin(async |_, _| pending().await));
    let events = host.invoke(support::call()).await;
    assert!(timeout(Duration::from_secs(305), events.collect()).await.is_err(), "the tool never ends");
    assert_eq!(host.heartbeats(), 31);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_paused_gets_no_burst() {
    let (mut host, _serving) = support::serve(support::plugin(async |_, out| {
        // More than the queue takes, so that heartbeats have to wait as well.
        out.text("x".repeat(1024 * 1024)).await
    }));
    host.input.send_line(&support::request("s", &serde_json::json!({}))).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    support::lines(&mut host, 1).await;
    let mut beats = 0;
    while timeout(Duration::from_secs(1), host.output.next_line()).await.is_ok() {
        beats += 1;
    }
    assert!(beats <= 2, "{beats} heartbeats at once");
}

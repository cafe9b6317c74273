//! When the host goes, so does the plugin: within a second, but not before sessions had a moment to finish.

mod support;

use std::future::pending;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn idle_it_goes_at_once() {
    let (mut host, serving) = support::serve(support::echo());
    host.output.next_line().await;
    let start = Instant::now();
    host.input.close().await;
    serving.await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(host.output.next_line().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_nearly_done_finishes() {
    let (mut host, serving) = support::serve(support::plugin(async |_, out| {
        sleep(Duration::from_millis(500)).await;
        out.text("done").await
    }));
    host.input.send_line(&support::request("s", &json!({}))).await;
    let (input, mut output) = (host.input, host.output);
    input.close().await;
    let mut lines = Vec::new();
    while let Some(line) = output.next_line().await {
        lines.push(line);
    }
    serving.await.unwrap();
    assert!(lines[1].contains("done") && lines[2].contains(r#""type":"end""#), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_not_is_ended_in_time() {
    let (mut host, serving) = support::serve(support::plugin(async |_, _| pending().await));
    host.input.send_line(&support::request("s", &json!({}))).await;
    let start = Instant::now();
    let (input, mut output) = (host.input, host.output);
    input.close().await;
    let mut lines = Vec::new();
    while let Some(line) = output.next_line().await {
        lines.push(line);
    }
    serving.await.unwrap();
    assert!(start.elapsed() <= Duration::from_millis(700), "{:?}", start.elapsed());
    assert!(lines[1].contains("the plugin is being stopped"), "{lines:?}");
    assert!(lines[2].contains(r#""type":"end""#), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_no_longer_reads_is_not_waited_for() {
    let (mut host, serving) = support::serve(support::plugin(async |_, out| {
        out.text("x".repeat(4 * 1024 * 1024)).await?;
        pending().await
    }));
    host.input.send_line(&support::request("s", &json!({}))).await;
    sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    drop(host.output);
    serving.await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_host_does_not_hold_it_either() {
    let (mut host, serving) = support::serve(support::plugin(async |_, out| {
        for _ in 0..100 {
            out.text("x".repeat(1024 * 1024)).await?;
        }
        Ok(())
    }));
    host.input.send_line(&support::request("s", &json!({}))).await;
    sleep(Duration::from_secs(1)).await;
    let start = Instant::now();
    host.input.close().await;
    serving.await.unwrap();
    assert!(start.elapsed() <= Duration::from_millis(700), "{:?}", start.elapsed());
}

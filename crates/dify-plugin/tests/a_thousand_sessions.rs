//! As many sessions at once as Dify's Python SDK has workers: each gets its own answer, whole and in order, whatever
//! the others do, and heartbeats go on. (Promise 7: one session cannot hurt another.)

mod support;

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use dify_plugin::Error;
use dify_plugin::host::Host;
use serde_json::{Value, json};
use tokio::sync::Barrier;
use tokio::time::{Instant, sleep};

const SESSIONS: usize = 1_000;

#[tokio::test(start_paused = true)]
async fn each_gets_its_own_whatever_the_others_do() {
    let all = Arc::new(Barrier::new(SESSIONS));
    let host = Host::in_memory(support::plugin(move |call, out| {
        let all = all.clone();
        async move {
            let number = call.parameters["number"].as_u64().unwrap();
            out.text(format!("{number} begins ")).await?;
            // Passed when all sessions are here.
            all.wait().await;
            sleep(Duration::from_secs(45) + Duration::from_millis(number * 7 % 100)).await;
            for step in 0..10 {
                out.text(format!("{number}.{step} ")).await?;
            }
            match number % 10 {
                0 => panic!("{number} panics"),
                1 => Err(Error::RateLimited(format!("{number} fails"))),
                _ => out.text("done").await,
            }
        }
    }));
    let mut sessions = Vec::new();
    for number in 0..SESSIONS {
        sessions.push(host.invoke(support::call().parameter("number", number)).await);
    }
    for (number, events) in sessions.into_iter().enumerate() {
        let outcome = support::finish(events).await;
        let steps: Vec<_> = (0..10).map(|step| format!("{number}.{step} ")).collect();
        let begun = format!("{number} begins {}", steps.concat());
        let error = outcome.error.as_ref().map(|error| error.error_type.as_str());
        match number % 10 {
            0 => assert_eq!((outcome.text(), error), (begun, Some("ToolInvokeError"))),
            1 => assert_eq!((outcome.text(), error), (begun, Some("InvokeRateLimitError"))),
            _ => assert_eq!((outcome.text(), error), (begun + "done", None)),
        }
    }
    assert!(host.heartbeats() >= 5, "{} heartbeats in 45 s", host.heartbeats());
    assert_eq!(host.strays(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn all_are_ended_in_time_when_the_host_goes() {
    let (mut host, serving) = support::serve(support::plugin(async |_, _| pending().await));
    for number in 0..SESSIONS {
        host.input.send_line(&support::request(&format!("s{number}"), &json!({}))).await;
    }
    let start = Instant::now();
    let (input, mut output) = (host.input, host.output);
    input.close().await;
    let (mut errors, mut ends) = (0, 0);
    while let Some(line) = output.next_line().await {
        let line: Value = serde_json::from_str(&line).unwrap();
        errors += usize::from(line["data"]["type"] == "error");
        ends += usize::from(line["data"]["type"] == "end");
    }
    serving.await.unwrap();
    assert_eq!((errors, ends), (SESSIONS, SESSIONS));
    assert!(start.elapsed() <= Duration::from_millis(700), "{:?}", start.elapsed());
}

//! The program itself, fed with what Dify's daemon was recorded to send (captures of 2026-11-23 with the Python SDK
//! 0.10.1): every session gets the sequence of messages it should.

use std::process::Command;
use std::time::Duration;

use dify_plugin::host::{Event, Events, Host};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_SECRET_KEY, SimOptions, Simulator};
use serde_json::Value;

fn program() -> Host {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kling-aigc"));
    command.env("KLING_ALLOW_LOOPBACK", "1");
    Host::spawn(command).unwrap()
}

/// Each message as the fixture writes it; an error's text only where `detailed`.
async fn sequence(mut events: Events, expected: &[Value]) -> Vec<String> {
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        let detailed = expected.get(seen.len()).and_then(Value::as_str).is_some_and(|text| text.contains(": "));
        seen.push(match event {
            Event::Error(failure) if detailed => format!("error {}: {}", failure.error_type, failure.message),
            Event::Error(failure) => format!("error {}", failure.error_type),
            Event::End => "end".to_owned(),
            Event::Other(chunk) => format!("stream {chunk}"),
            other => format!("{other:?}"),
        });
    }
    seen
}

#[tokio::test]
async fn recorded_requests_get_the_recorded_sequences() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("fixtures/transcripts.json")).unwrap();
    let sim = Simulator::start(SimOptions::default()).await.unwrap();
    for case in &cases {
        let host = program();
        host.ready().await.unwrap();
        let expectations: Vec<_> = case["expect"].as_object().unwrap().iter().collect();
        let sessions: Vec<_> = expectations.iter().map(|(session, _)| host.listen(session)).collect();
        for line in case["send"].as_array().unwrap() {
            let line = line.as_str().unwrap();
            let line = line.replace("<BASE_URL>", &sim.url());
            host.send_line(&line.replace("<ACCESS_KEY>", DEMO_ACCESS_KEY).replace("<SECRET_KEY>", DEMO_SECRET_KEY))
                .await;
        }
        for ((session, expected), events) in expectations.into_iter().zip(sessions) {
            let expected = expected.as_array().unwrap();
            let seen = sequence(events, expected).await;
            assert_eq!(seen, *expected, "transcript {}, session {session}", case["transcript"]);
        }
        assert_eq!(host.strays(), [""; 0], "transcript {}: nothing else is written", case["transcript"]);
        assert!(host.shutdown().await.unwrap().success());
    }
}

/// Transcript 01. The one test that takes its time: the program's clock cannot be paused.
#[tokio::test]
async fn heartbeats_come_at_once_and_every_ten_seconds() {
    let host = program();
    tokio::time::timeout(Duration::from_secs(1), host.ready()).await.expect("the first within a second").unwrap();
    assert_eq!(host.heartbeats(), 1);
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(host.heartbeats(), 2);
    assert_eq!(host.stderr(), "");
}

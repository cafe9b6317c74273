//! The example plugin as a process, over pipes: how it starts and how it goes.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dify_plugin::host::{Host, ToolInvocation};
use support::example;
use tokio::time::timeout;

const SECOND: Duration = Duration::from_secs(1);

async fn start() -> Host {
    let host = Host::spawn(Command::new(example("echo"))).unwrap();
    timeout(10 * SECOND, host.ready()).await.expect("no heartbeat").unwrap();
    host
}

fn echo() -> ToolInvocation {
    ToolInvocation::new("probe", "echo")
}

#[tokio::test]
async fn it_answers_and_goes_at_the_end_of_stdin() {
    let host = start().await;
    let outcome = host.invoke(echo().parameter("text", "hi").parameter("bytes", 3_000_000)).await.collect().await;
    assert_eq!((outcome.text().as_str(), outcome.ended), ("hi", true));
    assert_eq!(outcome.violations, [""; 0]);
    let blob = &outcome.blobs[0].bytes;
    let piece: Vec<u8> = (0..=250).cycle().take(64 * 1024).collect();
    assert!(blob.len() == 3_000_000 && blob.chunks(piece.len()).all(|found| piece.starts_with(found)));
    let start = Instant::now();
    let exit = timeout(10 * SECOND, host.shutdown()).await.expect("it stays").unwrap();
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert!(exit.success());
    assert_eq!(exit.stderr, "");
}

#[tokio::test]
async fn it_goes_in_time_while_a_session_runs() {
    let host = start().await;
    let events = host.invoke(echo().parameter("text", "begun").parameter("seconds", 500)).await;
    let start = Instant::now();
    let exit = timeout(10 * SECOND, host.shutdown()).await.expect("it stays").unwrap();
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert!(exit.success());
    let outcome = events.collect().await;
    assert!(outcome.ended && outcome.error.is_some(), "{outcome:?}");
}

#[tokio::test]
async fn it_goes_when_nobody_reads_stdout() {
    // Idle, and with a session that would go on writing.
    for parameters in [None, Some(100_000_000_000_u64)] {
        let mut host = start().await;
        if let Some(bytes) = parameters {
            let mut events = host.invoke(echo().parameter("bytes", bytes)).await;
            assert!(events.next().await.is_some());
        }
        let start = Instant::now();
        host.close_stdout();
        timeout(10 * SECOND, host.wait()).await.expect("it stays").unwrap();
        assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn it_goes_at_the_end_of_stdin_with_stdout_full() {
    let mut child = Command::new(example("echo")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let stdout = child.stdout.take().unwrap();
    let request = r#"{"session_id":"s","event":"request","data":{"action":"invoke_tool","provider":"probe","tool":"echo","tool_parameters":{"bytes":100000000},"credentials":{}}}"#;
    writeln!(stdin, "{request}").unwrap();
    drop(stdin);
    let start = Instant::now();
    let status = tokio::task::spawn_blocking(move || child.wait());
    assert!(timeout(10 * SECOND, status).await.expect("it stays").unwrap().unwrap().success());
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    drop(stdout);
}

#[tokio::test]
async fn half_a_line_is_told_without_its_content() {
    let host = start().await;
    host.send_bytes(b"not json, but private\n{\"session_id\":\"private").await;
    let exit = timeout(10 * SECOND, host.shutdown()).await.expect("it stays").unwrap();
    let lines: Vec<_> = exit.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("WARN dify_plugin") && lines[0].contains("not JSON"), "{lines:?}");
    assert!(lines[1].contains("bytes=22"), "{lines:?}");
    assert!(!exit.stderr.contains("private"), "{lines:?}");
}

#[tokio::test]
async fn stray_prints_do_not_reach_the_host() {
    let host = start().await;
    let outcome = host.invoke(echo().parameter("text", "hi").parameter("print", "stray")).await.collect().await;
    assert_eq!((outcome.text().as_str(), outcome.ended), ("hi", true));
    assert_eq!(host.strays(), [""; 0]);
    let exit = host.shutdown().await.unwrap();
    assert_eq!(exit.stderr, "straystray\n");
}

#[tokio::test]
async fn a_panic_prints_its_place_alone() {
    let host = start().await;
    let outcome = host.invoke(echo().parameter("panic", "a private wish")).await.collect().await;
    assert_eq!(outcome.error.unwrap().error_type, "ToolInvokeError");
    let exit = host.shutdown().await.unwrap();
    assert!(exit.stderr.starts_with("panic at ") && exit.stderr.contains("echo.rs:"), "{}", exit.stderr);
    assert!(exit.stderr.lines().count() == 1 && !exit.stderr.contains("private"), "{}", exit.stderr);
}

//! What strangers can take up, on connections in memory under a paused clock.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::Instant;

use super::*;
use crate::serverless::transaction::Transactions;
use crate::settings::Settings;
use crate::{Error, MessageSink, Plugin, Tool, ToolCall};

/// Says what it was given and how often it ran, then waits until it may end.
#[derive(Clone)]
struct Told {
    runs: Arc<AtomicUsize>,
    go: Arc<Semaphore>,
}

#[async_trait]
impl Tool for Told {
    fn name(&self) -> &'static str {
        "run"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let run = self.runs.fetch_add(1, Ordering::Relaxed);
        out.text(format!("run {run} for {}", call.credentials.get_str("key").unwrap_or("nobody"))).await?;
        drop(call);
        drop(self.go.acquire().await);
        Ok(())
    }
}

struct Server {
    runner: Arc<Runner>,
    tool: Told,
    limits: Limits,
}

impl Server {
    fn new(limits: Limits) -> Self {
        let tool = Told { runs: Arc::default(), go: Arc::new(Semaphore::new(0)) };
        let plugin = Plugin::builder("probe").tool(tool.clone()).build().unwrap();
        let calls = Transactions::to("http://127.0.0.1:1").unwrap();
        Self { runner: Arc::new(Runner::new(plugin, calls, limits.memory)), tool, limits }
    }

    fn connect(&self) -> DuplexStream {
        let (ours, theirs) = duplex(1024);
        tokio::spawn(serve_connection(self.runner.clone(), theirs, self.limits));
        ours
    }

    /// Posts a body whole.
    async fn post(&self, body: &str) -> DuplexStream {
        let mut stream = self.connect();
        stream.write_all(head(body.len()).as_bytes()).await.unwrap();
        // A server that refuses need not read it.
        let _ = stream.write_all(body.as_bytes()).await;
        stream
    }

    fn runs(&self) -> usize {
        self.tool.runs.load(Ordering::Relaxed)
    }
}

fn head(length: usize) -> String {
    format!("POST /invoke HTTP/1.1\r\nHost: plugin\r\nContent-Length: {length}\r\n\r\n")
}

fn body(session_id: &str, key: &str, parameters: &str) -> String {
    format!(
        r#"{{"session_id":"{session_id}","event":"request","data":{{"action":"invoke_tool","provider":"probe","tool":"run","tool_parameters":{{"text":"{parameters}"}},"credentials":{{"key":"{key}"}}}}}}"#
    )
}

/// All that comes until the connection is closed.
async fn rest(mut stream: DuplexStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What comes until these words have.
async fn until(stream: &mut DuplexStream, words: &str) -> String {
    let (mut text, mut buffer) = (String::new(), [0; 256]);
    while !text.contains(words) {
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(length > 0, "{text}");
        text.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    text
}

#[tokio::test(start_paused = true)]
async fn the_same_session_with_other_credentials_sees_nothing_of_the_first() {
    let server = Server::new(Limits::default());
    let mut first = server.post(&body("s", "victim", "")).await;
    until(&mut first, "run 0 for victim").await;
    // While it runs and when it has ended, without credentials, with others, and for another tool.
    for end in [false, true] {
        if end {
            server.tool.go.add_permits(1_000);
        }
        for other in [body("s", "", ""), body("s", "stranger", ""), body("s", "victim", "more")] {
            let before = server.runs();
            let mut stream = server.post(&other.replace("more", if end { "more" } else { "less" })).await;
            let answer = until(&mut stream, " for ").await;
            assert!(!answer.contains("run 0"), "{answer}");
            // What has ended is answered again from its own recording.
            assert!(end || server.runs() == before + 1);
        }
        let unknown = body("s", "", "").replace("\"run\"", "\"else\"");
        let answer = rest(server.post(&unknown).await).await;
        assert!(answer.contains("Tool `else` not found") && !answer.contains("run 0"), "{answer}");
    }
    // The same to the byte is the same.
    let before = server.runs();
    let again = rest(server.post(&body("s", "victim", "")).await).await;
    assert!(again.contains("run 0 for victim"), "{again}");
    assert_eq!(server.runs(), before);
}

#[tokio::test(start_paused = true)]
async fn heads_and_bodies_that_do_not_end_are_cut_in_time() {
    let server = Server::new(Limits::default());
    let start = Instant::now();
    assert_eq!(rest(server.connect()).await, "", "nothing is sent");
    assert_eq!(start.elapsed().as_secs(), server.limits.head.as_secs());

    // A byte a second is no sign of life.
    let mut slow = server.connect();
    let start = Instant::now();
    while slow.write_all(b"x").await.is_ok() {
        sleep(Duration::from_secs(1)).await;
        assert!(start.elapsed() < server.limits.head * 2, "a head a byte a second is read on");
    }

    let mut slow = server.connect();
    slow.write_all(head(1_000_000).as_bytes()).await.unwrap();
    let start = Instant::now();
    while slow.write_all(b"x").await.is_ok() {
        sleep(Duration::from_secs(1)).await;
        assert!(start.elapsed() < server.limits.body * 2, "a body a byte a second is read on");
    }
    let answer = rest(slow).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("it comes too slowly"), "{answer}");
    assert_eq!(server.runs(), 0);
    assert!(server.runner.rooms.open().unwrap().grow_to(server.limits.memory).is_ok(), "all memory is free again");
}

#[tokio::test(start_paused = true)]
async fn all_bodies_and_what_runs_share_a_bounded_memory() {
    let limits = Limits { memory: 8 * 64 * 1024, body_bytes: 4 * 64 * 1024, ..Limits::default() };
    let server = Server::new(limits);
    let too_long = rest(server.post(&"x".repeat(limits.body_bytes + 1)).await).await;
    assert!(too_long.starts_with("HTTP/1.1 413 "), "{too_long}");

    let large = "x".repeat(3 * 64 * 1024);
    let mut running = Vec::new();
    for session in ["a", "b"] {
        let mut stream = server.post(&body(session, "k", &large)).await;
        until(&mut stream, "run ").await;
        running.push(stream);
    }
    let refused = rest(server.post(&body("c", "k", &large)).await).await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("try again later"), "{refused}");
    assert_eq!(server.runs(), 2);
    // Many small values count as what they take, not as what they are written with.
    server.tool.go.add_permits(2);
    for stream in running {
        rest(stream).await;
    }
    let values = format!("\",\"list\":[{}0],\"end\":\"", "0,".repeat(10_000));
    let refused = rest(server.post(&body("d", "k", &values)).await).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    let small = server.post(&body("e", "k", "")).await;
    server.tool.go.add_permits(10);
    assert!(rest(small).await.contains("run 2 for k"));
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_and_do_not_keep_others_out_for_ever() {
    let limits = Limits { connections: 2, head: Duration::from_millis(300), ..Limits::default() };
    let server = Server::new(limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(server.runner.clone(), listener, limits));
    let mut idle = Vec::new();
    for _ in 0..5 {
        idle.push(tokio::net::TcpStream::connect(address).await.unwrap());
    }
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\nHost: plugin\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let waiting = timeout(Duration::from_millis(50), stream.read_to_string(&mut answer)).await;
    assert!(waiting.is_err(), "a third connection is served: {answer}");
    timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("OK"), "{answer}");
}

#[test]
fn the_port_and_the_interface_are_those_of_difys_sdk() {
    let place = crate::serverless::Place::of(&Settings::default(), "SERVERLESS").unwrap();
    let shown = format!("{place:?}");
    assert!(shown.contains("0.0.0.0") && shown.contains("8080"), "{shown}");
}

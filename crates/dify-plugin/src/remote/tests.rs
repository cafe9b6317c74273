//! Against a Dify that is played here, under a paused clock.

use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf, duplex, split};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::*;
use crate::declaration::Declaration;
use crate::settings::Settings;
use crate::{Error, MessageSink, Tool, ToolCall};

const KEY: &str = "not-a-real-key";

struct Echo;

#[async_trait]
impl Tool for Echo {
    fn name(&self) -> &'static str {
        "run"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        match call.parameters.get("text").and_then(Value::as_str) {
            Some(text) => out.text(text).await,
            None => pending().await,
        }
    }
}

/// A package of the smallest kind, with an icon that needs three pieces.
fn declaration() -> Declaration {
    let text = |text: &str| format!("{{en_US: {text}}}");
    let manifest = format!(
        "version: 0.0.1\ntype: plugin\nauthor: someone\nname: probe\nlabel: {label}\ndescription: {label}\n\
         icon: icon.svg\ncreated_at: 2026-01-01T00:00:00Z\nresource: {{memory: 1048576, permission: {{}}}}\n\
         plugins: {{tools: [provider.yaml], endpoints: [group.yaml]}}\n\
         meta: {{version: 0.0.1, arch: [amd64], runner: {{language: python, version: \"3.12\", entrypoint: main}}}}\n",
        label = text("Probe"),
    );
    let provider = format!(
        "identity: {{author: someone, name: probe, label: {label}, description: {label}, icon: icon.svg}}\n\
         tools: [run.yaml]\n",
        label = text("Probe"),
    );
    let tool = format!(
        "identity: {{author: someone, name: run, label: {label}}}\n\
         description: {{human: {label}, llm: runs}}\nparameters: []\n",
        label = text("Run"),
    );
    let files = move |path: &str| match path {
        "manifest.yaml" => Ok(manifest.clone().into_bytes()),
        "provider.yaml" => Ok(provider.clone().into_bytes()),
        "run.yaml" => Ok(tool.clone().into_bytes()),
        "group.yaml" => Ok(b"settings: []\nendpoints: [hook.yaml]\n".to_vec()),
        "hook.yaml" => Ok(b"path: /hook\nmethod: POST\n".to_vec()),
        "_assets/icon.svg" => Ok(vec![b'x'; 20_000]),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    Declaration::from_source(&files).unwrap()
}

/// Dify's end of one connection.
struct Server {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    output: WriteHalf<DuplexStream>,
    accepted: Instant,
}

impl Server {
    async fn line(&mut self) -> Option<Value> {
        let line = self.lines.next_line().await.unwrap()?;
        Some(serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}")))
    }

    async fn send(&mut self, line: &str) {
        self.output.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// Everything to the end of the registration, and the heartbeat after it.
    async fn registration(&mut self) -> Vec<Value> {
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line: &Value| line["type"] != "end") {
            lines.push(self.line().await.expect("the registration ends early"));
        }
        assert_eq!(self.line().await.unwrap()["event"], "heartbeat");
        lines
    }
}

struct Remote {
    servers: mpsc::Receiver<Server>,
    said: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Remote {
    /// Serves to whoever is found at the `n`th attempt, if anybody.
    fn start(is_there: impl Fn(usize) -> bool + Send + Sync + 'static) -> Self {
        Self::start_with(is_there, &Settings::of([("REMOTE_INSTALL_KEY", KEY)]))
    }

    fn start_with(is_there: impl Fn(usize) -> bool + Send + Sync + 'static, settings: &Settings) -> Self {
        let target = Target::of(settings).unwrap();
        let registration = Registration::new(&declaration(), &target);
        let plugin = Arc::new(Plugin::builder("probe").tool(Echo).build().unwrap());
        let (connections, servers) = mpsc::channel(1);
        let said = Arc::<Mutex<Vec<_>>>::default();
        let log = said.clone();
        let serving = tokio::spawn(async move {
            let attempts = AtomicUsize::new(0);
            let dial = || {
                let is_there = is_there(attempts.fetch_add(1, Ordering::Relaxed));
                let connections = connections.clone();
                async move {
                    if !is_there {
                        return Err(io::ErrorKind::ConnectionRefused.into());
                    }
                    let (ours, theirs) = duplex(64 * 1024);
                    let (input, output) = split(theirs);
                    let server = Server { lines: BufReader::new(input).lines(), output, accepted: Instant::now() };
                    connections.send(server).await.map_err(|_| io::Error::other("nobody accepts"))?;
                    Ok(ours)
                }
            };
            let say = |line: &str| log.lock().unwrap().push(line.to_owned());
            keep_registered(&plugin, &target, &registration, dial, &say).await;
        });
        Self { servers, said, serving }
    }

    async fn accept(&mut self) -> Server {
        self.servers.recv().await.unwrap()
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_registration_has_its_order_and_nothing_comes_before_its_end() {
    let lines = Remote::start(|_| true).accept().await.registration().await;
    let kinds: Vec<_> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    let expected = ["handshake", "manifest_declaration", "tool_declaration", "endpoint_declaration"];
    assert_eq!(kinds[..4], expected);
    assert_eq!(kinds[4..], ["asset_chunk", "asset_chunk", "asset_chunk", "end"]);
    assert_eq!(lines[0]["data"], json!({"key": KEY}));
    assert_eq!(lines[1]["data"]["name"], "probe");
    assert_eq!(lines[2]["data"][0]["tools"][0]["identity"]["name"], "run");
    assert_eq!(lines[3]["data"][0]["endpoints"][0]["path"], "/hook");
    let ends: Vec<_> = lines[4..7].iter().map(|line| line["data"]["end"].as_bool().unwrap()).collect();
    assert_eq!(ends, [false, false, true]);
    let asset: Vec<u8> = lines[4..7]
        .iter()
        .flat_map(|line| {
            assert_eq!(line["data"]["filename"], "icon.svg");
            let piece = base64::Engine::decode(
                &base64::engine::general_purpose::STANDARD,
                line["data"]["data"].as_str().unwrap(),
            );
            let piece = piece.unwrap();
            assert!(!piece.is_empty() && piece.len() <= 8192);
            piece
        })
        .collect();
    assert_eq!(asset, vec![b'x'; 20_000]);
}

#[tokio::test(start_paused = true)]
async fn requests_are_answered_and_heartbeats_go_on() {
    let mut server = Remote::start(|_| true).accept().await;
    server.registration().await;
    let request = json!({
        "session_id": "s",
        "event": "request",
        "data": {"type": "tool", "action": "invoke_tool", "provider": "probe", "tool": "run",
            "tool_parameters": {"text": "hi"}, "credentials": {}},
    });
    server.send(&request.to_string()).await;
    assert_eq!(server.line().await.unwrap()["data"]["data"]["message"]["text"], "hi");
    assert_eq!(server.line().await.unwrap()["data"]["type"], "end");
    for beat in 1..=6 {
        assert_eq!(server.line().await.unwrap()["event"], "heartbeat");
        assert_eq!(server.accepted.elapsed().as_secs(), beat * 10);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_made_again_after_five_seconds_with_the_whole_registration() {
    let mut remote = Remote::start(|_| true);
    let mut first = remote.accept().await;
    let lines = first.registration().await;
    // A session that never ends does not hold it.
    let request = r#"{"session_id":"s","event":"request","data":{"action":"invoke_tool","provider":"probe","tool":"run","tool_parameters":{},"credentials":{}}}"#;
    first.send(request).await;
    sleep(Duration::from_millis(12_500)).await;
    let closed = Instant::now();
    drop(first);
    let mut second = remote.accept().await;
    assert_eq!(second.accepted - closed, Duration::from_secs(5));
    assert_eq!(second.registration().await, lines);
    assert_eq!(remote.said(), ["the connection to localhost:5003 is lost, trying again in 5 s"]);
}

#[tokio::test(start_paused = true)]
async fn what_dify_complains_of_is_shown_as_it_is_but_for_the_key() {
    let mut remote = Remote::start(|_| true);
    let mut server = remote.accept().await;
    let complaint = format!("handshake failed, invalid key {KEY}");
    // Without a line end, as a server may that closes at once.
    server.output.write_all(complaint.as_bytes()).await.unwrap();
    drop(server);
    remote.accept().await;
    let said = remote.said();
    assert_eq!(said[0], "handshake failed, invalid key [key]");
    assert_eq!(said[1], "localhost:5003 does not keep the plugin, trying again in 5 s");
}

#[tokio::test(start_paused = true)]
async fn three_refusals_in_a_row_are_enough() {
    let mut remote = Remote::start(|_| true);
    let start = Instant::now();
    for _ in 0..3 {
        let mut server = remote.accept().await;
        server.send("tools register failed, invalid tools declaration: no").await;
    }
    (&mut remote.serving).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
    assert!(remote.said().last().unwrap().ends_with("3 times in a row: giving up"), "{:?}", remote.said());
}

#[tokio::test(start_paused = true)]
async fn a_dify_that_was_never_there_is_given_up_soon() {
    let mut remote = Remote::start(|_| false);
    (&mut remote.serving).await.unwrap();
    let said = remote.said();
    assert_eq!(said.len(), 3);
    assert!(said[0].starts_with("localhost:5003 cannot be reached (connection refused), trying again"), "{said:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dify_that_restarts_is_waited_for() {
    let mut remote = Remote::start(|attempt| attempt == 0 || attempt > 100);
    let mut first = remote.accept().await;
    first.registration().await;
    sleep(Duration::from_secs(60)).await;
    let closed = Instant::now();
    drop(first);
    let second = remote.accept().await;
    assert_eq!((second.accepted - closed).as_secs(), 5 * 101);
    assert!(remote.said().len() < 10, "{:?}", remote.said());
}

#[tokio::test(start_paused = true)]
async fn a_refusal_after_an_outage_is_the_first_one() {
    let mut remote = Remote::start(|attempt| attempt == 0 || attempt > 10);
    let mut first = remote.accept().await;
    first.registration().await;
    sleep(Duration::from_secs(60)).await;
    drop(first);
    // A proxy answers before Dify does.
    for _ in 0..10 {
        drop(remote.accept().await);
    }
    remote.accept().await.send("server is busy now, please try again later").await;
    remote.accept().await.registration().await;
    assert!(!remote.serving.is_finished());
}

#[tokio::test(start_paused = true)]
async fn another_name_registers_beside_the_installed_package() {
    let settings =
        Settings::of([("REMOTE_INSTALL_KEY", KEY), ("REMOTE_INSTALL_NAME", "probe_debug"), ("INSTALL_METHOD", "x")]);
    let lines = Remote::start_with(|_| true, &settings).accept().await.registration().await;
    assert_eq!(lines[1]["data"]["name"], "probe_debug");
    assert_eq!(lines[1]["data"]["author"], "someone");
    assert_eq!(lines[2]["data"][0]["identity"]["name"], "probe", "requests still name the provider");
}

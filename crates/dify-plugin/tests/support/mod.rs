//! What the tests share: a tool made of a closure, and a plain way to talk to it.

#![allow(dead_code, reason = "each test file uses a part")]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Once;
#[cfg(feature = "serverless")]
pub(crate) mod http;
#[cfg(target_os = "linux")]
pub(crate) mod memory;

use std::time::Duration;

use data_encoding::HEXLOWER;
use dify_plugin::connection::HostSide;
use dify_plugin::endpoint::Method;
use dify_plugin::host::{Events, Host, Outcome, ToolInvocation};
use dify_plugin::{
    Connection, Endpoint, EndpointRequest, EndpointResponse, Error, MessageSink, Plugin, PluginBuilder, Tool, ToolCall,
    async_trait, serve_on,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// The tool `run` of the provider `probe`, doing what the closure says.
pub(crate) fn plugin<F, R>(run: F) -> Plugin
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    closure("run", run).build().unwrap()
}

/// A plugin to be, with a tool of this name that does what the closure says.
pub(crate) fn closure<F, R>(name: &'static str, run: F) -> PluginBuilder
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    Plugin::builder("probe").tool(Closure(name, run))
}

/// A plugin that sends its parameter `text` back.
pub(crate) fn echo() -> Plugin {
    plugin(async |call, out| out.text(call.parameters["text"].as_str().unwrap()).await)
}

pub(crate) struct Closure<F>(&'static str, F);

#[async_trait]
impl<F, R> Tool for Closure<F>
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    fn name(&self) -> &'static str {
        self.0
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        (self.1)(call, out).await
    }
}

/// An endpoint that does what the closure says.
pub(crate) struct At<F>(pub(crate) Method, pub(crate) &'static str, pub(crate) F);

#[async_trait]
impl<F, R> Endpoint for At<F>
where
    F: Fn(EndpointRequest) -> R + Send + Sync + 'static,
    R: Future<Output = Result<EndpointResponse, Error>> + Send + 'static,
{
    fn path(&self) -> &'static str {
        self.1
    }

    fn method(&self) -> Method {
        self.0.clone()
    }

    async fn respond(&self, request: EndpointRequest) -> Result<EndpointResponse, Error> {
        (self.2)(request).await
    }
}

/// What an endpoint answered: the status, the headers and the body.
pub(crate) struct Answer {
    pub(crate) status: u64,
    pub(crate) headers: Value,
    pub(crate) body: String,
}

/// Sends a complete HTTP request to the plugin's endpoints. The session must hold one chunk and end well.
pub(crate) async fn ask(host: &Host, http: impl AsRef<[u8]>) -> Answer {
    let raw = HEXLOWER.encode(http.as_ref());
    let data = json!({
        "user_id": "", "type": "endpoint", "action": "invoke_endpoint", "raw_http_request": raw, "settings": null,
    });
    answer(&finish(host.request(data).await).await)
}

/// The one chunk of an endpoint's session.
pub(crate) fn answer(outcome: &Outcome) -> Answer {
    assert!(outcome.error.is_none() && outcome.others.len() == 1, "{outcome:?}");
    let chunk = &outcome.others[0];
    let body = HEXLOWER.decode(chunk["result"].as_str().unwrap().as_bytes()).unwrap();
    Answer {
        status: chunk["status"].as_u64().unwrap(),
        headers: chunk["headers"].clone(),
        body: String::from_utf8(body).unwrap(),
    }
}

pub(crate) fn call() -> ToolInvocation {
    ToolInvocation::new("probe", "run")
}

/// A line that calls the tool.
pub(crate) fn request(session_id: &str, parameters: &Value) -> String {
    json!({
        "session_id": session_id,
        "event": "request",
        "data": {
            "action": "invoke_tool",
            "provider": "probe",
            "tool": "run",
            "tool_parameters": parameters,
            "credentials": {},
        },
    })
    .to_string()
}

/// Serves a plugin to a host that sees bare lines.
pub(crate) fn serve(plugin: Plugin) -> (HostSide, JoinHandle<()>) {
    let (connection, host) = Connection::memory();
    (host, tokio::spawn(serve_on(plugin, connection)))
}

/// Everything to the session's end, which must come.
pub(crate) async fn finish(events: Events) -> Outcome {
    let outcome = tokio::time::timeout(Duration::from_secs(60), events.collect()).await.expect("the session hangs");
    assert!(outcome.ended, "{outcome:?}");
    outcome
}

/// That the plugin still answers, and has sent nothing that belongs to nobody.
pub(crate) async fn assert_alive(host: &Host) {
    let outcome = finish(host.invoke(call().parameter("text", "still here")).await).await;
    assert_eq!(outcome.text(), "still here");
    assert_eq!(host.strays(), [""; 0]);
}

/// A client for loopback addresses. Other crates of a workspace may switch TLS on, which then wants a provider.
#[cfg(feature = "http-client")]
pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// The next line that is no heartbeat.
pub(crate) async fn next_line(host: &mut HostSide) -> Value {
    loop {
        let line = tokio::time::timeout(Duration::from_secs(60), host.output.next_line()).await;
        let line: Value = serde_json::from_str(&line.expect("no more lines come").expect("gone")).unwrap();
        if line["event"] != "heartbeat" {
            return line;
        }
    }
}

/// The lines to the end of as many sessions, without heartbeats.
pub(crate) async fn lines(host: &mut HostSide, sessions: usize) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut ends = 0;
    while ends < sessions {
        let line = next_line(host).await;
        ends += usize::from(line["data"]["type"] == "end");
        lines.push(line);
    }
    lines
}

/// An example of this crate as a program. Cargo builds examples before the tests, but not when told to build tests alone.
pub(crate) fn example(name: &str) -> PathBuf {
    static BUILD: Once = Once::new();
    let deps = std::env::current_exe().unwrap();
    let profile = deps.ancestors().nth(2).unwrap();
    let path = profile.join("examples").join(name);
    BUILD.call_once(|| {
        if !path.exists() {
            let profile = profile.file_name().unwrap().to_str().unwrap();
            let status = Command::new(env!("CARGO"))
                .args(["build", "--quiet", "--package", "dify-plugin", "--example", name, "--profile"])
                .arg(if profile == "debug" { "dev" } else { profile })
                .status();
            assert!(status.unwrap().success() && path.exists(), "no example at {}", path.display());
        }
    });
    path
}

//! What the tests share: a tool made of a closure, and a plain way to talk to it.

#![allow(dead_code, reason = "each test file uses a part")]

use std::time::Duration;

use dify_plugin::connection::HostSide;
use dify_plugin::host::{Events, Host, Outcome, ToolInvocation};
use dify_plugin::{Connection, Error, MessageSink, Plugin, Tool, ToolCall, async_trait, serve_on};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// The tool `run` of the provider `probe`, doing what the closure says.
pub(crate) fn plugin<F, R>(run: F) -> Plugin
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    Plugin::builder("probe").tool(Closure(run)).build().unwrap()
}

/// A plugin that sends its parameter `text` back.
pub(crate) fn echo() -> Plugin {
    plugin(async |call, out| out.text(call.parameters["text"].as_str().unwrap()).await)
}

pub(crate) struct Closure<F>(F);

#[async_trait]
impl<F, R> Tool for Closure<F>
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    fn name(&self) -> &'static str {
        "run"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        (self.0)(call, out).await
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

/// The lines to the end of as many sessions, without heartbeats.
pub(crate) async fn lines(host: &mut HostSide, sessions: usize) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut ends = 0;
    while ends < sessions {
        let line = tokio::time::timeout(Duration::from_secs(60), host.output.next_line()).await;
        let line: Value = serde_json::from_str(&line.expect("no more lines come").expect("gone")).unwrap();
        ends += usize::from(line["data"]["type"] == "end");
        if line["event"] != "heartbeat" {
            lines.push(line);
        }
    }
    lines
}

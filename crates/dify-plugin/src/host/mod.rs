//! The other side: plays Dify's plugin daemon, for demos, benchmarks and tests.
//!
//! A [`Host`] starts a plugin, as a process or in memory, asks it things, and hands back what comes as
//! [`Event`]s, live, or gathered in an [`Outcome`]. It is as strict as Dify where Dify is strict: blobs are checked as
//! Dify's API checks them, and lines the daemon would drop are kept as [strays](Host::strays).
//!
//! ```no_run
//! use dify_plugin::host::{Host, ToolInvocation};
//!
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let host = Host::spawn(std::process::Command::new("target/debug/my-plugin"))?;
//! host.ready().await?;
//! let outcome = host.invoke(ToolInvocation::new("greeter", "greet")).await.collect().await;
//! println!("{}", outcome.text());
//! let exit = host.shutdown().await?;
//! assert!(exit.success(), "{}", exit.stderr);
//! # Ok(()) }
//! ```

mod calls;
mod event;
mod invocation;
mod link;
mod outcome;
mod switchboard;

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value, json};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

pub use calls::Reply;
use calls::{Answerer, end_of, line_of};
pub use event::{BackwardsCall, BlobChunk, Event, Failure, LogRecord};
pub use invocation::ToolInvocation;
use link::{Input, Life};
pub use outcome::{Blob, Outcome};
pub use switchboard::Events;
use switchboard::Switchboard;

use crate::Plugin;
use invocation::request_line;

/// A running plugin, seen from outside. Needs a tokio runtime. Dropping it kills a process.
#[derive(Debug)]
pub struct Host {
    input: Arc<Mutex<Option<Input>>>,
    switchboard: Arc<Switchboard>,
    reader: JoinHandle<()>,
    life: Life,
    sessions: AtomicU64,
}

/// How a plugin ended.
#[derive(Debug)]
pub struct Exit {
    /// The process's status; `None` for a plugin in memory.
    pub status: Option<ExitStatus>,
    /// All it wrote to stderr; empty for a plugin in memory.
    pub stderr: String,
}

impl Exit {
    /// Whether it ended well. A plugin in memory always does.
    pub fn success(&self) -> bool {
        self.status.is_none_or(|status| status.success())
    }
}

impl Host {
    /// Starts a plugin as a process, its standard streams connected.
    ///
    /// # Errors
    ///
    /// When the process cannot be started.
    pub fn spawn(command: Command) -> io::Result<Self> {
        link::process(command).map(Self::new)
    }

    /// Serves a plugin in this process. Works under tokio's paused clock.
    pub fn in_memory(plugin: Plugin) -> Self {
        Self::new(link::memory(plugin))
    }

    fn new(link: link::Link) -> Self {
        let switchboard = Arc::new(Switchboard::default());
        let reader = tokio::spawn(switchboard::run(switchboard.clone(), link.output));
        let input = Arc::new(Mutex::new(Some(link.input)));
        Self { input, switchboard, reader, life: link.life, sessions: AtomicU64::new(1) }
    }

    /// Waits for the first heartbeat: Dify takes a plugin for started then.
    ///
    /// # Errors
    ///
    /// When the plugin ended before.
    pub async fn ready(&self) -> io::Result<()> {
        self.switchboard.first_heartbeat().await.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Heartbeats so far.
    pub fn heartbeats(&self) -> u64 {
        self.switchboard.heartbeats()
    }

    /// Calls a tool.
    pub async fn invoke(&self, invocation: ToolInvocation) -> Events {
        let (envelope, data) = invocation.into_parts();
        self.open(&envelope, data).await
    }

    /// Asks whether credentials work.
    ///
    /// # Errors
    ///
    /// The plugin's error, or one of type `ConnectionClosedError` when it ended without an answer.
    pub async fn validate_credentials(&self, provider: &str, credentials: Map<String, Value>) -> Result<(), Failure> {
        let data = json!({
            "action": "validate_tool_credentials",
            "credentials": credentials,
            "provider": provider,
            "type": "tool",
            "user_id": invocation::USER,
        });
        let outcome = self.request(data).await.collect().await;
        match outcome.error {
            Some(error) => Err(error),
            None if outcome.others == [json!({"result": true})] => Ok(()),
            None => Err(Failure {
                error_type: "ConnectionClosedError".into(),
                message: format!("no verdict: ended {}, {:?}", outcome.ended, outcome.others),
                args: Value::Null,
            }),
        }
    }

    /// Sends any request; `data` is the request's `data` as it is.
    pub async fn request(&self, data: Value) -> Events {
        self.open(&Map::new(), data).await
    }

    /// Calls a tool in a session of this id, as a host does that delivers a call twice.
    pub async fn invoke_in_session(&self, session_id: &str, invocation: ToolInvocation) -> Events {
        let (envelope, data) = invocation.into_parts();
        self.open_session(session_id, &envelope, data).await
    }

    async fn open(&self, envelope: &Map<String, Value>, data: Value) -> Events {
        let session_id = format!("session-{}", self.sessions.fetch_add(1, Ordering::Relaxed));
        self.open_session(&session_id, envelope, data).await
    }

    async fn open_session(&self, session_id: &str, envelope: &Map<String, Value>, data: Value) -> Events {
        let events = self.listen(session_id);
        self.send_line(&request_line(session_id, envelope, data)).await;
        events
    }

    /// Ends the plugin at once, as `SIGKILL` does: running sessions see their events end without another word.
    pub fn kill(&self) {
        self.life.kill();
        self.reader.abort();
    }

    /// Listens to a session of this id, for requests sent by [`Host::send_line`].
    pub fn listen(&self, session_id: &str) -> Events {
        self.switchboard.listen(session_id)
    }

    /// Answers every call back into Dify with what `reply` gives, from now on. The calls are still seen among a
    /// session's [events](Event::Call).
    pub fn on_call(&self, reply: impl Fn(&BackwardsCall) -> Reply + Send + Sync + 'static) {
        self.switchboard.answer_with(Answerer { input: self.input.clone(), reply: Box::new(reply) });
    }

    /// Sends one part of the answer to a call: data, or the text of what went wrong.
    pub async fn answer(&self, call: &BackwardsCall, part: Result<Value, String>) {
        self.send_bytes(line_of(call, part).as_bytes()).await;
    }

    /// Ends the answer to a call.
    pub async fn answer_end(&self, call: &BackwardsCall) {
        self.send_bytes(end_of(call).as_bytes()).await;
    }

    /// Sends one line as it is; its end is added.
    pub async fn send_line(&self, line: &str) {
        self.send_bytes(format!("{line}\n").as_bytes()).await;
    }

    /// Sends bytes as they are. What a plugin no longer reads is lost.
    pub async fn send_bytes(&self, bytes: &[u8]) {
        if let Some(input) = self.input.lock().await.as_mut() {
            input.send(bytes).await;
        }
    }

    /// Lines that belong to no running session or are no message at all, which the daemon would drop. At most 1,000
    /// are kept.
    pub fn strays(&self) -> Vec<String> {
        self.switchboard.strays()
    }

    /// What the plugin wrote to stderr so far.
    pub fn stderr(&self) -> String {
        self.life.stderr()
    }

    /// The process's id; `None` in memory and after its end.
    pub fn process_id(&self) -> Option<u32> {
        self.life.process_id()
    }

    /// Ends the plugin's stdin, as the daemon does first when it stops a plugin.
    pub async fn close_stdin(&self) {
        if let Some(input) = self.input.lock().await.take() {
            input.close().await;
        }
    }

    /// Closes the reading end of the plugin's stdout. Running sessions see their events end.
    pub fn close_stdout(&self) {
        self.reader.abort();
    }

    /// Waits until the plugin has ended.
    ///
    /// # Errors
    ///
    /// When the process cannot be waited for.
    pub async fn wait(&mut self) -> io::Result<Exit> {
        self.life.end().await
    }

    /// Ends the plugin's stdin and waits until it has ended.
    ///
    /// # Errors
    ///
    /// As [`Host::wait`].
    pub async fn shutdown(mut self) -> io::Result<Exit> {
        self.close_stdin().await;
        self.wait().await
    }
}

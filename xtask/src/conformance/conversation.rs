//! A plugin as a process, what it is asked, and every line it answers.

use std::collections::BTreeSet;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::timeout;

/// What takes milliseconds may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// The `data` of a request.
#[derive(Debug, Clone)]
pub(super) struct Request(Value);

impl Request {
    pub(super) fn new(kind: &str, action: &str, fields: Value) -> Self {
        let mut data = fields;
        data["type"] = kind.into();
        data["action"] = action.into();
        data["user_id"] = "11111111-2222-3333-4444-555555555555".into();
        Self(data)
    }

    /// An HTTP request in hexadecimal, as Dify hands it to an endpoint.
    pub(super) fn endpoint(http: &str) -> Self {
        let raw = http.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        Self::new("endpoint", "invoke_endpoint", json!({"settings": {}, "raw_http_request": raw}))
    }
}

/// What was asked and answered.
#[derive(Debug, Serialize)]
pub(super) struct Conversation {
    /// By session.
    actions: serde_json::Map<String, Value>,
    /// As they were written, in their order.
    lines: Vec<String>,
}

/// Asks a plugin everything, refuses its calls, and ends it when each session is ended.
pub(super) async fn hold(command: Command, requests: Vec<Request>) -> Result<Conversation> {
    let mut errors = tempfile::tempfile().context("no temporary file can be made")?;
    let mut plugin = tokio::process::Command::from(command);
    plugin.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(errors.try_clone()?);
    let mut plugin =
        plugin.env("INSTALL_METHOD", "local").kill_on_drop(true).spawn().context("it cannot be started")?;
    let (Some(input), Some(output)) = (plugin.stdin.take(), plugin.stdout.take()) else { bail!("it has no streams") };
    let talk = talk(&mut plugin, input, BufReader::new(output).lines(), requests);
    let held = timeout(LIMIT, talk).await;
    let held = held.unwrap_or_else(|_| Err(anyhow!("it did not end within {} s", LIMIT.as_secs())));
    held.map_err(|error| {
        let mut told = String::new();
        let _ = errors.rewind().and_then(|()| errors.read_to_string(&mut told));
        anyhow!("{error:#}\n{}", told.trim_end())
    })
}

async fn talk(
    plugin: &mut Child,
    mut input: ChildStdin,
    mut output: Lines<BufReader<ChildStdout>>,
    requests: Vec<Request>,
) -> Result<Conversation> {
    let mut conversation = Conversation { actions: serde_json::Map::new(), lines: Vec::new() };
    let mut open = BTreeSet::new();
    for (number, Request(data)) in requests.into_iter().enumerate() {
        let session = format!("session-{number}");
        conversation.actions.insert(session.clone(), data["action"].clone());
        input.write_all(&envelope(&session, "request", &data)).await?;
        open.insert(session);
    }
    let mut is_alive = false;
    while !(open.is_empty() && is_alive) {
        let line = output.next_line().await?.with_context(|| format!("it ended before {} sessions did", open.len()))?;
        let read: Value = serde_json::from_str(&line).with_context(|| format!("it said what is no JSON: {line}"))?;
        let session = read["session_id"].as_str().unwrap_or_default();
        is_alive |= read["event"] == "heartbeat";
        if read["data"]["type"] == "end" {
            open.remove(session);
        } else if read["data"]["type"] == "invoke" {
            let id = &read["data"]["data"]["backwards_request_id"];
            for (event, message) in [("error", "nobody is here"), ("end", "")] {
                let data = json!({"backwards_request_id": id, "event": event, "message": message, "data": null});
                input.write_all(&envelope(session, "backwards_response", &data)).await?;
            }
        }
        conversation.lines.push(line);
    }
    drop(input);
    while let Some(line) = output.next_line().await? {
        conversation.lines.push(line);
    }
    let status = plugin.wait().await?;
    ensure!(status.success(), "it ended with {status}");
    Ok(conversation)
}

fn envelope(session: &str, event: &str, data: &Value) -> Vec<u8> {
    let envelope = json!({
        "session_id": session, "conversation_id": null, "message_id": null, "app_id": null, "endpoint_id": null,
        "context": null, "event": event, "data": data,
    });
    format!("{envelope}\n").into_bytes()
}

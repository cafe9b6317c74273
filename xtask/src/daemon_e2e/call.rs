//! A request to the plugin through the daemon, and the events that come back.

use std::time::Duration;

use anyhow::{Context, Result};
use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use serde_json::{Map, Value, json};
use tokio::time::timeout;

use super::answer::{Answer, Failure};
use super::http::{Client, Refusal, open};
use crate::project::PLUGIN;

/// Dify ends every step after it.
const STEP_LIMIT: Duration = Duration::from_secs(600);
/// A user of Dify.
const USER: &str = "22222222-2222-4222-8222-222222222222";
/// The plugin, as the daemon tells it from others.
pub(super) const PLUGIN_ID: &str = "sawyer-shi/kling_aigc";

/// An answer on its way: server-sent events.
pub(super) struct Call {
    body: Incoming,
    received: Vec<u8>,
}

/// One event, without its envelope.
pub(super) enum Event {
    Chunk(Value),
    Failure(Failure),
}

/// The parameters of a tool that needs no more than a prompt.
pub(super) fn prompt(text: &str) -> Map<String, Value> {
    Map::from_iter([("prompt".to_owned(), text.into())])
}

/// Calls a tool.
///
/// # Errors
/// When the daemon does not take the call.
pub(super) async fn tool(
    daemon: &Client,
    tool: &str,
    parameters: Map<String, Value>,
    credentials: &Map<String, Value>,
) -> Result<Call> {
    let data = json!({
        "provider": PLUGIN,
        "tool": tool,
        "tool_parameters": parameters,
        "credentials": credentials,
        "credential_type": "api-key",
    });
    dispatch(daemon, "tool/invoke", data).await
}

/// Asks whether credentials work, as Dify does when they are saved.
///
/// # Errors
/// When the daemon does not take the call.
pub(super) async fn validate(daemon: &Client, credentials: &Map<String, Value>) -> Result<Result<Value, Failure>> {
    let data = json!({"provider": PLUGIN, "credentials": credentials});
    let mut call = dispatch(daemon, "tool/validate_credentials", data).await?;
    match call.next().await?.context("no verdict")? {
        Event::Chunk(verdict) => Ok(Ok(verdict)),
        Event::Failure(failure) => Ok(Err(failure)),
    }
}

async fn dispatch(daemon: &Client, path: &str, data: Value) -> Result<Call> {
    let body = json!({"user_id": USER, "app_id": "33333333-3333-4333-8333-333333333333", "data": data});
    Ok(Call { body: daemon.dispatch(PLUGIN_ID, path, &body).await?, received: Vec::new() })
}

impl Call {
    /// The next event; `None` after the last one.
    pub(super) async fn next(&mut self) -> Result<Option<Event>> {
        loop {
            if let Some(event) = next_event(&mut self.received) {
                return read(&event).map(Some);
            }
            let Some(frame) = self.body.frame().await else {
                anyhow::ensure!(self.received.is_empty(), "the stream ends within an event");
                return Ok(None);
            };
            if let Ok(bytes) = frame.context("the stream of events breaks")?.into_data() {
                self.received.extend_from_slice(&bytes);
            }
        }
    }

    /// Follows to the end, as a workflow does.
    ///
    /// # Errors
    /// When it takes longer than Dify waits, or breaks a rule of Dify.
    pub(super) async fn finish(mut self) -> Result<Answer> {
        let mut answer = Answer::default();
        let all = async {
            while let Some(event) = self.next().await? {
                answer.take(event)?;
            }
            anyhow::Ok(())
        };
        timeout(STEP_LIMIT, all).await.context("the call takes longer than Dify waits")??;
        answer.ensure_whole()?;
        Ok(answer)
    }
}

fn read(event: &[u8]) -> Result<Event> {
    match open(event) {
        Ok(chunk) => Ok(Event::Chunk(chunk)),
        // As Dify's API reads an error: the plugin's own is a text in the daemon's.
        Err(error) => {
            let refusal = error.downcast::<Refusal>()?;
            let inner = serde_json::from_str(&refusal.message);
            Ok(Event::Failure(inner.unwrap_or(Failure { error_type: refusal.error_type, message: refusal.message })))
        }
    }
}

/// Takes the first whole event out of what was received.
fn next_event(received: &mut Vec<u8>) -> Option<Bytes> {
    let end = received.windows(2).position(|pair| pair == b"\n\n")?;
    let event = received.drain(..end + 2).take(end).collect::<Vec<_>>();
    let data = event.strip_prefix(b"data: ").map(<[u8]>::to_vec);
    Some(data.unwrap_or(event).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_taken_out_as_they_become_whole() {
        let mut received = b"data: {\"a\":1}\n\ndata: {\"b\"".to_vec();
        assert_eq!(next_event(&mut received).unwrap(), &br#"{"a":1}"#[..]);
        assert_eq!(next_event(&mut received), None);
        received.extend_from_slice(b":2}\n\n");
        assert_eq!(next_event(&mut received).unwrap(), &br#"{"b":2}"#[..]);
        assert!(received.is_empty());
    }

    #[test]
    fn the_plugin_s_error_lies_two_texts_deep() {
        let inner = json!({"error_type": "InvokeBadRequestError", "message": "no", "args": {}}).to_string();
        let middle = json!({"error_type": "PluginInvokeError", "message": inner, "args": null}).to_string();
        let event = json!({"code": -500, "message": middle, "data": null}).to_string();
        let Event::Failure(failure) = read(event.as_bytes()).unwrap() else { panic!("no failure") };
        assert_eq!((failure.error_type.as_str(), failure.message.as_str()), ("InvokeBadRequestError", "no"));
    }
}

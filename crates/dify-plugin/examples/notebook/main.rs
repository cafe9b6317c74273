//! A whole plugin: a tool that keeps notes in Dify's storage, and an endpoint that shows them.
//!
//! Its declarations are beside this file. As a package it needs a `main.py` that becomes this program; to debug it in a
//! running Dify none: `cargo run -p dify-plugin --features remote --example notebook` in this folder, with
//! `INSTALL_METHOD=remote`, `REMOTE_INSTALL_URL` and `REMOTE_INSTALL_KEY` in the environment or in a file `.env`.

mod every_message;

use std::process::ExitCode;

use dify_plugin::endpoint::{Method, StatusCode};
use dify_plugin::{
    CallError, Endpoint, EndpointRequest, EndpointResponse, Error, Level, MessageSink, Plugin, Tool, ToolCall,
    async_trait,
};
use serde_json::json;

/// Reads, writes and deletes notes.
struct Note;

#[async_trait]
impl Tool for Note {
    fn name(&self) -> &'static str {
        "note"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        if call.boolean("every_message")?.unwrap_or_default() {
            return every_message::send(&out).await;
        }
        let Some(name) = call.text("name")?.filter(|name| !name.is_empty()) else {
            return Err(Error::BadRequest("which note? Fill in `name`".into()));
        };
        let key = key(&name);
        let storage = call.dify.storage();
        let action = call.text("action")?.unwrap_or_else(|| "read".into());
        match action.as_str() {
            "write" => {
                let text = call.text("text")?.unwrap_or_default();
                storage.set(&key, &text).await.map_err(bad_name)?;
                out.variable("note", text).await?;
                out.text(format!("The note `{name}` is written.")).await
            }
            "delete" => {
                storage.delete(&key).await.map_err(bad_name)?;
                out.text(format!("The note `{name}` is deleted.")).await
            }
            "read" => match storage.get(&key).await.map_err(bad_name)? {
                Some(bytes) => {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    out.variable("note", text.clone()).await?;
                    out.text(text).await
                }
                None => out.text(format!("There is no note `{name}`.")).await,
            },
            other => Err(Error::BadRequest(format!("`{other}` is no action: read, write or delete"))),
        }
    }
}

/// Shows a note as JSON.
struct ShowNote;

#[async_trait]
impl Endpoint for ShowNote {
    fn path(&self) -> &'static str {
        "/notes/<name>"
    }

    fn method(&self) -> Method {
        Method::GET
    }

    async fn respond(&self, request: EndpointRequest) -> Result<EndpointResponse, Error> {
        let name = request.variable("name").unwrap_or_default();
        let found = match request.dify.storage().get(&key(name)).await {
            Err(CallError::Invalid(_)) => None,
            other => other?,
        };
        let Some(bytes) = found else {
            return Ok(EndpointResponse::json(&json!({"error": "no such note"}))?.status(StatusCode::NOT_FOUND));
        };
        let title = request.settings.get_str("title").unwrap_or_default();
        EndpointResponse::json(&json!({"title": title, "name": name, "text": String::from_utf8_lossy(&bytes)}))
    }
}

fn key(name: &str) -> String {
    format!("notes/{name}")
}

/// A name that is no key is the user's to change.
fn bad_name(error: CallError) -> Error {
    match error {
        CallError::Invalid(reason) => Error::BadRequest(reason),
        other => other.into(),
    }
}

fn main() -> ExitCode {
    dify_plugin::log_to_stderr(&["dify_plugin"], Level::WARN);
    match Plugin::builder("notebook").tool(Note).endpoint(ShowNote).build() {
        Ok(plugin) => dify_plugin::serve(plugin),
        Err(_) => ExitCode::FAILURE,
    }
}

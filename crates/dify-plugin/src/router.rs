//! From a request to the code that answers it.

use std::sync::Arc;

use serde::Serialize;

use crate::request::{Fields, Request};
use crate::session::SessionWriter;
use crate::{Error, MessageSink, Plugin, Session, Tool, ToolCall};

/// Answers one request. The session is ended by the caller.
pub(crate) async fn answer(plugin: &Plugin, request: Request, session: &SessionWriter) -> Result<(), Error> {
    let Request { session: origin, action, fields } = request;
    // The names of actions are unique; the `type` beside them (`tool`, `oauth`, …) tells nothing more.
    match action.as_str() {
        "invoke_tool" => invoke_tool(plugin, origin, fields, session).await,
        "validate_tool_credentials" => validate_credentials(plugin, fields, session).await,
        _ => Err(Error::NotImplemented(format!("this plugin does not implement the action `{action}`"))),
    }
}

async fn invoke_tool(
    plugin: &Plugin,
    origin: Session,
    mut fields: Fields,
    session: &SessionWriter,
) -> Result<(), Error> {
    let call = ToolCall {
        session: origin,
        provider: fields.string("provider"),
        tool: fields.string("tool"),
        parameters: fields.object("tool_parameters"),
        credentials: fields.object("credentials").into(),
        credential_type: fields.optional_string("credential_type"),
    };
    fields.check()?;
    let tool = find_tool(plugin, &call)?;
    drop(fields);
    tool.invoke(call, MessageSink::new(session.clone())).await
}

async fn validate_credentials(plugin: &Plugin, mut fields: Fields, session: &SessionWriter) -> Result<(), Error> {
    let provider = fields.string("provider");
    let credentials = fields.object("credentials").into();
    fields.check()?;
    check_provider(plugin, &provider)?;
    if let Some(check) = &plugin.credentials {
        check.check(credentials).await?;
    }
    session.stream(&Verdict { result: true }).await
}

fn find_tool(plugin: &Plugin, call: &ToolCall) -> Result<Arc<dyn Tool>, Error> {
    check_provider(plugin, &call.provider)?;
    let ToolCall { tool, provider, .. } = call;
    let found = plugin.tools.get(tool).cloned();
    found.ok_or_else(|| Error::NotFound(format!("Tool `{tool}` not found for provider `{provider}`")))
}

fn check_provider(plugin: &Plugin, provider: &str) -> Result<(), Error> {
    if plugin.provider == provider {
        return Ok(());
    }
    Err(Error::NotFound(format!("Provider `{provider}` not found")))
}

#[derive(Serialize)]
struct Verdict {
    result: bool,
}

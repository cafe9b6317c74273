//! From a request to the code that answers it.

use std::sync::Arc;

use serde::Serialize;

use crate::backwards::Backwards;
use crate::dify::Dify;
use crate::request::{Fields, Request};
use crate::session::SessionWriter;
use crate::{Error, MessageSink, Plugin, Tool, ToolCall, endpoint, oauth, options, runtime_parameters};

/// Answers one request. The session is ended by the caller.
pub(crate) async fn answer(
    plugin: &Plugin,
    request: Request,
    writer: &SessionWriter,
    backwards: &Backwards,
) -> Result<(), Error> {
    let dify = Dify::new(backwards.clone(), &request.session);
    let action = request.action.clone();
    // The names of actions are unique, so a host may leave the access out; but not give one that is wrong.
    match (request.access.as_deref().unwrap_or_else(|| access_of(&action)), action.as_str()) {
        ("tool", "invoke_tool") => invoke_tool(plugin, request, dify, writer).await,
        ("tool", "validate_tool_credentials") => validate_credentials(plugin, request.fields, writer).await,
        ("tool", "get_tool_runtime_parameters") => {
            writer.stream(&runtime_parameters::answer(plugin, request).await?).await
        }
        ("dynamic_parameter", "fetch_parameter_options") => {
            writer.stream(&options::answer(plugin, request).await?).await
        }
        ("oauth", "get_authorization_url") => writer.stream(&oauth::authorization_url(plugin, request).await?).await,
        ("oauth", "get_credentials") => writer.stream(&oauth::credentials(plugin, request).await?).await,
        ("oauth", "refresh_credentials") => writer.stream(&oauth::refresh(plugin, request).await?).await,
        ("endpoint", "invoke_endpoint") => writer.stream(&endpoint::answer(plugin, request, dify).await?).await,
        _ => Err(Plugin::does_not_implement(&action)),
    }
}

fn access_of(action: &str) -> &'static str {
    match action {
        "invoke_endpoint" => "endpoint",
        "fetch_parameter_options" => "dynamic_parameter",
        "get_authorization_url" | "get_credentials" | "refresh_credentials" => "oauth",
        _ => "tool",
    }
}

async fn invoke_tool(plugin: &Plugin, request: Request, dify: Dify, writer: &SessionWriter) -> Result<(), Error> {
    let Request { session, mut fields, .. } = request;
    let call = ToolCall {
        session,
        provider: fields.string("provider"),
        tool: fields.string("tool"),
        parameters: fields.object("tool_parameters"),
        credentials: fields.object("credentials").into(),
        credential_type: fields.optional_string("credential_type"),
        dify,
    };
    fields.check()?;
    let tool = find_tool(plugin, &call)?;
    drop(fields);
    tool.invoke(call, MessageSink::new(writer.clone())).await
}

async fn validate_credentials(plugin: &Plugin, mut fields: Fields, session: &SessionWriter) -> Result<(), Error> {
    let provider = fields.string("provider");
    let credentials = fields.object("credentials").into();
    fields.check()?;
    plugin.check_provider(&provider)?;
    if let Some(check) = &plugin.credentials {
        check.check(credentials).await?;
    }
    session.stream(&Verdict { result: true }).await
}

fn find_tool(plugin: &Plugin, call: &ToolCall) -> Result<Arc<dyn Tool>, Error> {
    plugin.check_provider(&call.provider)?;
    let ToolCall { tool, provider, .. } = call;
    let found = plugin.tools.get(tool).cloned();
    found.ok_or_else(|| Error::NotFound(format!("Tool `{tool}` not found for provider `{provider}`")))
}

#[derive(Serialize)]
struct Verdict {
    result: bool,
}

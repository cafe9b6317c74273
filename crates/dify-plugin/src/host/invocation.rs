//! What is asked, as the daemon writes it.

use std::fmt;

use serde_json::{Map, Value, json};

/// Some user.
pub(super) const USER: &str = "11111111-2222-3333-4444-555555555555";
/// Some app of theirs.
const APP: &str = "22222222-3333-4444-5555-666666666666";

/// A call of a tool. Which ids a call carries tells who makes it: see [`Session`](crate::Session).
///
/// Its `Debug` shows neither parameters nor credentials.
#[derive(Clone, Default)]
pub struct ToolInvocation {
    /// The provider's name.
    pub provider: String,
    /// The tool's name.
    pub tool: String,
    /// The parameters by name.
    pub parameters: Map<String, Value>,
    /// The credentials by name.
    pub credentials: Map<String, Value>,
    /// The Dify app, where the caller knows it.
    pub app_id: Option<String>,
    /// The conversation, in a chat.
    pub conversation_id: Option<String>,
    /// The message that caused the call, in a chat.
    pub message_id: Option<String>,
    /// What an agent adds.
    pub context: Option<Value>,
}

impl ToolInvocation {
    /// A call without parameters and credentials, as a node of a workflow makes it: with the id of an app and no other.
    pub fn new(provider: impl Into<String>, tool: impl Into<String>) -> Self {
        Self { provider: provider.into(), tool: tool.into(), app_id: Some(APP.to_owned()), ..Self::default() }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Adds a credential.
    #[must_use]
    pub fn credential(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.credentials.insert(name.into(), value.into());
        self
    }

    /// The envelope's own fields, and its data.
    pub(super) fn into_parts(self) -> (Map<String, Value>, Value) {
        let ids = [("app_id", self.app_id), ("conversation_id", self.conversation_id), ("message_id", self.message_id)];
        let ids = ids.into_iter().filter_map(|(name, id)| Some((name.to_owned(), id?.into())));
        let context = self.context.map(|context| ("context".to_owned(), context));
        let envelope = ids.chain(context).collect();
        let data = json!({
            "action": "invoke_tool",
            "credential_type": "api-key",
            "credentials": self.credentials,
            "provider": self.provider,
            "tool": self.tool,
            "tool_parameters": self.parameters,
            "type": "tool",
            "user_id": USER,
        });
        (envelope, data)
    }
}

impl fmt::Debug for ToolInvocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolInvocation")
            .field("provider", &self.provider)
            .field("tool", &self.tool)
            .finish_non_exhaustive()
    }
}

pub(super) fn request_line(session_id: &str, envelope: &Map<String, Value>, data: Value) -> String {
    envelope_line(session_id, envelope, "request", data)
}

/// One line as the daemon's Go code writes it: compact, in this order, characters of HTML and the line separators
/// escaped (dify-plugin-daemon 0.6.10).
pub(super) fn envelope_line(session_id: &str, envelope: &Map<String, Value>, event: &str, data: Value) -> String {
    let mut request = Map::new();
    request.insert("session_id".into(), session_id.into());
    for name in ["conversation_id", "message_id", "app_id", "endpoint_id", "context"] {
        request.insert(name.into(), envelope.get(name).cloned().unwrap_or_default());
    }
    request.insert("event".into(), event.into());
    request.insert("data".into(), data);
    // All of these can stand in strings only.
    let line = Value::Object(request).to_string();
    [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")]
        .iter()
        .fold(line, |line, (plain, escape)| if line.contains(plain) { line.replace(plain, escape) } else { line })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_looks_as_from_the_daemon() {
        let mut call = ToolInvocation::new("probe", "draw").parameter("prompt", "<a & b>").credential("key", "k");
        call.context = Some(json!({"agent": true}));
        let (envelope, data) = call.into_parts();
        insta::assert_snapshot!(
            request_line("s", &envelope, data),
            @r#"{"session_id":"s","conversation_id":null,"message_id":null,"app_id":"22222222-3333-4444-5555-666666666666","endpoint_id":null,"context":{"agent":true},"event":"request","data":{"action":"invoke_tool","credential_type":"api-key","credentials":{"key":"k"},"provider":"probe","tool":"draw","tool_parameters":{"prompt":"\u003ca \u0026 b\u003e"},"type":"tool","user_id":"11111111-2222-3333-4444-555555555555"}}"#
        );
    }
}

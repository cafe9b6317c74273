//! What a tool is handed: one call, and who makes it.

use std::fmt;

use serde_json::{Map, Value};

use crate::dify::Dify;

/// A tool's parameters by name. Dify passes numbers through 64-bit floats, so integers beyond 2^53 arrive rounded and
/// `5.0` arrives as `5` (dify-plugin-daemon 0.6.10).
pub type Parameters = Map<String, Value>;

/// One invocation of one tool.
///
/// Its `Debug` shows the names of parameters and credentials, never their values.
#[derive(Clone)]
pub struct ToolCall {
    /// Where the call comes from.
    pub session: Session,
    /// The provider's name, always the plugin's own.
    pub provider: String,
    /// The tool's name.
    pub tool: String,
    /// The parameters; empty where the host sent `null`. Defaults of the declaration are *not* filled in by Dify.
    pub parameters: Parameters,
    /// The credentials the call is made with.
    pub credentials: Credentials,
    /// `api-key`, `oauth2` or `unauthorized`; absent where the host does not say.
    pub credential_type: Option<String>,
    /// For calls back into Dify until the tool is done.
    pub dify: Dify,
}

impl fmt::Debug for ToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolCall")
            .field("session", &self.session)
            .field("provider", &self.provider)
            .field("tool", &self.tool)
            .field("parameters", &Names(&self.parameters))
            .field("credentials", &self.credentials)
            .field("credential_type", &self.credential_type)
            .finish_non_exhaustive()
    }
}

/// Who and what a request belongs to, as far as the host knows.
///
/// What the ids tell of a tool call's caller, as Dify 1.16.0 was seen to send them (2026-11):
///
/// | caller | `app_id` | `conversation_id` | `message_id` | `context` |
/// |---|---|---|---|---|
/// | node of a workflow | set | | | |
/// | node of a chatflow | set | set | | |
/// | agent-chat app | set | set | set | |
/// | agent node, or any other plugin that calls the tool | | | | |
/// | new agent (Dify's own agent service) | | | | |
///
/// An agent gives every message of a tool to its model as text, logs and files included; see
/// [`MessageSink`](crate::MessageSink).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Session {
    /// The host's id of this one request; every answer carries it.
    pub session_id: String,
    /// An account or end user, opaque.
    pub user_id: Option<String>,
    /// The conversation, in a chat.
    pub conversation_id: Option<String>,
    /// The message that caused the call, in a chat.
    pub message_id: Option<String>,
    /// The Dify app.
    pub app_id: Option<String>,
    /// The endpoint that was set up, for a request to one.
    pub endpoint_id: Option<String>,
    /// What the caller adds: agents an object with the credentials they chose
    /// (`{"credentials":{"tool_credentials":{"<provider>":"<credential id>"}}}`), by the sources of Dify's SDK 0.10; no
    /// call of a tool in Dify 1.16.0 was seen to carry one.
    pub context: Option<Value>,
}

/// Decrypted credentials by the names of the provider's declaration.
///
/// `Debug` shows the names, never the values.
#[derive(Clone, Default, PartialEq)]
pub struct Credentials(Map<String, Value>);

impl Credentials {
    /// The value called `name`, as it came: Dify sends strings, and booleans for switches; optional ones may be
    /// absent or null.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The string called `name`, exactly as the user pasted it (not trimmed). `None` for anything but a string.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Map<String, Value>> for Credentials {
    fn from(values: Map<String, Value>) -> Self {
        Self(values)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")?;
        Names(&self.0).fmt(f)
    }
}

struct Names<'a>(&'a Map<String, Value>);

impl fmt::Debug for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            other => panic!("not an object: {other}"),
        }
    }

    #[test]
    fn debug_shows_names_and_no_values() {
        let call = ToolCall {
            session: Session::default(),
            provider: "probe".into(),
            tool: "draw".into(),
            parameters: map(json!({"prompt": "a private wish"})),
            credentials: map(json!({"api_key": "sk-not-a-real-key"})).into(),
            credential_type: None,
            dify: Dify::detached(),
        };
        let shown = format!("{call:?} {call:#?}");
        assert!(shown.contains("prompt") && shown.contains("api_key"), "{shown}");
        assert!(!shown.contains("private") && !shown.contains("sk-not"), "{shown}");
    }

    #[test]
    fn strings_come_untrimmed_and_only_from_strings() {
        let credentials = Credentials::from(map(json!({"key": " k ", "on": true, "none": null})));
        assert_eq!(credentials.get_str("key"), Some(" k "));
        assert_eq!(credentials.get_str("on"), None);
        assert_eq!(credentials.get("on"), Some(&Value::Bool(true)));
        assert_eq!(credentials.get_str("none"), None);
        assert_eq!(credentials.get_str("absent"), None);
    }
}

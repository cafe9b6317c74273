//! The plugin's lines, typed.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One message of a session.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A piece of text.
    Text(String),
    /// A link.
    Link(String),
    /// An image by its address.
    Image(String),
    /// An object or an array.
    Json {
        /// The value.
        value: Value,
        /// Whether an agent keeps it from its model; a workflow takes no notice.
        suppress_output: bool,
    },
    /// An output by name, whole or (`stream`) a piece of a text.
    Variable {
        /// The output's name.
        name: String,
        /// Its value.
        value: Value,
        /// Whether pieces are to be put together.
        stream: bool,
    },
    /// A step of the tool's work.
    Log(LogRecord),
    /// A piece of a file.
    BlobChunk(BlobChunk),
    /// The plugin calls Dify, and waits for an answer.
    Call(BackwardsCall),
    /// Any other chunk of an answer, such as the verdict on credentials.
    Other(Value),
    /// The session failed. Only [`Event::End`] may follow.
    Error(Failure),
    /// The session is over.
    End,
}

/// What a session failed with. A message Dify's daemon could not decode is one of the type `unmarshal_error`, as there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, thiserror::Error)]
#[error("{error_type}: {message}")]
pub struct Failure {
    /// The kind, such as `InvokeBadRequestError`.
    pub error_type: String,
    /// What the user reads.
    pub message: String,
    /// More, which Dify may show too.
    #[serde(default)]
    pub args: Value,
}

/// A call back into Dify, to be answered with [`Host::answer`](super::Host::answer).
#[derive(Debug, Clone, PartialEq)]
pub struct BackwardsCall {
    /// The session it is a part of.
    pub session_id: String,
    /// Its own id, which the answers carry.
    pub id: String,
    /// What is called: `storage`, `upload_file`, `app`, …
    pub kind: String,
    /// What is asked.
    pub request: Map<String, Value>,
}

/// A step of a tool's work.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LogRecord {
    /// The same in each message about the step.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// The step this is a part of.
    pub parent_id: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// `start`, `success` or `error`.
    pub status: String,
    /// Details.
    pub data: Map<String, Value>,
    /// Times (seconds) and costs.
    pub metadata: Option<Map<String, Value>>,
}

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobChunk {
    /// The file's id, unique in the session.
    pub id: String,
    /// Counts from 0.
    pub sequence: u64,
    /// The whole file's bytes.
    pub total_length: u64,
    /// This piece's bytes.
    pub bytes: Vec<u8>,
    /// Whether it is the last.
    pub end: bool,
    /// What the file is.
    pub mime_type: Option<String>,
    /// The file's name.
    pub filename: Option<String>,
}

pub(super) enum Line {
    Heartbeat,
    Session(String, Box<Event>),
}

/// `None` for what the daemon drops.
pub(super) fn read_line(line: &[u8]) -> Option<Line> {
    if let Ok(line) = serde_json::from_slice::<BlobLine<'_>>(line) {
        return line.into_event();
    }
    let line: AnyLine<'_> = serde_json::from_slice(line).ok()?;
    match (&*line.event, line.session_id) {
        ("heartbeat", _) => Some(Line::Heartbeat),
        ("session", Some(session_id)) => {
            let event = session_event(&session_id, line.data)?;
            Some(Line::Session(session_id.into_owned(), Box::new(event)))
        }
        _ => None,
    }
}

#[derive(Deserialize)]
struct AnyLine<'a> {
    #[serde(borrow)]
    event: Cow<'a, str>,
    #[serde(borrow)]
    session_id: Option<Cow<'a, str>>,
    #[serde(default)]
    data: Value,
}

fn session_event(session_id: &str, mut data: Value) -> Option<Event> {
    // Without `data`, not even an end is one.
    let body = data.get_mut("data")?.take();
    match data.get("type")?.as_str()? {
        "stream" => Some(stream_event(body)),
        "error" => serde_json::from_value(body).ok().map(Event::Error),
        "end" => Some(Event::End),
        "invoke" => Some(call(session_id, body)),
        _ => None,
    }
}

fn call(session_id: &str, body: Value) -> Event {
    match serde_json::from_value(body) {
        Ok(Call { kind, id, request }) => {
            Event::Call(BackwardsCall { session_id: session_id.to_owned(), id, kind, request })
        }
        Err(error) => Event::Error(Failure {
            error_type: "invoke_dify_error".into(),
            message: format!("a call into Dify cannot be decoded: {error}"),
            args: Value::Null,
        }),
    }
}

fn stream_event(chunk: Value) -> Event {
    let Ok(ToolMessage { kind, message }) = ToolMessage::deserialize(&chunk) else { return Event::Other(chunk) };
    let event = match kind.as_str() {
        "text" => text(&message).map(Event::Text),
        "link" => text(&message).map(Event::Link),
        "image" => text(&message).map(Event::Image),
        "json" => Json::deserialize(&message)
            .ok()
            .filter(|json| json.value.is_object() || json.value.is_array())
            .map(|Json { value, suppress_output }| Event::Json { value, suppress_output }),
        "variable" => serde_json::from_value(message)
            .ok()
            .map(|Variable { name, value, stream }| Event::Variable { name, value, stream })
            .filter(|event| !matches!(event, Event::Variable { value, stream: true, .. } if !value.is_string())),
        "log" => serde_json::from_value(message).ok().map(Event::Log),
        "retriever_resources" | "blob" => Some(Event::Other(chunk)),
        _ => None,
    };
    event.unwrap_or_else(|| {
        let message = format!("a message of type `{kind}` cannot be decoded");
        Event::Error(Failure { error_type: "unmarshal_error".into(), message, args: Value::Null })
    })
}

fn text(message: &Value) -> Option<String> {
    message.get("text")?.as_str().map(str::to_owned)
}

#[derive(Deserialize)]
struct ToolMessage {
    #[serde(rename = "type")]
    kind: String,
    message: Value,
}

#[derive(Deserialize)]
struct Json {
    #[serde(rename = "json_object")]
    value: Value,
    #[serde(default)]
    suppress_output: bool,
}

#[derive(Deserialize)]
struct Variable {
    #[serde(rename = "variable_name")]
    name: String,
    #[serde(rename = "variable_value")]
    value: Value,
    stream: bool,
}

#[derive(Deserialize)]
struct Call {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "backwards_request_id")]
    id: String,
    request: Map<String, Value>,
}

/// A line with a chunk of a blob, which are the many: borrowed, so that its text is not copied.
#[derive(Deserialize)]
struct BlobLine<'a> {
    event: &'a str,
    session_id: &'a str,
    #[serde(borrow)]
    data: BlobStream<'a>,
}

#[derive(Deserialize)]
struct BlobStream<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    data: BlobMessage<'a>,
}

#[derive(Deserialize)]
struct BlobMessage<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(borrow)]
    message: RawChunk<'a>,
    #[serde(default)]
    meta: Option<RawMeta>,
}

#[derive(Deserialize)]
struct RawChunk<'a> {
    id: &'a str,
    sequence: u64,
    total_length: u64,
    blob: &'a str,
    end: bool,
}

#[derive(Deserialize)]
struct RawMeta {
    mime_type: Option<String>,
    filename: Option<String>,
}

impl BlobLine<'_> {
    fn into_event(self) -> Option<Line> {
        if (self.event, self.data.kind, self.data.data.kind) != ("session", "stream", "blob_chunk") {
            return None;
        }
        let BlobMessage { message, meta, .. } = self.data.data;
        let (mime_type, filename) = meta.map(|meta| (meta.mime_type, meta.filename)).unwrap_or_default();
        let event = match STANDARD.decode(message.blob) {
            Ok(bytes) => Event::BlobChunk(BlobChunk {
                id: message.id.to_owned(),
                sequence: message.sequence,
                total_length: message.total_length,
                bytes,
                end: message.end,
                mime_type,
                filename,
            }),
            Err(error) => Event::Error(Failure {
                error_type: "unmarshal_error".into(),
                message: format!("a chunk of a blob is not base64: {error}"),
                args: Value::Null,
            }),
        };
        Some(Line::Session(self.session_id.to_owned(), Box::new(event)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: &str) -> Option<Event> {
        match read_line(format!(r#"{{"event":"session","session_id":"s","data":{data}}}"#).as_bytes())? {
            Line::Session(_, event) => Some(*event),
            Line::Heartbeat => panic!("a heartbeat"),
        }
    }

    #[test]
    fn an_end_needs_its_inner_data() {
        assert_eq!(event(r#"{"type":"end","data":{}}"#), Some(Event::End));
        assert_eq!(event(r#"{"type":"end"}"#), None);
    }

    #[test]
    fn what_the_daemon_cannot_decode_fails_the_session() {
        for chunk in [
            r#"{"type":"wrong","message":{}}"#,
            r#"{"type":"text","message":{"text":1}}"#,
            r#"{"type":"json","message":{"json_object":"text"}}"#,
            r#"{"type":"variable","message":{"variable_name":"n","variable_value":1,"stream":true}}"#,
            r#"{"type":"blob_chunk","message":{"id":"b","sequence":0,"total_length":1,"blob":"%","end":false}}"#,
        ] {
            let found = event(&format!(r#"{{"type":"stream","data":{chunk}}}"#));
            assert!(
                matches!(&found, Some(Event::Error(failure)) if failure.error_type == "unmarshal_error"),
                "{chunk}: {found:?}"
            );
        }
    }

    #[test]
    fn a_call_without_its_parts_fails_the_session() {
        let whole = event(r#"{"type":"invoke","data":{"type":"app","backwards_request_id":"b","request":{}}}"#);
        assert!(matches!(&whole, Some(Event::Call(call)) if call.session_id == "s" && call.id == "b"), "{whole:?}");
        for data in [r#"{"type":"app","request":{}}"#, r#"{"type":"app","backwards_request_id":"b","request":[]}"#] {
            let found = event(&format!(r#"{{"type":"invoke","data":{data}}}"#));
            assert!(
                matches!(&found, Some(Event::Error(failure)) if failure.error_type == "invoke_dify_error"),
                "{data}: {found:?}"
            );
        }
    }

    #[test]
    fn an_error_needs_a_text() {
        assert_eq!(event(r#"{"type":"error","data":{"error_type":"E","message":5,"args":{}}}"#), None);
    }
}

//! From a line of the host to a request whose fields are checked, or to an answer of Dify.

use serde_json::{Map, Value};

use crate::salvage::{replace_lone_surrogates, salvage};
use crate::tree::{self, Tree, Unreadable};
use crate::{Error, Session};

/// A longer line is not read on a thread of the runtime, where it would hold up other sessions and heartbeats.
const LONG_LINE_BYTES: usize = 128 * 1024;

/// Session ids are UUIDs. Every answer repeats the id, so one of megabytes would break the limit of a line.
const MAX_SESSION_ID_BYTES: usize = 1024;

/// The events a host sends.
const REQUEST: &str = "request";
const ANSWER: &str = "backwards_response";

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// Something is asked.
    Request(Box<Request>),
    /// A request that cannot be used, of a session that must be told so.
    Refused { session_id: String, error: Error },
    /// Part of an answer to a call back into Dify.
    Answer(Answer),
    /// Nothing anybody waits for an answer to, and why.
    Ignored(&'static str),
}

/// One request, its action not yet looked at.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) session: Session,
    /// The kind of access, `type` on the wire. Absent in hosts that leave the action to tell it.
    pub(crate) access: Option<String>,
    pub(crate) action: String,
    pub(crate) fields: Fields,
    /// About how many bytes the structure of all its values takes, besides the texts in it.
    #[cfg_attr(not(feature = "serverless"), expect(dead_code, reason = "there it is counted"))]
    pub(crate) tree_bytes: usize,
}

/// One line of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) session_id: String,
    /// The id of the call, which the plugin gave it.
    pub(crate) request_id: String,
    pub(crate) part: AnswerPart,
    /// The line's length.
    pub(crate) bytes: usize,
}

#[derive(Debug)]
pub(crate) enum AnswerPart {
    /// The data of a response.
    Item(Value),
    /// Dify's text of what went wrong.
    Error(String),
    /// The last part, also after an error.
    End,
    /// Something unreadable, and why.
    Broken(String),
}

/// Reads one line, on another thread if it is long. Lines keep their order when each is waited for.
pub(crate) async fn read_apart(line: Vec<u8>) -> Incoming {
    if line.len() <= LONG_LINE_BYTES {
        return read(line);
    }
    let read = tokio::task::spawn_blocking(move || read(line)).await;
    // It does not panic, and is not cancelled but with the runtime.
    read.unwrap_or(Incoming::Ignored("it could not be read"))
}

/// Reads one line.
pub(crate) fn read(mut line: Vec<u8>) -> Incoming {
    let bytes = line.len();
    let parsed = tree::read(&line).or_else(|error| match error {
        Unreadable::Syntax(_) if replace_lone_surrogates(&mut line) => tree::read(&line),
        error => Err(error),
    });
    match parsed {
        Ok(Tree { value: Value::Object(envelope), bytes: tree_bytes }) => {
            drop(line);
            open(envelope, bytes, tree_bytes)
        }
        Ok(_) => Incoming::Ignored("not an object"),
        Err(Unreadable::Syntax(error)) => {
            // The texts of syntax errors tell what and where, and quote nothing.
            refuse(&line, Error::InvalidRequest(format!("the request cannot be read: {error}")), "not JSON")
        }
        Err(error @ Unreadable::TooLarge) => {
            refuse(&line, Error::BadRequest(format!("the request is too large: {error}")), "too many JSON values")
        }
    }
}

/// For a line that was too long to be kept.
pub(crate) fn too_long(head: &[u8], bytes: usize, limit: usize) -> Incoming {
    let error = Error::BadRequest(format!("the request is too large: {bytes} bytes, at most {limit} are accepted"));
    refuse(head, error, "too long")
}

fn refuse(line: &[u8], error: Error, reason: &'static str) -> Incoming {
    let found = salvage(line);
    match found.session_id.filter(|id| id.len() <= MAX_SESSION_ID_BYTES) {
        Some(session_id) if found.event.as_deref().is_none_or(|event| event == REQUEST) => {
            Incoming::Refused { session_id, error }
        }
        Some(session_id) => match found.request_id {
            // Sooner than after minutes of silence.
            Some(request_id) if found.event.as_deref() == Some(ANSWER) => {
                let part = AnswerPart::Broken(reason.to_owned());
                Incoming::Answer(Answer { session_id, request_id, part, bytes: line.len() })
            }
            _ => Incoming::Ignored(reason),
        },
        None => Incoming::Ignored(reason),
    }
}

fn open(mut envelope: Map<String, Value>, bytes: usize, tree_bytes: usize) -> Incoming {
    let is_answer = match envelope.get("event").and_then(Value::as_str) {
        Some(REQUEST) => false,
        Some(ANSWER) => true,
        Some(_) => return Incoming::Ignored("an unknown event"),
        None => return Incoming::Ignored("no event"),
    };
    let session_id = match envelope.remove("session_id") {
        Some(Value::String(id)) if id.len() <= MAX_SESSION_ID_BYTES => id,
        _ => return Incoming::Ignored("a request without a session"),
    };
    if is_answer {
        return match read_answer(envelope) {
            Some((request_id, part)) => Incoming::Answer(Answer { session_id, request_id, part, bytes }),
            None => Incoming::Ignored("an answer to no call"),
        };
    }
    let data = match envelope.remove("data") {
        Some(Value::Object(data)) => data,
        other => {
            let state = if other.is_none() { "is missing" } else { "must be an object" };
            return Incoming::Refused { session_id, error: Error::InvalidRequest(format!("field `data` {state}")) };
        }
    };
    let mut envelope = Fields::new(envelope);
    let mut fields = Fields::new(data);
    let session = Session {
        session_id,
        user_id: fields.optional_string("user_id"),
        conversation_id: envelope.optional_string("conversation_id"),
        message_id: envelope.optional_string("message_id"),
        app_id: envelope.optional_string("app_id"),
        endpoint_id: envelope.optional_string("endpoint_id"),
        context: envelope.optional("context"),
    };
    let access = fields.optional_string("type");
    let action = fields.string("action");
    match envelope.check().and_then(|()| fields.check()) {
        Ok(()) => Incoming::Request(Box::new(Request { session, access, action, fields, tree_bytes })),
        Err(error) => Incoming::Refused { session_id: session.session_id, error },
    }
}

fn read_answer(mut envelope: Map<String, Value>) -> Option<(String, AnswerPart)> {
    let Some(Value::Object(mut data)) = envelope.remove("data") else { return None };
    let Some(Value::String(request_id)) = data.remove("backwards_request_id") else { return None };
    let part = match data.get("event").and_then(Value::as_str) {
        Some("response") => AnswerPart::Item(data.remove("data").unwrap_or_default()),
        Some("error") => AnswerPart::Error(data.get("message").and_then(Value::as_str).unwrap_or_default().to_owned()),
        Some("end") => AnswerPart::End,
        _ => AnswerPart::Broken("a part of an unknown kind".into()),
    };
    Some((request_id, part))
}

/// An object whose fields are taken one by one; what is wrong with them is told once, at the end.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    values: Map<String, Value>,
    problems: Vec<String>,
}

impl Fields {
    pub(crate) fn new(values: Map<String, Value>) -> Self {
        Self { values, problems: Vec::new() }
    }

    /// A required string.
    pub(crate) fn string(&mut self, name: &str) -> String {
        match self.values.remove(name) {
            Some(Value::String(text)) => return text,
            Some(_) => self.problem(name, "must be a string"),
            None => self.problem(name, "is missing"),
        }
        String::new()
    }

    /// A string that may be absent or null.
    pub(crate) fn optional_string(&mut self, name: &str) -> Option<String> {
        let value = self.optional(name)?;
        if let Value::String(text) = value {
            return Some(text);
        }
        self.problem(name, "must be a string");
        None
    }

    /// A required object; Dify sends null for an empty one.
    pub(crate) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.values.remove(name) {
            Some(Value::Object(map)) => return map,
            Some(Value::Null) => {}
            Some(_) => self.problem(name, "must be an object"),
            None => self.problem(name, "is missing"),
        }
        Map::new()
    }

    fn optional(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    fn problem(&mut self, name: &str, what: &str) {
        self.problems.push(format!("field `{name}` {what}"));
    }

    /// Whether all fields taken so far were right.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.problems.is_empty() { Ok(()) } else { Err(Error::InvalidRequest(self.problems.join("; "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> (String, String) {
        match read(line.as_bytes().to_vec()) {
            Incoming::Refused { session_id, error } => (session_id, error.to_string()),
            other => panic!("{line}: {other:?}"),
        }
    }

    fn ignored(line: &str) -> &'static str {
        match read(line.as_bytes().to_vec()) {
            Incoming::Ignored(reason) => reason,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn wrong_fields_are_named_all_at_once() {
        let (id, message) =
            refused(r#"{"session_id":"s","app_id":null,"event":"request","data":{"user_id":7,"type":"tool"}}"#);
        assert_eq!(id, "s");
        assert_eq!(message, "field `user_id` must be a string; field `action` is missing");
        assert_eq!(refused(r#"{"session_id":"s","event":"request"}"#).1, "field `data` is missing");
        assert_eq!(refused(r#"{"session_id":"s","event":"request","data":null}"#).1, "field `data` must be an object");
    }

    #[test]
    fn lines_nobody_waits_for_are_ignored() {
        assert_eq!(ignored("this is not json"), "not JSON");
        assert_eq!(ignored("[1,2]"), "not an object");
        assert_eq!(ignored(r#"{"session_id":"x"}"#), "no event");
        assert_eq!(ignored(r#"{"session_id":"x","event":"bogus","data":{}}"#), "an unknown event");
        assert_eq!(ignored(r#"{"session_id":null,"event":"request","data":{}}"#), "a request without a session");
        assert_eq!(ignored(r#"{"session_id":"x","event":"backwards_response","data":{"half":"#), "not JSON");
        let endless = format!(r#"{{"session_id":"{}","event":"request","data":{{}}}}"#, "x".repeat(2000));
        assert_eq!(ignored(&endless), "a request without a session");
    }

    #[test]
    fn unreadable_requests_are_answered_without_quoting_them() {
        let secret = r#"{"session_id":"s","event":"request","data":{"credentials":{"key":"sk-not-real"},"n":1e999}}"#;
        let (id, message) = refused(secret);
        assert_eq!(id, "s");
        assert!(message.contains("number out of range") && !message.contains("sk-"), "{message}");

        let deep = format!(r#"{{"session_id":"s","event":"request","data":{}"#, "[".repeat(100_000));
        assert!(refused(&deep).1.contains("recursion limit"));

        let mut invalid = br#"{"session_id":"s","event":"request","data":{"x":""#.to_vec();
        invalid.extend(b"\xff\xfe\"}}");
        assert!(matches!(read(invalid), Incoming::Refused { session_id, .. } if session_id == "s"));
    }

    #[test]
    fn optional_and_unknown_fields_do_not_matter() {
        let line = r#"{"session_id":"s","event":"request","future":1,"data":{"action":"a","more":[]}}"#;
        let Incoming::Request(request) = read(line.into()) else { panic!("not a request") };
        assert_eq!(request.session, Session { session_id: "s".into(), ..Session::default() });
        assert_eq!(request.action, "a");
    }
}

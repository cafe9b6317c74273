//! What a tool's messages come to, by the rules of Dify's workflow engine (graphon 0.7.0).

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::call::Event;

/// The engine takes no larger piece.
const LARGEST_PIECE: usize = 8192;

/// All a call answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) outputs: Map<String, Value>,
    pub(super) texts: Vec<String>,
    pub(super) jsons: Vec<Value>,
    /// Steps told while it worked.
    pub(super) logs: usize,
    pub(super) files: Vec<File>,
    pub(super) failure: Option<Failure>,
}

/// A file put together.
#[derive(Debug)]
pub(super) struct File {
    id: String,
    total_length: usize,
    whole: bool,
    pub(super) bytes: Vec<u8>,
    pub(super) name: String,
    pub(super) mime_type: String,
}

/// A failed call as its user meets it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Failure {
    pub(super) error_type: String,
    pub(super) message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.message)
    }
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(rename = "message")]
    body: Value,
    #[serde(default)]
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    mime_type: Option<String>,
    filename: Option<String>,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct Json {
    json_object: Value,
}

#[derive(Deserialize)]
struct Variable {
    variable_name: String,
    variable_value: Value,
}

#[derive(Deserialize)]
struct Piece {
    id: String,
    total_length: usize,
    blob: String,
    end: bool,
}

impl Answer {
    pub(super) fn take(&mut self, event: Event) -> Result<()> {
        ensure!(self.failure.is_none(), "something comes after a failure");
        let chunk = match event {
            Event::Chunk(chunk) => chunk,
            Event::Failure(failure) => {
                self.failure = Some(failure);
                return Ok(());
            }
        };
        let Message { kind, body, meta } = serde_json::from_value(chunk).context("no message of a tool")?;
        match kind.as_str() {
            "text" => self.texts.push(serde_json::from_value::<Text>(body)?.text),
            "json" => self.jsons.push(serde_json::from_value::<Json>(body)?.json_object),
            "variable" => {
                let Variable { variable_name, variable_value } = serde_json::from_value(body)?;
                self.outputs.insert(variable_name, variable_value);
            }
            "log" => self.logs += 1,
            "blob_chunk" => self.take_piece(serde_json::from_value(body)?, meta)?,
            other => bail!("the tool sends a message of type {other}"),
        }
        Ok(())
    }

    fn take_piece(&mut self, piece: Piece, meta: Option<Meta>) -> Result<()> {
        let bytes = STANDARD.decode(&piece.blob).context("a piece of a file is no Base64")?;
        ensure!(bytes.len() <= LARGEST_PIECE, "a piece of a file has {} bytes", bytes.len());
        let Piece { id, total_length, end, .. } = piece;
        if self.files.iter().all(|file| file.id != id || file.whole) {
            let (name, mime_type) = meta.map(|meta| (meta.filename, meta.mime_type)).unwrap_or_default();
            let (name, mime_type) = (name.context("a file has no name")?, mime_type.context("a file has no type")?);
            self.files.push(File { id: id.clone(), total_length, whole: false, bytes: Vec::new(), name, mime_type });
        }
        let file = self.files.iter_mut().find(|file| file.id == id && !file.whole).context("a file is lost")?;
        ensure!(file.total_length == total_length, "{} changes its length", file.name);
        file.bytes.extend(bytes);
        file.whole = end;
        ensure!(file.bytes.len() <= total_length, "{} is longer than announced", file.name);
        Ok(())
    }

    pub(super) fn ensure_whole(&self) -> Result<()> {
        for File { name, bytes, total_length, whole, .. } in &self.files {
            ensure!(*whole && bytes.len() == *total_length, "{name} has {} of {total_length} bytes", bytes.len());
        }
        Ok(())
    }

    /// What was answered, if the call went well.
    pub(super) fn succeeded(self) -> Result<Self> {
        match &self.failure {
            None => Ok(self),
            Some(failure) => bail!("the tool fails: {failure}"),
        }
    }

    /// The failure, if there was one.
    pub(super) fn failed(self) -> Result<Failure> {
        self.failure.context("the tool does not fail")
    }

    /// An output that is a text.
    pub(super) fn text_of(&self, output: &str) -> Result<&str> {
        self.outputs.get(output).and_then(Value::as_str).with_context(|| format!("no output {output}"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn piece(blob: &str, total_length: usize, end: bool) -> Event {
        let message = json!({"id": "b", "sequence": 0, "total_length": total_length, "blob": blob, "end": end});
        let meta = json!({"filename": "1.txt", "mime_type": "text/plain"});
        Event::Chunk(json!({"type": "blob_chunk", "message": message, "meta": meta}))
    }

    #[test]
    fn a_file_is_put_together() {
        let mut answer = Answer::default();
        for (blob, end) in [("dGk=", false), ("bnk=", false), ("", true)] {
            assert!(answer.ensure_whole().is_ok() == answer.files.is_empty());
            answer.take(piece(blob, 4, end)).unwrap();
        }
        answer.ensure_whole().unwrap();
        assert_eq!((answer.files[0].bytes.as_slice(), answer.files[0].name.as_str()), (&b"tiny"[..], "1.txt"));
    }

    #[test]
    fn what_the_engine_refuses_is_refused() {
        let refused = |events: Vec<Event>| {
            let mut answer = Answer::default();
            events.into_iter().try_for_each(|event| answer.take(event)).unwrap_err().to_string()
        };
        assert_eq!(refused(vec![piece("dGlueQ==", 3, false)]), "1.txt is longer than announced");
        assert_eq!(refused(vec![piece("dGk=", 4, false), piece("bnk=", 5, true)]), "1.txt changes its length");
        let large = STANDARD.encode([0; LARGEST_PIECE + 1]);
        assert_eq!(refused(vec![piece(&large, 9000, false)]), "a piece of a file has 8193 bytes");
    }
}

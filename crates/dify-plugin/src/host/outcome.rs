//! A whole session, put together as Dify does.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::event::{BackwardsCall, BlobChunk, Event, Failure, LogRecord};
use crate::BLOB_CHUNK_BYTES;

/// All a session answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The pieces of text.
    pub texts: Vec<String>,
    /// The links.
    pub links: Vec<String>,
    /// The addresses of images.
    pub images: Vec<String>,
    /// The JSON messages.
    pub jsons: Vec<Value>,
    /// The outputs by name, streamed ones put together. A later value takes the place of an earlier one.
    pub variables: Map<String, Value>,
    /// The messages about steps, in the order they came.
    pub logs: Vec<LogRecord>,
    /// The files, as far as they are complete and keep all rules.
    pub blobs: Vec<Blob>,
    /// The calls back into Dify.
    pub calls: Vec<BackwardsCall>,
    /// Chunks of other kinds.
    pub others: Vec<Value>,
    /// What the session failed with.
    pub error: Option<Failure>,
    /// Whether its end came.
    pub ended: bool,
    /// Rules of the protocol that were broken.
    pub violations: Vec<String>,
    unfinished: HashMap<String, Unfinished>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Its id.
    pub id: String,
    /// Its name.
    pub filename: Option<String>,
    /// What it is.
    pub mime_type: Option<String>,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Unfinished {
    next: u64,
    total_length: u64,
    bytes: Vec<u8>,
    broken: bool,
}

impl Outcome {
    /// The text, put together.
    pub fn text(&self) -> String {
        self.texts.concat()
    }

    pub(super) fn add(&mut self, event: Event) {
        if self.error.is_some() && event != Event::End {
            return self.violation("a message after the error");
        }
        match event {
            Event::Text(text) => self.texts.push(text),
            Event::Link(url) => self.links.push(url),
            Event::Image(url) => self.images.push(url),
            Event::Json { value, .. } => self.jsons.push(value),
            Event::Variable { name, value, stream } => self.variable(name, value, stream),
            Event::Log(record) => self.logs.push(record),
            Event::BlobChunk(chunk) => self.chunk(chunk),
            Event::Call(call) => self.calls.push(call),
            Event::Other(value) => self.others.push(value),
            Event::Error(failure) => self.error = Some(failure),
            Event::End => self.end(),
        }
    }

    fn variable(&mut self, name: String, value: Value, stream: bool) {
        if let (true, Some(Value::String(begun)), Value::String(piece)) =
            (stream, self.variables.get_mut(&name), &value)
        {
            begun.push_str(piece);
        } else {
            self.variables.insert(name, value);
        }
    }

    /// The rules are those of Dify's API, and that chunks come in the order of their numbers.
    fn chunk(&mut self, chunk: BlobChunk) {
        let BlobChunk { id, sequence, total_length, bytes, end, mime_type, filename } = chunk;
        let mut blob =
            self.unfinished.remove(&id).unwrap_or_else(|| Unfinished { total_length, ..Unfinished::default() });
        let mut problems = Vec::new();
        if id.is_empty() {
            problems.push("has no id".to_owned());
        }
        if sequence != blob.next {
            problems.push(format!("comes as {sequence}, not {}", blob.next));
        }
        if total_length != blob.total_length {
            problems.push(format!("changes the length from {} to {total_length}", blob.total_length));
        }
        if bytes.len() > BLOB_CHUNK_BYTES {
            problems.push(format!("has {} bytes", bytes.len()));
        }
        if end && !bytes.is_empty() {
            problems.push("ends the blob and has data".to_owned());
        }
        blob.bytes.extend_from_slice(&bytes);
        blob.next += 1;
        let length = blob.bytes.len() as u64;
        if length > total_length || (end && length != total_length) {
            problems.push(format!("makes {length} bytes of {total_length}"));
        }
        blob.broken |= !problems.is_empty();
        for problem in problems {
            self.violation(format!("chunk {sequence} of a blob {problem}"));
        }
        if !end {
            self.unfinished.insert(id, blob);
        } else if !blob.broken {
            self.blobs.push(Blob { id, filename, mime_type, bytes: blob.bytes });
        }
    }

    fn end(&mut self) {
        self.ended = true;
        if self.error.is_none() && !self.unfinished.is_empty() {
            self.violation(format!("{} blobs without an end", self.unfinished.len()));
        }
    }

    fn violation(&mut self, text: impl Into<String>) {
        self.violations.push(text.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(sequence: u64, bytes: &[u8], end: bool) -> Event {
        Event::BlobChunk(BlobChunk {
            id: "b".into(),
            sequence,
            total_length: 4,
            bytes: bytes.to_vec(),
            end,
            mime_type: None,
            filename: None,
        })
    }

    fn collect(events: impl IntoIterator<Item = Event>) -> Outcome {
        let mut outcome = Outcome::default();
        events.into_iter().for_each(|event| outcome.add(event));
        outcome
    }

    #[test]
    fn a_blob_that_keeps_the_rules_is_put_together() {
        let outcome = collect([chunk(0, b"ti", false), chunk(1, b"ny", false), chunk(2, b"", true), Event::End]);
        assert_eq!(outcome.blobs.len(), 1);
        assert_eq!(outcome.blobs[0].bytes, b"tiny");
        assert_eq!(outcome.violations, [""; 0]);
    }

    #[test]
    fn every_broken_rule_is_told() {
        let cases: [(&str, &[Event]); 6] = [
            ("comes as 1, not 0", &[chunk(1, b"tiny", false)]),
            ("ends the blob and has data", &[chunk(0, b"tiny", true)]),
            ("makes 5 bytes of 4", &[chunk(0, b"tiny!", false)]),
            ("makes 2 bytes of 4", &[chunk(0, b"ti", false), chunk(1, b"", true)]),
            ("1 blobs without an end", &[chunk(0, b"tiny", false), Event::End]),
            ("has 8193 bytes", &[chunk(0, &[0; 8193], false)]),
        ];
        for (told, events) in cases {
            let outcome = collect(events.iter().cloned());
            assert!(outcome.violations.iter().any(|text| text.contains(told)), "{told}: {:?}", outcome.violations);
            assert_eq!(outcome.blobs, []);
        }
    }

    #[test]
    fn pieces_of_a_variable_are_put_together() {
        let piece = |text: &str| Event::Variable { name: "v".into(), value: text.into(), stream: true };
        assert_eq!(collect([piece("one "), piece("two")]).variables["v"], "one two");
    }
}

//! What was asked, for tests to look at.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header, request::Parts};
use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::{Credential, media};

/// What stands where a secret stood.
const REDACTED: &str = "REDACTED";
/// Base64 from this length on is not kept. The longest prompt has 3,072 characters.
const LARGE: usize = 4096;

/// One request the simulator received. It never holds a key, a token or the signature of a file address.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// When the request arrived, on tokio's clock: differences are exact even when a test pauses it.
    pub at: Instant,
    /// The method, upper case.
    pub method: String,
    /// The path as sent (percent-encoded), without the query.
    pub path: String,
    /// The query as sent, without the question mark; empty when there is none. The value of `sign` is `REDACTED`.
    pub query: String,
    /// The headers by lower-case name, several values joined with `, `. `authorization` is `REDACTED`.
    pub headers: BTreeMap<String, String>,
    /// The kind of credential that was sent.
    pub credential: Credential,
    /// The body, if it was JSON. Of Base64 above 4 KiB only a mark is kept: `<base64, 123456 characters>`.
    pub body: Option<Value>,
    /// The length of the body in bytes, JSON or not, as it was sent.
    pub body_len: usize,
    /// The HTTP status answered; 0 while the answer is being made, and for ever when the caller went away before it.
    pub status: u16,
    /// The task this request made, if it made one: whatever became of the answer.
    pub created: Option<String>,
    /// What the body takes here, in bytes, about.
    held: usize,
}

impl RecordedRequest {
    pub(crate) fn new(at: Instant, parts: &Parts, body: &Bytes) -> Self {
        let mut json = serde_json::from_slice(body).ok();
        let dropped = json.as_mut().map_or(0, shorten);
        Self {
            at,
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: redacted_query(parts.uri.query().unwrap_or_default()),
            headers: redacted_headers(&parts.headers),
            credential: Credential::of(&parts.headers),
            held: json.as_ref().map_or(0, |_| body.len().saturating_sub(dropped)),
            body: json,
            body_len: body.len(),
            status: 0,
            created: None,
        }
    }

    /// The caller's own id in the body of a create, wherever its surface has it; `None` when there is none or it is
    /// empty.
    pub fn external_task_id(&self) -> Option<&str> {
        let body = self.body.as_ref()?;
        let id = body.get("external_task_id").or_else(|| body.get("options")?.get("external_task_id"))?;
        id.as_str().filter(|id| !id.is_empty())
    }
}

/// Puts a mark where large Base64 stands and returns how many bytes went.
fn shorten(value: &mut Value) -> usize {
    match value {
        Value::String(text) if media::is_base64_of_size(text, LARGE) => {
            let length = text.len();
            *text = format!("<base64, {length} characters>");
            length
        }
        Value::Array(items) => items.iter_mut().map(shorten).sum(),
        Value::Object(fields) => fields.values_mut().map(shorten).sum(),
        _ => 0,
    }
}

fn redacted_query(query: &str) -> String {
    let pairs: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some(("sign", _)) => format!("sign={REDACTED}"),
            _ => pair.to_owned(),
        })
        .collect();
    pairs.join("&")
}

fn redacted_headers(headers: &HeaderMap) -> BTreeMap<String, String> {
    headers
        .keys()
        .map(|name| {
            let value = if name == header::AUTHORIZATION {
                REDACTED.to_owned()
            } else {
                let values: Vec<_> =
                    headers.get_all(name).iter().map(|v| String::from_utf8_lossy(v.as_bytes())).collect();
                values.join(", ")
            };
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// The last requests: at most [`Recorder::KEEP_REQUESTS`], fewer when their bodies are large.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    tape: Mutex<Tape>,
}

#[derive(Debug, Default)]
struct Tape {
    requests: VecDeque<RecordedRequest>,
    /// The number of the first request still held; numbers grow by one a request.
    first: u64,
    body_bytes: usize,
}

impl Recorder {
    pub(crate) const KEEP_REQUESTS: usize = 10_000;
    /// Bodies held in all; the last request is held whatever its size.
    pub(crate) const KEEP_BODY_BYTES: usize = 64 * 1024 * 1024;

    /// Notes a request and returns its number.
    pub(crate) fn note(&self, request: RecordedRequest) -> u64 {
        let mut tape = self.lock();
        tape.body_bytes += request.held;
        tape.requests.push_back(request);
        while tape.requests.len() > Self::KEEP_REQUESTS
            || (tape.body_bytes > Self::KEEP_BODY_BYTES && tape.requests.len() > 1)
        {
            let Some(oldest) = tape.requests.pop_front() else { break };
            tape.body_bytes -= oldest.held;
            tape.first += 1;
        }
        tape.first + tape.requests.len() as u64 - 1
    }

    /// Adds the status to a request noted before, if it is still held.
    pub(crate) fn answered(&self, number: u64, status: u16) {
        self.change(number, |request| request.status = status);
    }

    /// Adds the task that a request noted before has made.
    pub(crate) fn created(&self, number: u64, task: u64) {
        self.change(number, |request| request.created = Some(task.to_string()));
    }

    fn change(&self, number: u64, change: impl FnOnce(&mut RecordedRequest)) {
        let mut tape = self.lock();
        let index = number.checked_sub(tape.first).and_then(|index| usize::try_from(index).ok());
        if let Some(request) = index.and_then(|index| tape.requests.get_mut(index)) {
            change(request);
        }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    /// The requests, which are forgotten here.
    pub(crate) fn take(&self) -> Vec<RecordedRequest> {
        let mut tape = self.lock();
        let taken = std::mem::take(&mut tape.requests);
        tape.first += taken.len() as u64;
        tape.body_bytes = 0;
        taken.into()
    }

    fn lock(&self) -> MutexGuard<'_, Tape> {
        self.tape.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(held: usize) -> RecordedRequest {
        RecordedRequest {
            at: Instant::now(),
            method: "GET".into(),
            path: "/".into(),
            query: String::new(),
            headers: BTreeMap::new(),
            credential: Credential::None,
            body: None,
            // What was sent does not matter, only what is held.
            body_len: 0,
            status: 0,
            created: None,
            held,
        }
    }

    #[test]
    fn large_base64_leaves_a_mark_and_prompts_stay() {
        let prompt = "a prompt of 3072 characters ".repeat(110);
        let mut body = json!({
            "prompt": prompt,
            "image_list": [{ "image": "A".repeat(LARGE) }, { "image": "A".repeat(LARGE - 1) }],
            "url": format!("data:image/png;base64,{}", "A".repeat(LARGE)),
        });
        assert_eq!(shorten(&mut body), 2 * LARGE + 22);
        assert_eq!(body["prompt"], prompt);
        assert_eq!(body["image_list"][0]["image"], "<base64, 4096 characters>");
        assert_eq!(body["image_list"][1]["image"].as_str().unwrap().len(), LARGE - 1);
        assert_eq!(body["url"], "<base64, 4118 characters>");
    }

    #[test]
    fn old_requests_make_room_for_new_ones() {
        let recorder = Recorder::default();
        let first = recorder.note(request(1));
        for _ in 0..Recorder::KEEP_REQUESTS {
            recorder.note(request(1));
        }
        assert_eq!(recorder.requests().len(), Recorder::KEEP_REQUESTS);
        recorder.answered(first, 200);
        assert!(recorder.requests().iter().all(|request| request.status == 0), "the first one is gone");
    }

    #[test]
    fn what_was_taken_is_forgotten_and_numbers_go_on() {
        let recorder = Recorder::default();
        let gone = recorder.note(request(1));
        assert_eq!(recorder.take().len(), 1);
        let held = recorder.note(request(1));
        recorder.answered(gone, 500);
        recorder.answered(held, 200);
        assert_eq!(recorder.requests().iter().map(|request| request.status).collect::<Vec<_>>(), [200]);
    }

    #[test]
    fn large_bodies_push_out_more() {
        let recorder = Recorder::default();
        recorder.note(request(1));
        recorder.note(request(Recorder::KEEP_BODY_BYTES));
        let last = recorder.note(request(Recorder::KEEP_BODY_BYTES + 1));
        recorder.answered(last, 413);
        let kept = recorder.requests();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].status, 413);
    }

    #[test]
    fn the_signature_of_a_file_address_is_not_kept() {
        assert_eq!(redacted_query("a=1&sign=secret&b=2"), "a=1&sign=REDACTED&b=2");
        assert_eq!(redacted_query(""), "");
    }
}

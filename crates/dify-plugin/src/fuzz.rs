//! What the fuzz targets take hold of. No part of the API.

use async_trait::async_trait;
use futures_util::FutureExt;
use http::Method;
use serde_json::{Map, Value, json};

use crate::connection::{Frame, LineSplitter};
use crate::endpoint::{self, Endpoint, EndpointRequest, EndpointResponse};
use crate::request::{self, Fields, Incoming, Request};
use crate::{Dify, Error, Plugin, Session};

/// Sends an HTTP request to a plugin with one endpoint at this path, which hands all it gets back.
///
/// `None` when the path is no rule; otherwise the status and the body's length of the answer, in bytes.
pub fn endpoint_request(path: &str, http: &[u8]) -> Option<(u64, usize)> {
    let plugin = Plugin::builder("fuzz").endpoint(Mirror(path.to_owned())).build().ok()?;
    let raw = data_encoding::HEXLOWER.encode(http);
    let fields = Map::from_iter([("raw_http_request".to_owned(), raw.into()), ("settings".to_owned(), Value::Null)]);
    let request = Request {
        session: Session::default(),
        access: None,
        action: "invoke_endpoint".into(),
        fields: Fields::new(fields),
        tree_bytes: 0,
    };
    // Nothing in it waits.
    let answer = endpoint::answer(&plugin, request, Dify::detached()).now_or_never()?.ok()?;
    let answer = serde_json::to_value(answer).ok()?;
    Some((answer.get("status")?.as_u64()?, answer.get("result")?.as_str()?.len() / 2))
}

struct Mirror(String);

#[async_trait]
impl Endpoint for Mirror {
    fn path(&self) -> &str {
        &self.0
    }

    fn method(&self) -> Method {
        Method::POST
    }

    async fn respond(&self, request: EndpointRequest) -> Result<EndpointResponse, Error> {
        let mut response = EndpointResponse::bytes("text/plain", request.body.clone())?;
        for (name, value) in request.variables.iter().chain(request.query.iter().map(|(name, value)| (name, value))) {
            response = response.header(name, value)?;
        }
        Ok(response)
    }
}

/// Reads the lines of a host that come in pieces of so many bytes, none longer than `limit`. Tells of each what it is.
pub fn host_lines(bytes: &[u8], piece: usize, limit: usize) -> Vec<String> {
    let mut splitter = LineSplitter::new(limit);
    let mut found = Vec::new();
    for mut piece in bytes.chunks(piece.max(1)) {
        while let Some(frame) = splitter.next(&mut piece) {
            found.push(describe(frame));
        }
    }
    found.extend(splitter.finish().map(describe));
    found
}

fn describe(frame: Frame) -> String {
    let incoming = match frame {
        Frame::Line(line) => request::read(line),
        Frame::TooLong { head, bytes } => request::too_long(&head, bytes, bytes),
        Frame::Partial(line) => return format!("half a line of {} bytes", line.len()),
    };
    match incoming {
        Incoming::Request(request) => json!([request.session.session_id, request.action]).to_string(),
        Incoming::Refused { session_id, error } => json!([session_id, error.to_string()]).to_string(),
        Incoming::Answer(answer) => json!([answer.session_id, answer.request_id]).to_string(),
        Incoming::Ignored(reason) => reason.to_owned(),
    }
}

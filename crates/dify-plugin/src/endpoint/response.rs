//! What an endpoint answers.

use bytes::Bytes;
use data_encoding::HEXLOWER;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value};

use super::MAX_RESPONSE_BODY_BYTES;
use crate::Error;
use crate::connection::MAX_OUTPUT_LINE_BYTES;

/// What stands around the chunk in its line: the frame, and a session id of 1,024 bytes with each escaped.
const LINE_FRAME_BYTES: usize = 8 * 1024;

/// An HTTP response.
///
/// ```
/// use dify_plugin::EndpointResponse;
/// use dify_plugin::endpoint::StatusCode;
///
/// # fn answer() -> Result<EndpointResponse, dify_plugin::Error> {
/// let response = EndpointResponse::json(&serde_json::json!({"accepted": true}))?
///     .status(StatusCode::ACCEPTED)
///     .header("Cache-Control", "no-store")?;
/// # Ok(response) }
/// # answer().unwrap();
/// ```
///
/// The length of the body is added by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct EndpointResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl EndpointResponse {
    /// Bytes of a type, such as `image/png`, with the status 200.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] when the type cannot stand in a header.
    pub fn bytes(content_type: &str, body: impl Into<Bytes>) -> Result<Self, Error> {
        Self::empty(StatusCode::OK).body(body).header(CONTENT_TYPE.as_str(), content_type)
    }

    /// Plain text with the status 200.
    pub fn text(text: impl Into<String>) -> Self {
        Self::of("text/plain; charset=utf-8", text.into())
    }

    /// JSON with the status 200.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] when the value cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(value)
            .map_err(|error| Error::Internal(format!("a response cannot be written as JSON: {error}")))?;
        Ok(Self::of("application/json", body))
    }

    /// A status without headers and body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    fn of(content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Self::empty(StatusCode::OK).body(body);
        response.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }

    fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the status; 100 to 199 are not sent.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Sets a header, in the place of one of the same name: Dify takes one value a name.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] for a name or a value that HTTP does not allow, such as one with a line break, and for
    /// `Connection`, `Content-Length` and `Transfer-Encoding`, which are not the endpoint's to set.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let refused = |why| Error::Internal(format!("the response header `{}` {why}", name.escape_debug()));
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused("has no valid name"))?;
        if [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&parsed) {
            return Err(refused("is not the endpoint's to set"));
        }
        let value = HeaderValue::from_str(value).map_err(|_| refused("has no valid value"))?;
        self.headers.insert(parsed, value);
        Ok(self)
    }

    /// The one chunk that is sent. For HEAD (`head`) without the body.
    ///
    /// # Errors
    ///
    /// Why it cannot be sent, for the one who sent the request: it quotes nothing.
    pub(super) fn into_chunk(self, head: bool) -> Result<ResponseChunk, &'static str> {
        let Self { status, headers, body } = self;
        if status.is_informational() || status.as_u16() > 599 {
            return Err("the endpoint answered with a status that is none");
        }
        if body.len() > MAX_RESPONSE_BODY_BYTES {
            return Err("the response is too large");
        }
        let mut all = Map::new();
        for (name, value) in &headers {
            // Only texts are ever inserted.
            all.insert(name.as_str().to_owned(), value.to_str().unwrap_or_default().into());
        }
        // These two have no body by definition.
        let bodyless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        if !bodyless {
            all.insert(CONTENT_LENGTH.as_str().to_owned(), body.len().to_string().into());
        }
        let result = if head || bodyless { String::new() } else { HEXLOWER.encode(&body) };
        let headers = Value::Object(all);
        if headers.to_string().len() + result.len() + LINE_FRAME_BYTES > MAX_OUTPUT_LINE_BYTES {
            return Err("the response is too large");
        }
        Ok(ResponseChunk { status: status.as_u16(), headers, result })
    }
}

/// All of a response in one chunk: with several, Dify's daemon loses data (dify-plugin-daemon 0.6.10).
#[derive(Debug, Serialize)]
pub(crate) struct ResponseChunk {
    status: u16,
    headers: Value,
    /// The body in hex.
    result: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(response: EndpointResponse) -> String {
        serde_json::to_string(&response.into_chunk(false).unwrap()).unwrap()
    }

    #[test]
    fn a_response_is_one_chunk() {
        let json = EndpointResponse::json(&serde_json::json!({"a": 1})).unwrap().status(StatusCode::ACCEPTED);
        let expected = r#"{"status":202,"headers":{"content-type":"application/json","x-a":"2","content-length":"7"},"result":"7b2261223a317d"}"#;
        assert_eq!(chunk(json.header("X-A", "1").unwrap().header("x-a", "2").unwrap()), expected);
        let bytes = EndpointResponse::bytes("image/png", vec![0, 255]).unwrap();
        assert_eq!(
            chunk(bytes),
            r#"{"status":200,"headers":{"content-type":"image/png","content-length":"2"},"result":"00ff"}"#
        );
        assert_eq!(
            chunk(EndpointResponse::text("x").status(StatusCode::NO_CONTENT)),
            r#"{"status":204,"headers":{"content-type":"text/plain; charset=utf-8"},"result":""}"#
        );
    }

    #[test]
    fn headers_that_would_break_the_response_are_refused() {
        for (name, value) in [
            ("x-a", "1\r\nSet-Cookie: a=b"),
            ("x-a", "1\n"),
            ("x-a", "\u{0}"),
            ("x a", "1"),
            ("x-a:", "1"),
            ("", "1"),
            ("x\r\ny", "1"),
            ("x-ä", "1"),
            ("Content-Length", "1"),
            ("Transfer-Encoding", "chunked"),
        ] {
            let refused = EndpointResponse::text("x").header(name, value).unwrap_err().to_string();
            assert!(!refused.contains(['\r', '\n']) && !refused.contains("Set-Cookie"), "{refused:?}");
        }
        assert!(EndpointResponse::bytes("text/plain\r\n", "").is_err());
    }

    #[test]
    fn what_does_not_fit_into_a_line_is_refused() {
        let body = |length| EndpointResponse::bytes("x/y", vec![0; length]).unwrap();
        assert!(body(MAX_RESPONSE_BODY_BYTES).into_chunk(false).is_ok());
        assert_eq!(body(MAX_RESPONSE_BODY_BYTES + 1).into_chunk(false).unwrap_err(), "the response is too large");
        let headers = body(MAX_RESPONSE_BODY_BYTES).header("x", &"y".repeat(50_000)).unwrap();
        assert_eq!(headers.into_chunk(false).unwrap_err(), "the response is too large");
    }

    #[test]
    fn statuses_that_are_none_are_refused() {
        for status in [100, 199, 600, 999] {
            let response = EndpointResponse::empty(StatusCode::from_u16(status).unwrap());
            assert!(response.into_chunk(false).is_err(), "{status}");
        }
    }

    #[test]
    fn head_has_the_length_and_no_body() {
        let chunk = EndpointResponse::text("four").into_chunk(true).unwrap();
        assert_eq!((chunk.headers["content-length"].as_str(), chunk.result.as_str()), (Some("4"), ""));
    }
}

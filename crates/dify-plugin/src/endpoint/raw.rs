//! The HTTP request as Dify's daemon hands it over: whole, in hex.

use bytes::Bytes;
use data_encoding::HEXLOWER_PERMISSIVE;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use httparse::{EMPTY_HEADER, Status};

use super::rule::Path;

/// As many headers as a request may have. The daemon's own server limits their bytes, not their number.
const MAX_HEADERS: usize = 512;

/// Why a request is none. The text quotes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

/// A request taken apart, before anybody is found for it.
#[derive(Debug)]
pub(crate) struct RawRequest {
    pub(super) method: Method,
    /// As in the request line, up to the `?`.
    pub(super) path: String,
    pub(super) segments: Path,
    pub(crate) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl RawRequest {
    /// Reads the hex of a complete HTTP/1.1 request.
    pub(crate) fn from_hex(hex: &str) -> Result<Self, Malformed> {
        let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(|_| Malformed("it is not hex"))?;
        Self::parse(&Bytes::from(bytes))
    }

    /// Reads a complete HTTP/1.1 request. The body is all that follows the head: the daemon sends no chunks, and its
    /// hex has an end of its own.
    pub(crate) fn parse(bytes: &Bytes) -> Result<Self, Malformed> {
        let mut headers = [EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let length = match head.parse(bytes) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Err(Malformed("its head is cut off")),
            Err(httparse::Error::TooManyHeaders) => return Err(Malformed("it has too many headers")),
            Err(_) => return Err(Malformed("its head is not HTTP")),
        };
        let method = head.method.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
        let method = method.ok_or(Malformed("its method is not HTTP"))?;
        let (path, query) = head.path.map(|target| target.split_once('?').unwrap_or((target, ""))).unwrap_or_default();
        let segments = Path::parse(path)?;
        Ok(Self {
            method,
            path: path.to_owned(),
            segments,
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: header_map(head.headers)?,
            body: bytes.slice(length..),
        })
    }
}

fn header_map(parsed: &[httparse::Header<'_>]) -> Result<HeaderMap, Malformed> {
    let mut headers = HeaderMap::with_capacity(parsed.len());
    for header in parsed {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_bytes(header.value);
        let (Ok(name), Ok(value)) = (name, value) else { return Err(Malformed("a header is not HTTP")) };
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RawRequest, &'static str> {
        RawRequest::parse(&Bytes::copy_from_slice(text.as_bytes())).map_err(|malformed| malformed.0)
    }

    #[test]
    fn a_request_is_taken_apart() {
        let raw =
            parse("PUT /a%20b/c?x=1&y=%20z&x=2+3 HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\nbody\r\n\r\n").unwrap();
        assert_eq!((raw.method, raw.path.as_str()), (Method::PUT, "/a%20b/c"));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(raw.query, [pair("x", "1"), pair("y", " z"), pair("x", "2 3")]);
        assert_eq!(raw.headers.get_all("X-a").iter().collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(raw.body, "body\r\n\r\n");
    }

    #[test]
    fn upper_and_lower_case_hex_are_read() {
        for hex in ["474554202f20485454502f312e310d0a0d0aff", "474554202F20485454502F312E310D0A0D0AFF"] {
            assert_eq!(RawRequest::from_hex(hex).unwrap().body, &[0xFF][..]);
        }
        for wrong in ["47455", "zz", "47 45", "é"] {
            assert_eq!(RawRequest::from_hex(wrong).unwrap_err(), Malformed("it is not hex"));
        }
    }

    #[test]
    fn what_is_no_request_is_told_by_its_kind() {
        let many = "x: y\r\n".repeat(MAX_HEADERS + 1);
        for (text, reason) in [
            ("", "its head is cut off"),
            ("GET / HTTP/1.1\r\nHost: h\r\n", "its head is cut off"),
            ("GET / HTTP/9\r\n\r\n", "its head is not HTTP"),
            ("GET  HTTP/1.1\r\n\r\n", "its head is not HTTP"),
            ("G\u{0}T / HTTP/1.1\r\n\r\n", "its head is not HTTP"),
            ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "its head is not HTTP"),
            ("GET / HTTP/1.1\r\na\u{7}: b\r\n\r\n", "its head is not HTTP"),
            ("GET http://host/ HTTP/1.1\r\n\r\n", "the path must begin with a slash"),
            ("OPTIONS * HTTP/1.1\r\n\r\n", "the path must begin with a slash"),
            ("GET /%FF HTTP/1.1\r\n\r\n", "the path is not UTF-8"),
            (&format!("GET / HTTP/1.1\r\n{many}\r\n"), "it has too many headers"),
        ] {
            assert_eq!(parse(text).err(), Some(reason), "{text:.60}");
        }
    }
}

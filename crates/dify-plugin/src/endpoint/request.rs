//! What an endpoint is asked.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::de::{DeserializeOwned, Error as _};

use super::Settings;
use crate::Session;
use crate::dify::Dify;
use crate::tree::{self, Unreadable};

/// One HTTP request to an endpoint.
///
/// Its `Debug` shows names and sizes, never the values a stranger or a user sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct EndpointRequest {
    /// Where the request comes from; `endpoint_id` names the endpoint set up in Dify.
    pub session: Session,
    /// The settings that the user who set up the endpoint gave.
    pub settings: Settings,
    /// The method. HEAD comes to an endpoint of GET when there is none for HEAD; the body of the answer is left out.
    pub method: Method,
    /// The path behind the endpoint's address, as it came: percent-encoded, without the query.
    pub path: String,
    /// The variables of the path rule, percent-decoded. A value may hold any character, `/` and `..` among them, when
    /// it came encoded.
    pub variables: BTreeMap<String, String>,
    /// The query's names and values, decoded. Dify's daemon sorts them by name (dify-plugin-daemon 0.6.10), so a
    /// signature over the original query cannot be checked.
    pub query: Vec<(String, String)>,
    /// The headers. Dify's daemon adds `Dify-Hook-Id` and `Dify-Hook-Url` (the address that was called) and leaves out
    /// those that tell of proxies, such as `X-Forwarded-For`.
    pub headers: HeaderMap,
    /// The body, byte for byte, so that signatures over it can be checked. Dify's daemon cuts it at
    /// [`MAX_ENDPOINT_BODY_BYTES`](super::MAX_ENDPOINT_BODY_BYTES) without telling.
    pub body: Bytes,
    /// For calls back into Dify until the answer is given.
    pub dify: Dify,
}

impl EndpointRequest {
    /// The path variable of this name.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The first value of this name in the query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The first header of this name, in any case, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with it. A string or number of a wrong kind is quoted in the text, so do not log it. A body of so
    /// many values that they would take more than 32 MiB is refused: anybody may send one.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        if let Err(error @ Unreadable::TooLarge) = tree::read(&self.body) {
            return Err(serde_json::Error::custom(error));
        }
        serde_json::from_slice(&self.body)
    }
}

impl fmt::Debug for EndpointRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("EndpointRequest")
            .field("session", &self.session)
            .field("settings", &self.settings)
            .field("method", &self.method)
            .field("variables", &self.variables.keys())
            .field("query", &query)
            .field("headers", &self.headers.keys())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

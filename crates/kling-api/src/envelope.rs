//! The frame around every answer.

use serde::{Deserialize, Deserializer, Serialize};

use crate::lenient;

/// `{code, message, request_id, data}`: what Kling answers to every call.
///
/// `code` 0 is success. A refusal may arrive with HTTP 200, so the code decides, never the HTTP status (vendor
/// documentation 2026-09-20; HTTP 200 with a non-zero code seen by several clients).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// 0, or one of [`crate::ERROR_CODES`].
    #[serde(deserialize_with = "code")]
    pub code: i64,
    /// `SUCCEED`, or a text for people.
    #[serde(default, deserialize_with = "lenient::null_as_default")]
    pub message: String,
    /// Kling's name for this call, to quote to its support. Documented as always there, missing in some live answers.
    #[serde(default, deserialize_with = "lenient::optional_text")]
    pub request_id: Option<String>,
    /// The answer itself; absent or null on refusals.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
}

impl<T> Envelope<T> {
    /// Wraps data the way a successful answer does.
    pub fn success(data: T, request_id: Option<String>) -> Self {
        Self { code: 0, message: "SUCCEED".to_owned(), request_id, data: Some(data) }
    }

    /// Whether Kling did what was asked.
    pub fn is_success(&self) -> bool {
        self.code == 0
    }

    /// The same frame around other data.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Envelope<U> {
        Envelope { code: self.code, message: self.message, request_id: self.request_id, data: self.data.map(f) }
    }
}

impl<'de, T: Deserialize<'de>> Envelope<T> {
    /// Reads an answer's body.
    ///
    /// # Errors
    /// When the body is not JSON, is no envelope, or its `data` is not a `T`.
    pub fn from_slice(body: &'de [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(body)
    }
}

fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    lenient::optional_integer(deserializer)?.ok_or_else(|| serde::de::Error::custom("code is not an integer"))
}

/// `data` that should be one object and sometimes is a list of one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// A list, which is tried first: a sequence is never read as one object.
    Many(Vec<T>),
    /// The object itself.
    One(T),
}

impl<T> OneOrMany<T> {
    /// The object, if there is exactly one.
    pub fn into_one(self) -> Option<T> {
        match self {
            Self::One(one) => Some(one),
            Self::Many(many) => {
                let mut items = many.into_iter();
                let first = items.next();
                if items.next().is_some() { None } else { first }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn reads_a_refusal_without_request_id_and_data() {
        let envelope: Envelope<Value> =
            Envelope::from_slice(br#"{"code":1002,"message":"api key not found"}"#).unwrap();
        assert!(!envelope.is_success());
        assert_eq!((envelope.code, envelope.request_id, envelope.data), (1002, None, None));
    }

    #[test]
    fn reads_null_fields_and_a_code_in_quotes() {
        let envelope: Envelope<Value> =
            Envelope::from_slice(br#"{"code":"1303","message":null,"request_id":null,"data":null}"#).unwrap();
        assert_eq!((envelope.code, envelope.message.as_str()), (1303, ""));
    }

    #[test]
    fn refuses_json_that_is_no_envelope() {
        for body in [&b"[]"[..], b"{}", b"{\"code\":true}", b"\"ok\"", b"", b"<html>"] {
            assert!(Envelope::<Value>::from_slice(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn takes_one_object_or_a_list_of_one() {
        let one = |json| serde_json::from_str::<OneOrMany<u8>>(json).unwrap().into_one();
        assert_eq!(one("7"), Some(7));
        assert_eq!(one("[7]"), Some(7));
        assert_eq!(one("[]"), None);
        assert_eq!(one("[7,8]"), None);
    }
}

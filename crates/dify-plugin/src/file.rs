//! Files as parameters.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Error;

/// A file that a tool is given: where it is, and what Dify knows of it.
///
/// Its `Debug` shows neither the address, which is signed, nor the name.
#[derive(Clone, PartialEq, Deserialize)]
pub struct DifyFile {
    url: String,
    /// Such as `image/png`.
    #[serde(default)]
    pub mime_type: Option<String>,
    /// The name the user sees.
    #[serde(default)]
    pub filename: Option<String>,
    /// The name's ending, with its dot.
    #[serde(default)]
    pub extension: Option<String>,
    /// The bytes. Dify writes -1 when it does not know.
    #[serde(default)]
    size: Option<i64>,
    /// `image`, `document`, `audio`, `video` or `custom`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// All other fields, as they came.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

impl DifyFile {
    /// Reads Dify's object, or an address alone. `None` for anything else.
    pub fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(url) => Some(Self {
                url: url.trim().to_owned(),
                mime_type: None,
                filename: None,
                extension: None,
                size: None,
                kind: None,
                more: Map::new(),
            }),
            Value::Object(_) => Self::deserialize(value).ok(),
            _ => None,
        }
    }

    /// Where to fetch it. The address is signed, by default for 300 s from the start of the call
    /// (`FILES_ACCESS_TIMEOUT`): fetch it before any long wait, keep it out of logs, and set a limit to what is read.
    ///
    /// # Errors
    ///
    /// [`Error::BadRequest`] when it is no `http` or `https` address, with what an administrator can do: Dify leaves out
    /// the host when it does not know its own.
    pub fn url(&self) -> Result<&str, Error> {
        let scheme = self.url.split_once("://").map(|(scheme, _)| scheme);
        if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
            return Ok(&self.url);
        }
        Err(Error::BadRequest(
            "the file's address lacks `http://` or `https://`; where Dify is self-hosted, set `FILES_URL` in its `.env`"
                .into(),
        ))
    }

    /// The size in bytes, where Dify knows it.
    pub fn size(&self) -> Option<u64> {
        u64::try_from(self.size?).ok()
    }
}

impl fmt::Debug for DifyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DifyFile")
            .field("mime_type", &self.mime_type)
            .field("size", &self.size())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

//! Values kept by Dify.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::Deserialize;
use serde_json::json;

use super::Dify;
use crate::CallError;
use crate::connection::MAX_OUTPUT_LINE_BYTES;

/// The longest key.
pub const MAX_STORAGE_KEY_BYTES: usize = 256;

/// How the daemon's answer to a `get` of a missing key begins.
const MISSING: &str = "load data failed";

/// Bytes by key, kept by Dify for the plugin. Needs the permission `storage`.
///
/// One storage serves all users of a workspace and survives upgrades of the plugin, so put what separates users (a hash
/// of credentials, a user's id) into the key. There is no listing, no expiry and no compare-and-set. The manifest sets
/// the size of the whole (`storage.size`); Dify refuses a value only after it was written.
///
/// # Caveats
///
/// Keys become paths: do not use both `a` and `a/b`. A key has 1 to [`MAX_STORAGE_KEY_BYTES`] bytes and none of `..`,
/// `//` and `\`; others are refused with [`CallError::Invalid`] before anything is sent. A value travels as one line, in
/// hex: about 2.6 MB are the most, and more is [`CallError::TooLong`].
#[derive(Debug, Clone, Copy)]
pub struct Storage<'a> {
    dify: &'a Dify,
}

impl Dify {
    /// The plugin's storage.
    pub fn storage(&self) -> Storage<'_> {
        Storage { dify: self }
    }
}

impl Storage<'_> {
    /// The value of a key; `None` when there is none.
    ///
    /// Dify has one text for a missing key and for a storage that cannot be read; both are `None`. Where that matters,
    /// ask [`Storage::exists`] too.
    pub async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, CallError> {
        check(key)?;
        match self.invoke::<Data<String>>(&json!({"opt": "get", "key": key})).await {
            Ok(Data { data }) => HEXLOWER_PERMISSIVE
                .decode(data.as_bytes())
                .map(Some)
                .map_err(|_| CallError::Malformed("a stored value is not hex".into())),
            Err(CallError::Refused(text)) if text.starts_with(MISSING) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets the value of a key, in the place of any before.
    pub async fn set(&self, key: &str, value: impl AsRef<[u8]>) -> Result<(), CallError> {
        check(key)?;
        let value = value.as_ref();
        let bytes = value.len().saturating_mul(2);
        if bytes > MAX_OUTPUT_LINE_BYTES {
            return Err(CallError::TooLong { bytes, limit: MAX_OUTPUT_LINE_BYTES });
        }
        self.done(&json!({"opt": "set", "key": key, "value": HEXLOWER.encode(value)})).await
    }

    /// Whether the key has a value. Dify can tell since dify-plugin-daemon 0.0.8.
    pub async fn exists(&self, key: &str) -> Result<bool, CallError> {
        check(key)?;
        let Data { data } = self.invoke(&json!({"opt": "exist", "key": key})).await?;
        Ok(data)
    }

    /// Deletes a key and its value. A key that is not there is an error of Dify's, [`CallError::Refused`], told with the
    /// same text as other failures.
    pub async fn delete(&self, key: &str) -> Result<(), CallError> {
        check(key)?;
        self.done(&json!({"opt": "del", "key": key})).await
    }

    async fn done(&self, request: &serde_json::Value) -> Result<(), CallError> {
        let Data::<String> { data } = self.invoke(request).await?;
        if data == "ok" { Ok(()) } else { Err(CallError::Malformed("storage did not say `ok`".into())) }
    }

    async fn invoke<T: serde::de::DeserializeOwned>(&self, request: &serde_json::Value) -> Result<T, CallError> {
        self.dify.invoke("storage", request).await
    }
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

/// The daemon's rules, and stricter where it would make a strange path of a key.
fn check(key: &str) -> Result<(), CallError> {
    let reason = if key.is_empty() || key == "." {
        "is empty".to_owned()
    } else if key.len() > MAX_STORAGE_KEY_BYTES {
        format!("has {} bytes, at most {MAX_STORAGE_KEY_BYTES} are allowed", key.len())
    } else if let Some(part) = ["..", "//", "\\"].into_iter().find(|part| key.contains(part)) {
        format!("contains `{part}`, which is not allowed")
    } else {
        return Ok(());
    };
    Err(CallError::Invalid(format!("the storage key {reason}")))
}

//! Files given to Dify.

use std::fmt;

use http::HeaderValue;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Dify, More, required};
use crate::CallError;

/// A place for one file: an address that takes it once, in a form.
///
/// [`Dify::upload_file`] (feature `http-client`) does all this. Without it, POST a body of [`UploadSlot::form_start`], the file
/// and [`UploadSlot::form_end`], with [`UploadSlot::content_type`], to [`UploadSlot::url`], and give what comes back to
/// [`UploadSlot::read_answer`]. Its `Debug` does not show the address: it is signed.
#[derive(Clone)]
pub struct UploadSlot {
    url: String,
    boundary: String,
    filename: String,
    mime_type: String,
}

/// A file that Dify took. It can be handed to apps; it does not by itself become an output of the tool.
///
/// Its `Debug` does not show the preview's address: it is signed.
#[derive(Clone, PartialEq, Deserialize)]
pub struct UploadedFile {
    /// Dify's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The bytes.
    pub size: u64,
    /// The name's ending, without or with its dot.
    #[serde(default)]
    pub extension: Option<String>,
    /// The type, such as `image/png`.
    pub mime_type: String,
    /// An address to see it at, for a while.
    #[serde(default)]
    pub preview_url: Option<String>,
    /// All other fields, as they came.
    #[serde(flatten)]
    pub more: More,
}

impl Dify {
    /// Asks for a place for one file. Needs no permission.
    ///
    /// # Errors
    ///
    /// [`CallError::Invalid`] for a name that is empty or has control characters and for a type that cannot stand in a
    /// header: both are signed, and must arrive as they are.
    pub async fn upload_slot(&self, filename: &str, mime_type: &str) -> Result<UploadSlot, CallError> {
        required("the file's name", filename)?;
        required("the file's type", mime_type)?;
        if filename.contains(char::is_control) {
            return Err(CallError::Invalid("the file's name must not have control characters".into()));
        }
        if HeaderValue::from_str(mime_type).is_err() {
            return Err(CallError::Invalid("the file's type is none".into()));
        }
        let request = json!({"filename": filename, "mimetype": mime_type});
        let Address { url } = self.invoke("upload_file", &request).await?;
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            // Dify leaves the host out when it does not know its own.
            let hint = "dify gave an address without a host; its administrator must set `FILES_URL`";
            return Err(CallError::Malformed(hint.into()));
        }
        let boundary = format!("dify-plugin-{}", Uuid::new_v4().simple());
        Ok(UploadSlot { url, boundary, filename: filename.into(), mime_type: mime_type.into() })
    }
}

impl UploadSlot {
    /// Where to POST. Whoever has it can use it: keep it out of logs.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The request's `Content-Type`.
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// What comes before the file's bytes.
    pub fn form_start(&self) -> String {
        let Self { boundary, filename, mime_type, .. } = self;
        // As browsers write it.
        let filename = filename.replace('"', "%22");
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
             Content-Type: {mime_type}\r\n\r\n"
        )
    }

    /// What comes after them.
    pub fn form_end(&self) -> String {
        format!("\r\n--{}--\r\n", self.boundary)
    }

    /// The answer to the POST.
    ///
    /// # Errors
    ///
    /// [`CallError::Refused`] for any status but 201, with the reason if Dify gave one: the file is too large, or its
    /// place was not used in time. [`CallError::Malformed`] when the body tells of no file.
    pub fn read_answer(&self, status: u16, body: &[u8]) -> Result<UploadedFile, CallError> {
        if status != 201 {
            let reason = serde_json::from_slice::<Value>(body).ok();
            let reason = reason.as_ref().and_then(|body| body.get("message")?.as_str()).unwrap_or("no reason given");
            let reason: String = reason.chars().filter(|letter| !letter.is_control()).take(300).collect();
            return Err(CallError::Refused(format!("the upload was answered with the status {status}: {reason}")));
        }
        serde_json::from_slice(body)
            .map_err(|_| CallError::Malformed("the answer to an upload tells of no file".into()))
    }
}

impl UploadedFile {
    /// The file as an input of an app.
    pub fn to_input(&self) -> Value {
        let kind = match self.mime_type.split_once('/') {
            Some((kind @ ("image" | "video" | "audio"), _)) => kind,
            _ => "document",
        };
        json!({"tool_file_id": self.id, "transfer_method": "tool_file", "type": kind})
    }
}

impl fmt::Debug for UploadSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadSlot").field("mime_type", &self.mime_type).finish_non_exhaustive()
    }
}

impl fmt::Debug for UploadedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadedFile")
            .field("id", &self.id)
            .field("size", &self.size)
            .field("mime_type", &self.mime_type)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Address {
    url: String,
}

#[cfg(feature = "http-client")]
mod post {
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::{Stream, StreamExt, stream};
    use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
    use reqwest::Body;

    use super::{Dify, UploadedFile};
    use crate::CallError;

    /// How long a whole upload may take. The Python SDK gives it 10 s, which is short for a video.
    const UPLOAD_TIME: Duration = Duration::from_secs(120);

    /// The most of an answer that is read.
    const ANSWER_BYTES: usize = 64 * 1024;

    impl Dify {
        /// Gives Dify a file. Needs no permission; Dify's limits for uploads hold (by default 10 MB for images, 15 MB
        /// for documents, 50 MB for audio and 100 MB for video).
        ///
        /// # Errors
        ///
        /// As [`Dify::upload_slot`] and [`UploadSlot::read_answer`](super::UploadSlot::read_answer), and
        /// [`CallError::NoHttpClient`] when the plugin was built without one, and [`CallError::Unreachable`].
        pub async fn upload_file(
            &self,
            filename: &str,
            mime_type: &str,
            bytes: impl Into<Bytes>,
        ) -> Result<UploadedFile, CallError> {
            let bytes = bytes.into();
            let length = bytes.len() as u64;
            let whole = stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
            self.upload_stream(filename, mime_type, length, whole).await
        }

        /// Gives Dify a file piece by piece, without holding it. `length` is the file's size in bytes and must be right.
        ///
        /// # Errors
        ///
        /// As [`Dify::upload_file`]; a stream that fails or has another length is [`CallError::Unreachable`].
        pub async fn upload_stream<S, E>(
            &self,
            filename: &str,
            mime_type: &str,
            length: u64,
            file: S,
        ) -> Result<UploadedFile, CallError>
        where
            S: Stream<Item = Result<Bytes, E>> + Send + 'static,
            E: Into<Box<dyn std::error::Error + Send + Sync>> + Send + 'static,
        {
            let http = self.backwards.http().ok_or(CallError::NoHttpClient)?;
            let slot = self.upload_slot(filename, mime_type).await?;
            let (start, end) = (slot.form_start(), slot.form_end());
            let total = length + start.len() as u64 + end.len() as u64;
            let around = |text: String| stream::iter([Ok::<_, Box<dyn std::error::Error + Send + Sync>>(text.into())]);
            let body = around(start).chain(file.map(|piece| piece.map_err(Into::into))).chain(around(end));
            let answer = http
                .post(slot.url())
                .header(CONTENT_TYPE, slot.content_type())
                .header(CONTENT_LENGTH, total)
                .timeout(UPLOAD_TIME)
                .body(Body::wrap_stream(body))
                .send()
                .await;
            let mut answer = answer.map_err(|error| unreachable(&error))?;
            let mut body = Vec::new();
            while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(&error))? {
                body.extend_from_slice(&piece);
                if body.len() > ANSWER_BYTES {
                    return Err(CallError::Malformed("the answer to an upload has no end".into()));
                }
            }
            slot.read_answer(answer.status().as_u16(), &body)
        }
    }

    /// The error's own text holds the address, which is signed.
    fn unreachable(error: &reqwest::Error) -> CallError {
        let reason = if error.is_timeout() {
            "the upload took too long"
        } else if error.is_connect() {
            "no connection for the upload"
        } else if error.is_builder() {
            "the address for the upload is none"
        } else {
            "the upload broke off"
        };
        CallError::Unreachable(reason.into())
    }
}

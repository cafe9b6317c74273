//! Files on their way in: what was given, and what becomes of it before Kling sees it.

mod base64;
mod fetch;
mod json;
mod json_text;
mod prepared;
mod problem;
mod text;

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use ::bytes::Bytes;
use serde_json::Value;

use crate::check::limits::VIDEO_MAX_BYTES;
use crate::off_thread::{HEAVY_BYTES, off_thread};
use crate::{Downloader, Facts, FileKind, Limits, LinkPolicy, MediaError, Medium, Misfit, convert};

pub use fetch::{FETCH_TIME, LOOK_TIME, PRIVATE_FETCH_TIME};
pub use prepared::Prepared;
pub use problem::InputProblem;

/// The largest local file that is read: nothing larger is taken anywhere.
pub const MAX_INPUT_BYTES: u64 = VIDEO_MAX_BYTES;
/// The most files that a list is read for: several times what any request takes.
pub const MAX_FILES: usize = 100;

/// A picture or video as it was given. `Debug` shows neither links nor content.
#[derive(Clone, PartialEq, Eq)]
pub struct Input(Content);

#[derive(Clone, PartialEq, Eq)]
enum Content {
    /// The file itself.
    Bytes(Bytes),
    /// A link that was given as text, for Kling to follow.
    Link(String),
    /// A file that Dify holds.
    Dify(DifyFile),
}

/// Where Dify says that a file is.
#[derive(Clone, PartialEq, Eq)]
struct DifyFile {
    url: String,
    /// In bytes, where Dify knows it.
    size: Option<u64>,
}

impl Input {
    /// Reads a parameter of one file: a Dify file object, or text as [`from_text`](Self::from_text) takes it, alone or
    /// as the only element of a list. Nothing given (absent, null, blank, `[]`, `[null]`) is `None`.
    ///
    /// Takes `&value` as well as `parameters.get("image")`.
    ///
    /// # Errors
    /// When it is something else, or more than one file.
    pub fn from_json<'a>(value: impl Into<Option<&'a Value>>) -> Result<Option<Self>, InputProblem> {
        json::one(value.into())
    }

    /// Reads a parameter of several files: a list of what [`from_json`](Self::from_json) takes, or one of them.
    /// Text may hold several links, one a line.
    ///
    /// # Errors
    /// When one of them is something else.
    pub fn list_from_json<'a>(value: impl Into<Option<&'a Value>>) -> Result<Vec<Self>, InputProblem> {
        json::list(value.into())
    }

    /// [`from_json`](Self::from_json) for use in a runtime: a value that holds much text, such as the Base64 of a
    /// picture, is copied and read beside the runtime's threads.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn read(value: Option<&Value>) -> Result<Option<Self>, InputProblem> {
        match value {
            Some(value) if is_heavy(value) => {
                let value = value.clone();
                off_thread(move || json::one(Some(&value))).await
            }
            value => json::one(value),
        }
    }

    /// [`list_from_json`](Self::list_from_json) for use in a runtime, as [`read`](Self::read).
    ///
    /// # Errors
    /// As [`list_from_json`](Self::list_from_json).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn read_list(value: Option<&Value>) -> Result<Vec<Self>, InputProblem> {
        match value {
            Some(value) if is_heavy(value) => {
                let value = value.clone();
                off_thread(move || json::list(Some(&value))).await
            }
            value => json::list(value),
        }
    }

    /// [`from_text`](Self::from_text) for use in a runtime, as [`read`](Self::read).
    ///
    /// # Errors
    /// As [`from_text`](Self::from_text).
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn read_text(text: &str) -> Result<Option<Self>, InputProblem> {
        if text.len() < HEAVY_BYTES {
            return text::one(text);
        }
        let text = text.to_owned();
        off_thread(move || text::one(&text)).await
    }

    /// Reads a URL, a `data:` URI, raw Base64, or JSON text of them. Blank text is `None`.
    ///
    /// A file object in text earns no trust: its link is treated as any other text.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn from_text(text: &str) -> Result<Option<Self>, InputProblem> {
        text::one(text)
    }

    /// A link for Kling to follow.
    ///
    /// # Errors
    /// When it is not https or does not lead to a public host, by its form. Loopback links pass here: whether they are
    /// allowed is known when they are [prepared](Self::prepare).
    pub fn from_url(url: &str) -> Result<Self, InputProblem> {
        text::link(url)
    }

    /// A file in memory.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Content::Bytes(bytes.into()))
    }

    /// A local file, read at once (it blocks) and up to [`MAX_INPUT_BYTES`].
    ///
    /// # Errors
    /// [`MediaError::Io`] when it cannot be read, [`MediaError::Unfit`] when it is larger.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, MediaError> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        if length > MAX_INPUT_BYTES {
            return Err(Misfit::Bytes { bytes: Some(length), max: MAX_INPUT_BYTES }.into());
        }
        let mut content = Vec::new();
        // A file can grow, and devices tell no length.
        file.take(MAX_INPUT_BYTES + 1).read_to_end(&mut content)?;
        if content.len() as u64 > MAX_INPUT_BYTES {
            return Err(Misfit::Bytes { bytes: None, max: MAX_INPUT_BYTES }.into());
        }
        Ok(Self::from_bytes(content))
    }

    /// Whether Kling takes the file as it is, by its content and never by its name. `None` when the content is
    /// elsewhere: a link, or a file of Dify's that was not [fetched](Self::fetch).
    ///
    /// # Errors
    /// What keeps it from being sent.
    pub fn check(&self, limits: &Limits) -> Result<Option<Facts>, Misfit> {
        match &self.0 {
            Content::Bytes(bytes) => check(bytes, limits).map(Some),
            Content::Dify(DifyFile { size: Some(size), .. }) => limits.judge_source_length(*size).map(|()| None),
            Content::Dify(_) | Content::Link(_) => Ok(None),
        }
    }

    /// Brings a file of Dify's into memory; everything else stays as it is. To be done at once, because Dify's links
    /// live 300 seconds. It takes [`FETCH_TIME`] at most, and no more bytes than are read for `limits`. See
    /// [`DifyOrigins`] for what is fetched from private networks; from one that nobody named it takes
    /// [`PRIVATE_FETCH_TIME`] at most.
    ///
    /// [`DifyOrigins`]: crate::DifyOrigins
    ///
    /// # Errors
    /// When the file does not come, in time or whole, or has more bytes than are
    /// [read](Limits::max_source_bytes).
    pub async fn fetch(self, downloader: &Downloader, limits: &Limits) -> Result<Self, MediaError> {
        match self.0 {
            Content::Dify(file) => fetch::bytes(&file, downloader, limits).await.map(Self::from_bytes),
            _ => Ok(self),
        }
    }

    /// What goes into Kling's request: a file of Dify's is [fetched](Self::fetch), content is [checked](Self::check),
    /// and what may be passed on becomes a URL or Base64.
    ///
    /// A picture that Kling does not take is made into one that it takes where that can be done (see
    /// [`CONVERTED_KINDS`](crate::CONVERTED_KINDS)); [`Prepared::conversion`] tells about it. All others go byte for
    /// byte.
    ///
    /// A link is passed on unread, with one exception: where its name says that Kling does not take the picture
    /// (`.webp` and the like, see [`is_fetched`](Self::is_fetched)), it is fetched for [`LOOK_TIME`] at most and
    /// converted. When it does not come, it is Kling's to follow.
    ///
    /// Videos reach Kling by URL alone. One of Dify's is passed on by Dify's own URL where that is public by its form;
    /// its headers are looked at first, for [`LOOK_TIME`] at most, where Dify lets us.
    ///
    /// # Errors
    /// When a link is not public, a file does not come or is not one that Kling takes, or a video has no link.
    pub async fn prepare(self, downloader: &Downloader, limits: &Limits) -> Result<Prepared, MediaError> {
        self.check_medium(downloader.policy(), limits.medium)?;
        match (self.0, limits.medium) {
            (Content::Dify(file), Medium::Video) => {
                limits.judge_length(file.size.unwrap_or(0))?;
                fetch::look(&file, downloader, limits).await?;
                Ok(Prepared::Url(file.url))
            }
            (Content::Link(link), medium) => {
                let passed_on = downloader.policy().passable(&link).map_err(InputProblem::Link)?;
                if medium == Medium::Picture
                    && text::names_other_picture(&link)
                    && let Some(picture) = fetch::other_picture(&link, downloader, limits).await
                {
                    return Ok(encoded(picture, limits).await?);
                }
                Ok(Prepared::Url(passed_on))
            }
            (content, _) => {
                match Self(content).fetch(downloader, limits).await?.0 {
                    Content::Bytes(bytes) => Ok(encoded(bytes, limits).await?),
                    // Fetched files are bytes.
                    Content::Link(url) | Content::Dify(DifyFile { url, .. }) => Ok(Prepared::Url(url)),
                }
            }
        }
    }

    /// Whether a link for a picture is fetched when it is [prepared](Self::prepare), by its name alone.
    pub fn is_fetched(link: &str) -> bool {
        text::is_link(link) && text::names_other_picture(link)
    }

    /// A video needs a link that Kling can follow.
    fn check_medium(&self, policy: LinkPolicy, medium: Medium) -> Result<(), InputProblem> {
        match (&self.0, medium) {
            (Content::Bytes(_), Medium::Video) => Err(InputProblem::VideoWithoutLink),
            (Content::Dify(file), Medium::Video) => {
                policy.passable(&file.url).map(drop).map_err(InputProblem::VideoNotPublic)
            }
            _ => Ok(()),
        }
    }
}

/// Content that Kling takes, or what can be made of it, as Base64.
async fn encoded(bytes: Bytes, limits: &Limits) -> Result<Prepared, Misfit> {
    let (content, limits, is_heavy) = (bytes.clone(), *limits, bytes.len() >= HEAVY_BYTES);
    let work = move || check(&content, &limits).map(|_| base64::encode(&content));
    match if is_heavy { off_thread(work).await } else { work() } {
        Ok(text) => Ok(Prepared::Base64(text)),
        Err(misfit) if convert::may_help(&misfit, &limits) => {
            let (bytes, conversion) = convert::fit(bytes, limits).await?;
            Ok(Prepared::Converted(off_thread(move || base64::encode(&bytes)).await, conversion))
        }
        Err(misfit) => Err(misfit),
    }
}

/// Whether reading a value takes long. A tree of many small values was long to read before it came here.
fn is_heavy(value: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or(0, str::len);
    let length = match value {
        Value::Array(elements) => elements.iter().map(text).sum(),
        value => text(value),
    };
    length >= HEAVY_BYTES
}

fn check(bytes: &[u8], limits: &Limits) -> Result<Facts, Misfit> {
    limits.judge_length(bytes.len() as u64)?;
    let found = FileKind::sniff(bytes.get(..FileKind::SNIFF_BYTES).unwrap_or(bytes)).canonical();
    if !limits.kinds.contains(&found) {
        return Err(Misfit::Kind { found, allowed: limits.kinds });
    }
    let facts = Facts::read(bytes)?;
    limits.judge(&facts)?;
    Ok(facts)
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Content::Bytes(bytes) => write!(f, "Input({} bytes)", bytes.len()),
            Content::Link(_) => f.write_str("Input(link)"),
            Content::Dify(_) => f.write_str("Input(file of Dify's)"),
        }
    }
}

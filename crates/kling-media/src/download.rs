//! A link as a stream that survives broken connections.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use kling_client::transport;

use crate::source::Source;
use crate::{FileKind, LinkPolicy, MediaError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence for this long is a break.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Fetches files. Cheap to clone; clones share connections. Carries no credentials.
#[derive(Debug, Clone)]
pub struct Downloader {
    http: reqwest::Client,
    policy: LinkPolicy,
    first_pause: Duration,
}

impl Downloader {
    /// A downloader that follows links as `policy` says. After a break it goes on half a second later, after each
    /// further one twice as late.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(policy: LinkPolicy) -> Result<Self, MediaError> {
        let mut builder = transport::builder(CONNECT_TIMEOUT)
            .map_err(|error| MediaError::Setup(error.to_string()))?
            .read_timeout(READ_TIMEOUT)
            .redirect(policy.redirects())
            .referer(false);
        if policy == LinkPolicy::HttpsOrLoopback {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| MediaError::Setup(error.to_string()))?;
        Ok(Self { http, policy, first_pause: Duration::from_millis(500) })
    }

    /// Changes the pause before the first resumption.
    #[must_use]
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Asks for a file and reads its first bytes.
    ///
    /// A server that tells no length is read to the end into one buffer of at most `limit` bytes.
    ///
    /// # Errors
    /// When the link is refused, the file does not come, is no media, or is larger than `limit` bytes.
    pub async fn open(&self, link: &str, limit: u64) -> Result<Download, MediaError> {
        let url = self.policy.parse(link)?;
        let mut source = Source::new(self.http.clone(), url, limit, self.first_pause);
        let mut head = BytesMut::new();
        while source.total().is_none() || head.len() < FileKind::SNIFF_BYTES {
            let Some(chunk) = source.next().await? else { break };
            head.extend_from_slice(&chunk);
        }
        let head = head.freeze();
        if head.is_empty() {
            return Err(MediaError::NotMedia("an empty file"));
        }
        if let Some(found) = FileKind::text_found(&head) {
            return Err(MediaError::NotMedia(found));
        }
        let length = source.total().unwrap_or(head.len() as u64);
        Ok(Download { kind: FileKind::sniff(&head), length, head, source })
    }
}

/// A file that has begun to arrive.
#[derive(Debug)]
pub struct Download {
    kind: FileKind,
    length: u64,
    head: Bytes,
    source: Source,
}

impl Download {
    /// What it is, by content.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The file, from its first byte: exactly [`length`](Self::length) bytes, or an error at the end.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, MediaError>> + Send {
        stream::try_unfold((self.head, self.source), |(head, mut source)| async move {
            let chunk = if head.is_empty() { source.next().await? } else { Some(head) };
            Ok(chunk.map(|chunk| (chunk, (Bytes::new(), source))))
        })
    }
}

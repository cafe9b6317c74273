//! A link as a stream that survives broken connections.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, Stream};
use kling_client::transport::{self, SystemDns};
use reqwest::dns::Resolve;
use tokio::io::{AsyncWrite, AsyncWriteExt};

use crate::link;
use crate::net::{Guard, Proxies, Reach, Rules};
use crate::origins::Trust;
use crate::source::Source;
use crate::{DifyOrigins, FileKind, LinkPolicy, MediaError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence for this long is a break.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// So much of a file is held whose length the server does not tell: a longer one cannot be handed over.
pub const MAX_SPOOL_BYTES: usize = 4 * 1024 * 1024;

/// Fetches files. Cheap to clone; clones share connections. Carries no credentials.
#[derive(Clone)]
pub struct Downloader {
    http: reqwest::Client,
    dify: Arc<DifyClients>,
    dns: Arc<dyn Resolve>,
    policy: LinkPolicy,
    proxies: Proxies,
    origins: DifyOrigins,
    first_pause: Duration,
}

/// Made when the first of Dify's files is fetched.
#[derive(Default)]
struct DifyClients {
    by_proxy: OnceLock<reqwest::Client>,
    /// For a Dify on this machine, whose loopback no proxy can reach.
    direct: OnceLock<reqwest::Client>,
}

impl Downloader {
    /// A downloader that follows links as `policy` says. After a break it goes on half a second later, after each
    /// further one twice as late.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(policy: LinkPolicy) -> Result<Self, MediaError> {
        Self::with_dns(policy, Arc::new(SystemDns::default()))
    }

    /// A downloader that asks `dns` for addresses. Whatever it answers is judged before it is connected to.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn with_dns(policy: LinkPolicy, dns: Arc<dyn Resolve>) -> Result<Self, MediaError> {
        // No proxy can reach this machine's own loopback.
        let proxies = match policy {
            LinkPolicy::HttpsOnly => Proxies::of_the_environment(),
            LinkPolicy::HttpsOrLoopback => Proxies::default(),
        };
        let direct = policy == LinkPolicy::HttpsOrLoopback;
        let http = client(direct, dns.clone(), policy.rules(proxies.clone()))?;
        let (origins, first_pause) = (DifyOrigins::default(), Duration::from_millis(500));
        Ok(Self { http, dify: Arc::default(), dns, policy, proxies, origins, first_pause })
    }

    /// Says which hosts are Dify's own. Without it none is named.
    #[must_use]
    pub fn with_dify_origins(mut self, origins: DifyOrigins) -> Self {
        self.origins = origins;
        self
    }

    /// Changes the pause before the first resumption.
    #[must_use]
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first_pause = pause;
        self
    }

    /// Which links are followed.
    pub fn policy(&self) -> LinkPolicy {
        self.policy
    }

    /// Asks for a file and reads its first bytes.
    ///
    /// A file whose length the server does not tell is read to its end first, up to [`MAX_SPOOL_BYTES`].
    ///
    /// # Errors
    /// When the link is refused, the file does not come, is no media, or is larger than `limit` bytes, and
    /// [`MediaError::UnknownLength`] when it would have to be held and is too long for that.
    pub async fn open(&self, link: &str, limit: u64) -> Result<Download, MediaError> {
        let mut source = self.source(link, limit)?;
        let mut head = BytesMut::new();
        while source.total().is_none() || head.len() < FileKind::SNIFF_BYTES {
            let Some(chunk) = source.next().await? else { break };
            if source.total().is_none() && head.len() + chunk.len() > MAX_SPOOL_BYTES {
                return Err(MediaError::UnknownLength { limit: MAX_SPOOL_BYTES as u64 });
            }
            if head.is_empty() && source.total().is_none() {
                // At its full length at once: memory is taken as it fills, and none for copies as it grows.
                head.reserve(MAX_SPOOL_BYTES);
            }
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

    /// The bytes of a link anywhere on the internet.
    pub(crate) fn source(&self, link: &str, limit: u64) -> Result<Source, MediaError> {
        let url = link::parse(&self.policy.rules(self.proxies.clone()), link)?;
        Ok(Source::new(self.http.clone(), url, limit, self.first_pause))
    }

    /// What is known of a link in one of Dify's file objects.
    pub(crate) fn trust(&self, link: &str) -> Trust {
        self.origins.trust(link)
    }

    /// The bytes of a link that Dify signed for a file of its own: also over plain http and in private networks.
    pub(crate) fn dify_source(&self, link: &str, limit: u64) -> Result<Source, MediaError> {
        let rules = Rules { reach: Reach::Dify, proxies: self.proxies.clone() };
        let url = link::parse(&rules, link)?;
        let direct = self.policy == LinkPolicy::HttpsOrLoopback || kling_auth::is_loopback(&url);
        let place = if direct { &self.dify.direct } else { &self.dify.by_proxy };
        let http = if let Some(client) = place.get() {
            client.clone()
        } else {
            let client = client(direct, self.dns.clone(), rules)?;
            place.get_or_init(|| client).clone()
        };
        Ok(Source::new(http, url, limit, self.first_pause))
    }
}

fn client(direct: bool, dns: Arc<dyn Resolve>, rules: Rules) -> Result<reqwest::Client, MediaError> {
    let guard = Guard::new(dns, rules.reach, rules.proxies.clone());
    let mut builder = transport::builder(CONNECT_TIMEOUT)
        .map_err(|error| MediaError::Setup(error.to_string()))?
        .dns_resolver(Arc::new(guard))
        .read_timeout(READ_TIMEOUT)
        .redirect(rules.redirects())
        .referer(false);
    if direct {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| MediaError::Setup(error.to_string()))
}

impl fmt::Debug for Downloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloader").field("policy", &self.policy).finish_non_exhaustive()
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

    /// Writes the file, flushes, and answers its length in bytes.
    ///
    /// # Errors
    /// When the file does not come whole, or [`MediaError::Io`] when the writer refuses. What is written by then stays.
    pub async fn to_writer<W>(mut self, writer: &mut W) -> Result<u64, MediaError>
    where
        W: AsyncWrite + Unpin,
    {
        writer.write_all(&self.head).await?;
        while let Some(chunk) = self.source.next().await? {
            writer.write_all(&chunk).await?;
        }
        writer.flush().await?;
        Ok(self.length)
    }
}

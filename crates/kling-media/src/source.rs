//! The bytes of a link, in order, over as many connections as it takes.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use kling_client::transport;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE};
use reqwest::{Response, StatusCode};
use tokio::time::sleep;
use url::Url;

use crate::net::refusal_in;
use crate::{LinkProblem, MediaError};

/// How often one download may go on after a break.
pub const MAX_RESUMPTIONS: u32 = 5;

const LEADS_PRIVATE: &str = "leads to an address that is not public";
const REDIRECTS_PRIVATE: &str = "redirects to an address that is not public";

impl MediaError {
    /// Whether a link was not followed because it leads into a private network.
    pub(crate) fn is_private(&self) -> bool {
        let reasons = [LinkProblem::Private.as_str(), LEADS_PRIVATE, REDIRECTS_PRIVATE];
        matches!(self, Self::BadLink(reason) if reasons.contains(reason))
    }
}

pub(crate) struct Source {
    http: reqwest::Client,
    url: Url,
    limit: u64,
    pause: Duration,
    /// What tells this version of the file from another.
    validator: Option<HeaderValue>,
    total: Option<u64>,
    received: u64,
    /// The error that the server answered last, where it answered at all.
    failed: Option<StatusCode>,
    /// Bytes that a server without ranges sends again and that are dropped.
    repeated: u64,
    resumed: u32,
    max_resumptions: u32,
    response: Option<Response>,
}

/// Without the link, which is signed.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, received, resumed, .. } = self;
        f.debug_struct("Source")
            .field("total", total)
            .field("received", received)
            .field("resumed", resumed)
            .finish_non_exhaustive()
    }
}

/// What one read brought.
enum Step {
    Chunk(Bytes),
    End,
    Broken(Option<reqwest::Error>),
}

impl Source {
    pub(crate) fn new(http: reqwest::Client, url: Url, limit: u64, pause: Duration) -> Self {
        Self {
            http,
            url,
            limit,
            pause,
            validator: None,
            total: None,
            failed: None,
            received: 0,
            repeated: 0,
            resumed: 0,
            max_resumptions: MAX_RESUMPTIONS,
            response: None,
        }
    }

    /// Gives up earlier than others.
    pub(crate) fn with_max_resumptions(self, max_resumptions: u32) -> Self {
        Self { max_resumptions, ..self }
    }

    /// The file's length, once the server has told it or the end was seen.
    pub(crate) fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next bytes; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, MediaError> {
        loop {
            if self.total == Some(self.received) {
                return Ok(None);
            }
            match self.step().await? {
                Step::Chunk(chunk) => {
                    if let Some(new) = self.take(chunk)? {
                        return Ok(Some(new));
                    }
                }
                Step::End => self.total = Some(self.received),
                Step::Broken(cause) => self.prepare_to_resume(cause).await?,
            }
        }
    }

    async fn step(&mut self) -> Result<Step, MediaError> {
        if self.response.is_none() {
            self.failed = None;
            match self.connect().await {
                Ok(response) => {
                    if !self.judge(&response)? {
                        return Ok(Step::Broken(None));
                    }
                    self.response = Some(response);
                }
                Err(error) if error.is_redirect() => return Err(MediaError::BadLink(redirect_problem(&error))),
                Err(error) if refusal_in(&error) => return Err(MediaError::BadLink(LEADS_PRIVATE)),
                Err(error) => {
                    return match transport::certificate_problem(&error) {
                        Some(problem) => Err(MediaError::Certificate { problem }),
                        None => Ok(Step::Broken(Some(error))),
                    };
                }
            }
        }
        let Some(response) = &mut self.response else { return Ok(Step::Broken(None)) };
        Ok(match response.chunk().await {
            Ok(Some(chunk)) => Step::Chunk(chunk),
            Ok(None) if self.total.is_none_or(|total| total == self.received) => Step::End,
            Ok(None) => Step::Broken(None),
            Err(error) => Step::Broken(Some(error)),
        })
    }

    async fn connect(&self) -> reqwest::Result<Response> {
        let mut request = self.http.get(self.url.clone()).header(ACCEPT_ENCODING, "identity");
        if self.received > 0 {
            request = request.header(RANGE, format!("bytes={}-", self.received));
            if let Some(validator) = &self.validator {
                request = request.header(IF_RANGE, validator);
            }
        }
        request.send().await
    }

    /// Learns from an answer's head what follows it. False: nothing of use, but another try may bring it.
    fn judge(&mut self, response: &Response) -> Result<bool, MediaError> {
        let status = response.status();
        self.failed = Some(status).filter(|status| !status.is_success());
        let total = match status {
            StatusCode::OK => {
                self.repeated = self.received;
                response.content_length()
            }
            StatusCode::PARTIAL_CONTENT if self.received > 0 => {
                let (start, total) = content_range(response.headers()).ok_or(MediaError::Changed)?;
                if start != self.received {
                    return Err(MediaError::Changed);
                }
                self.repeated = 0;
                total
            }
            StatusCode::RANGE_NOT_SATISFIABLE => {
                // The server has no byte where it promised more.
                return Err(MediaError::WrongLength { received: self.received, expected: self.total });
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => return Ok(false),
            _ if status.is_server_error() => return Ok(false),
            _ => return Err(MediaError::Refused { status: status.as_u16() }),
        };
        let validator = validator(response.headers());
        if self.received > 0
            && (validator != self.validator || (total.is_some() && self.total.is_some() && total != self.total))
        {
            return Err(MediaError::Changed);
        }
        self.validator = validator;
        self.total = self.total.or(total);
        match self.total {
            Some(length) if length > self.limit => {
                Err(MediaError::TooLarge { length: Some(length), limit: self.limit })
            }
            _ => Ok(true),
        }
    }

    /// Counts what arrived; `None` when it was only what had arrived before.
    fn take(&mut self, mut chunk: Bytes) -> Result<Option<Bytes>, MediaError> {
        let again = self.repeated.min(chunk.len() as u64);
        self.repeated -= again;
        // `again` is at most the chunk's length.
        let new = chunk.split_off(usize::try_from(again).unwrap_or(chunk.len()));
        self.received += new.len() as u64;
        match self.total {
            Some(expected) if self.received > expected => {
                Err(MediaError::WrongLength { received: self.received, expected: Some(expected) })
            }
            None if self.received > self.limit => Err(MediaError::TooLarge { length: None, limit: self.limit }),
            _ => Ok((!new.is_empty()).then_some(new)),
        }
    }

    async fn prepare_to_resume(&mut self, cause: Option<reqwest::Error>) -> Result<(), MediaError> {
        self.response = None;
        if self.resumed >= self.max_resumptions {
            if let Some(status) = self.failed {
                return Err(MediaError::Refused { status: status.as_u16() });
            }
            let cause = cause.map(reqwest::Error::without_url);
            return Err(MediaError::Broken { received: self.received, expected: self.total, cause });
        }
        sleep(self.pause).await;
        self.pause *= 2;
        self.resumed += 1;
        tracing::debug!(resumed = self.resumed, received = self.received, "the download broke off and goes on");
        Ok(())
    }
}

fn redirect_problem(error: &reqwest::Error) -> &'static str {
    let mut causes = std::iter::successors(error.source(), |&error| error.source());
    match causes.find_map(|cause| cause.downcast_ref::<LinkProblem>()) {
        Some(LinkProblem::Private) => REDIRECTS_PRIVATE,
        _ => "redirects too often or away from https",
    }
}

/// A strong `ETag`, or else the date of the last change.
fn validator(headers: &HeaderMap) -> Option<HeaderValue> {
    let strong = headers.get(ETAG).filter(|tag| !tag.as_bytes().starts_with(b"W/"));
    strong.or_else(|| headers.get(LAST_MODIFIED)).cloned()
}

/// `bytes 100-199/200` as (100, 200); the total may be `*`.
fn content_range(headers: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (range, total) = headers.get(CONTENT_RANGE)?.to_str().ok()?.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}

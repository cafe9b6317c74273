//! Files that Dify holds.

use std::time::Duration;

use ::bytes::{Bytes, BytesMut};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::DifyFile;
use crate::check::limits::CONVERTED_MAX_BYTES;
use crate::format::MovieScanner;
use crate::origins::Trust;
use crate::source::Source;
use crate::{Downloader, Facts, FileKind, Limits, LinkProblem, MediaError, Misfit};

/// How long a file of Dify's may take to come.
pub const FETCH_TIME: Duration = Duration::from_secs(30);
/// How long a file may take that comes from a private network in which nobody named Dify's address; a failure is told at
/// the end of this time.
pub const PRIVATE_FETCH_TIME: Duration = Duration::from_secs(10);
/// How long a video of Dify's is looked at before it is passed on unseen.
pub const LOOK_TIME: Duration = Duration::from_secs(15);

/// Dify stands nearby or is not there: what does not answer soon is a wrong setting.
const MAX_RESUMPTIONS: u32 = 2;

/// The whole file.
pub(super) async fn bytes(file: &DifyFile, downloader: &Downloader, limits: &Limits) -> Result<Bytes, MediaError> {
    if let Some(size) = file.size {
        limits.judge_source_length(size)?;
    }
    let fetched = timeout(FETCH_TIME, by_trust(file, downloader, limits, collect)).await;
    fetched.unwrap_or(Err(MediaError::TimedOut { seconds: FETCH_TIME.as_secs() }))
}

/// A picture behind a public link, where it is one that Kling does not take as it is. Whatever goes wrong, the link is
/// Kling's to follow: our own network is no reason to refuse it.
pub(super) async fn other_picture(link: &str, downloader: &Downloader, limits: &Limits) -> Option<Bytes> {
    let fetched = timeout(LOOK_TIME, async {
        let source = downloader.source(link, CONVERTED_MAX_BYTES)?.with_max_resumptions(MAX_RESUMPTIONS);
        collect(source, Place::Known).await
    });
    match fetched.await.unwrap_or(Err(MediaError::TimedOut { seconds: LOOK_TIME.as_secs() })) {
        Ok(picture) => {
            let kind = FileKind::sniff(picture.get(..FileKind::SNIFF_BYTES).unwrap_or(&picture));
            (kind.is_image() && !limits.kinds.contains(&kind)).then_some(picture)
        }
        Err(error) => {
            tracing::debug!(%error, "the picture behind a link could not be fetched");
            None
        }
    }
}

/// Holds a video's headers against the limits. A video that does not let itself be looked at passes: Kling will see.
///
/// # Errors
/// When it is a file that Kling does not take.
pub(super) async fn look(file: &DifyFile, downloader: &Downloader, limits: &Limits) -> Result<(), MediaError> {
    if downloader.trust(&file.url) == Trust::None {
        // Somewhere on the internet, where only Kling goes.
        return Ok(());
    }
    let read = |source, _| facts(source, limits);
    let looked = timeout(LOOK_TIME, by_trust(file, downloader, limits, read)).await;
    match looked.unwrap_or(Err(MediaError::TimedOut { seconds: LOOK_TIME.as_secs() })) {
        Ok(facts) => Ok(limits.judge(&facts)?),
        Err(MediaError::Unfit(misfit)) => Err(misfit.into()),
        Err(error) => {
            tracing::debug!(%error, "the video could not be looked at");
            Ok(())
        }
    }
}

/// Where a file is read from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// From Dify, or from the internet.
    Known,
    /// From a private network in which nobody named Dify's address.
    Private,
}

/// Reads a file by whatever way its link may be followed.
async fn by_trust<T, F>(
    file: &DifyFile,
    downloader: &Downloader,
    limits: &Limits,
    read: impl Fn(Source, Place) -> F,
) -> Result<T, MediaError>
where
    F: Future<Output = Result<T, MediaError>>,
{
    let trust = downloader.trust(&file.url);
    let patient = |source: Source| source.with_max_resumptions(MAX_RESUMPTIONS);
    let max_bytes = limits.max_source_bytes();
    let from_dify = || downloader.dify_source(&file.url, max_bytes).map(patient);
    if trust == Trust::Named {
        return read(from_dify()?, Place::Known).await.map_err(|error| explained(error, trust));
    }
    let public = async {
        public_form(file, downloader)?;
        let source = downloader.source(&file.url, max_bytes)?;
        read(patient(source), Place::Known).await
    };
    match public.await {
        Err(error) if error.is_private() && trust == Trust::Shape => {
            unseen(async { read(from_dify()?, Place::Private).await }).await
        }
        Err(error) if error.is_private() => Err(MediaError::PrivateAddress),
        other => other.map_err(|error| explained(error, trust)),
    }
}

/// Refuses a link to a private network by its form, before any name is looked up, and before its scheme is.
fn public_form(file: &DifyFile, downloader: &Downloader) -> Result<(), MediaError> {
    let policy = downloader.policy();
    let Err(problem) = policy.passable(&file.url) else { return Ok(()) };
    let over_https = file.url.trim().split_once("://").map(|(_, rest)| format!("https://{rest}"));
    let is_private = over_https.is_some_and(|link| policy.passable(&link) == Err(LinkProblem::Private));
    Err(MediaError::BadLink(if is_private { LinkProblem::Private } else { problem }.as_str()))
}

/// Reads from a private network although nobody named Dify's address in it. Whoever wrote the link may not learn what
/// else is there: every failure is the same, and comes after the same time.
async fn unseen<T>(reading: impl Future<Output = Result<T, MediaError>>) -> Result<T, MediaError> {
    let due = Instant::now() + PRIVATE_FETCH_TIME;
    match timeout_at(due, reading).await {
        Ok(Ok(read)) => Ok(read),
        // A picture or video: what Kling does not take of it may be told.
        Ok(Err(MediaError::Unfit(misfit))) if !matches!(misfit, Misfit::Kind { found, .. } if !found.is_media()) => {
            Err(misfit.into())
        }
        _ => {
            sleep_until(due).await;
            Err(MediaError::PrivateAddress)
        }
    }
}

/// What is known of Dify's links makes some errors clearer.
fn explained(error: MediaError, trust: Trust) -> MediaError {
    match error {
        MediaError::TooLarge { length, limit } => Misfit::Bytes { bytes: length, max: limit }.into(),
        MediaError::Broken { received: 0, cause, .. }
            if trust != Trust::None && cause.as_ref().is_some_and(reqwest::Error::is_connect) =>
        {
            MediaError::DifyUnreachable { cause }
        }
        other => other,
    }
}

async fn collect(mut source: Source, place: Place) -> Result<Bytes, MediaError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = source.next().await? {
        if body.is_empty() {
            // At most the limit, and memory is taken as it fills: there are no copies as it grows.
            body.reserve(source.total().and_then(|total| usize::try_from(total).ok()).unwrap_or(0));
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() {
        return Err(MediaError::NotMedia("an empty file"));
    }
    let head = body.get(..FileKind::SNIFF_BYTES).unwrap_or(&body);
    FileKind::text_found(head).map_or(Ok(()), |found| Err(MediaError::NotMedia(found)))?;
    if place == Place::Private && !FileKind::sniff(head).is_media() {
        return Err(MediaError::PrivateAddress);
    }
    Ok(body.freeze())
}

/// Reads up to a video's index, holding no more of it.
async fn facts(mut source: Source, limits: &Limits) -> Result<Facts, MediaError> {
    let mut head = BytesMut::new();
    while head.len() < FileKind::SNIFF_BYTES {
        let Some(chunk) = source.next().await? else { break };
        head.extend_from_slice(&chunk);
    }
    let kind = FileKind::sniff(&head).canonical();
    if !limits.kinds.contains(&kind) {
        return Err(Misfit::Kind { found: kind, allowed: limits.kinds }.into());
    }
    let mut scanner = MovieScanner::new();
    let mut chunk = Some(head.freeze());
    while let Some(bytes) = chunk {
        scanner.feed(&bytes).map_err(Misfit::Damaged)?;
        if let Some(movie) = scanner.movie() {
            let facts = movie.facts(kind, source.total().unwrap_or(0));
            // What is known of a fragmented file is judged before the rest of it is waited for.
            limits.judge(&facts)?;
            if scanner.is_settled() {
                return Ok(facts);
            }
        }
        chunk = source.next().await?;
    }
    let movie = scanner.finish().map_err(Misfit::Damaged)?;
    Ok(movie.facts(kind, source.total().unwrap_or(0)))
}

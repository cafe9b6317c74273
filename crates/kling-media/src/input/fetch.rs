//! Files that Dify holds.

use std::time::Duration;

use ::bytes::{Bytes, BytesMut};
use tokio::time::timeout;
use url::Url;

use super::DifyFile;
use crate::format::MovieScanner;
use crate::source::Source;
use crate::{Damage, Downloader, Facts, FileKind, Limits, MediaError, Misfit};

/// How long a file of Dify's may take to come.
pub const FETCH_TIME: Duration = Duration::from_secs(30);
/// How long a video of Dify's is looked at before it is passed on unseen.
pub const LOOK_TIME: Duration = Duration::from_secs(15);

/// Dify stands nearby or is not there: what does not answer soon is a wrong setting.
const MAX_RESUMPTIONS: u32 = 2;
/// What a length told by a server can make us set aside at once.
const FIRST_RESERVE: u64 = 1024 * 1024;

/// The whole file.
pub(super) async fn bytes(file: &DifyFile, downloader: &Downloader, limits: &Limits) -> Result<Bytes, MediaError> {
    if let Some(size) = file.size {
        limits.judge_length(size)?;
    }
    let source = open(file, downloader, limits)?;
    let fetched = timeout(FETCH_TIME, collect(source)).await;
    fetched.unwrap_or(Err(MediaError::TimedOut { seconds: FETCH_TIME.as_secs() })).map_err(explained)
}

/// Holds a video's headers against the limits. A video that does not let itself be looked at passes: Kling will see.
///
/// # Errors
/// When it is a file that Kling does not take.
pub(super) async fn look(file: &DifyFile, downloader: &Downloader, limits: &Limits) -> Result<(), MediaError> {
    if !file.is_signed() {
        // Somewhere on the internet, where only Kling goes.
        return Ok(());
    }
    let source = open(file, downloader, limits)?;
    let looked = timeout(LOOK_TIME, facts(source, limits)).await;
    match looked.unwrap_or(Err(MediaError::TimedOut { seconds: LOOK_TIME.as_secs() })).map_err(explained) {
        Ok(facts) => Ok(limits.judge(&facts)?),
        Err(MediaError::Unfit(misfit)) => Err(misfit.into()),
        Err(error) => {
            tracing::debug!(%error, "the video could not be looked at");
            Ok(())
        }
    }
}

fn open(file: &DifyFile, downloader: &Downloader, limits: &Limits) -> Result<Source, MediaError> {
    let source = if file.is_signed() {
        downloader.dify_source(&file.url, limits.max_bytes)?
    } else {
        downloader.source(&file.url, limits.max_bytes)?
    };
    Ok(source.with_max_resumptions(MAX_RESUMPTIONS))
}

/// What is known of Dify's links makes some errors clearer.
fn explained(error: MediaError) -> MediaError {
    match error {
        MediaError::TooLarge { length, limit } => Misfit::Bytes { bytes: length, max: limit }.into(),
        MediaError::Broken { received: 0, cause, .. } if cause.as_ref().is_some_and(reqwest::Error::is_connect) => {
            MediaError::DifyUnreachable { cause }
        }
        other => other,
    }
}

async fn collect(mut source: Source) -> Result<Bytes, MediaError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = source.next().await? {
        if body.is_empty() {
            let announced = source.total().unwrap_or(0).min(FIRST_RESERVE);
            body.reserve(usize::try_from(announced).unwrap_or(0));
        }
        body.extend_from_slice(&chunk);
    }
    if body.is_empty() {
        return Err(MediaError::NotMedia("an empty file"));
    }
    let head = body.get(..FileKind::SNIFF_BYTES).unwrap_or(&body);
    FileKind::text_found(head).map_or(Ok(()), |found| Err(MediaError::NotMedia(found)))?;
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
            return Ok(movie.facts(kind, source.total().unwrap_or(0)));
        }
        chunk = source.next().await?;
    }
    Err(Misfit::Damaged(Damage::CutOff).into())
}

impl DifyFile {
    /// Whether Dify signed the link: then it leads to Dify itself. Files that a user gave to Dify by link keep that
    /// link, which is as good as any text.
    fn is_signed(&self) -> bool {
        Url::parse(&self.url).is_ok_and(|url| {
            url.path_segments().is_some_and(|mut segments| segments.any(|segment| segment == "files"))
                && url.query_pairs().any(|(name, value)| name == "sign" && !value.is_empty())
        })
    }
}

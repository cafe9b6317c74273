//! `settings`: numbers are JSON numbers here.

use super::endpoints::Endpoint;
use crate::fields::Fields;
use crate::refusal::Refusal;

/// What is read before the prompt; see [`Look::of`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Whether a ratio was given, where it has a meaning.
    pub(super) has_ratio: bool,
    pub(super) resolution: &'static str,
    pub(super) audio: &'static str,
}

impl Look {
    /// In the order in which the service was seen to check (2026-09-19): ratio, resolution, audio.
    pub(super) fn of(settings: Fields<'_>, endpoint: &Endpoint) -> Result<Self, Refusal> {
        let has_ratio = endpoint.has_ratio() && {
            settings.choice("aspect_ratio", &["16:9", "9:16", "1:1"])?;
            settings.string("aspect_ratio")?.is_some()
        };
        Ok(Self {
            has_ratio,
            resolution: settings
                .choice("resolution", endpoint.resolutions)
                .map_err(|refusal| settings.string("resolution").ok().flatten().map_or(refusal, wrong_resolution))?,
            audio: settings.choice("audio", endpoint.audio)?,
        })
    }
}

/// The field's name as the service was seen to write it.
pub(super) fn wrong_resolution(value: &str) -> Refusal {
    Refusal::value("video resolution", value)
}

/// `duration`, after (with `contents`: before) the prompt.
pub(super) fn seconds(settings: Fields<'_>, endpoint: &Endpoint) -> Result<u32, Refusal> {
    let Some(given) = settings.integer("duration")? else { return Ok(5) };
    let seconds = u32::try_from(given).ok().filter(|seconds| endpoint.seconds.allow(*seconds));
    seconds.ok_or_else(|| Refusal::value("duration", given))
}

/// Whether there may be several shots, which is the default where there is a choice.
pub(super) fn multi_shot(settings: Fields<'_>, endpoint: &Endpoint) -> Result<bool, Refusal> {
    if endpoint.multi_shot { Ok(settings.boolean("multi_shot")?.unwrap_or(true)) } else { Ok(false) }
}

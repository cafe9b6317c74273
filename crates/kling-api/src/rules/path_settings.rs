//! `settings` of the new surface.

use super::abilities::seconds_of;
use super::measures::{Broken, at_most_chars, ensure, ensure_or, items, one_of};
use super::{DEFAULT_SECONDS, MAX_SHOT_CHARS, MAX_SHOTS, Problem};
use crate::prompt::shots;
use crate::{MultiShot, PathRequest};

pub(super) const AUDIO: &[&str] = &["native", "original", "off"];
const RESOLUTIONS: &[&str] = &["720p", "1080p", "4k"];
const RATIOS: &[&str] = &["16:9", "9:16", "1:1"];
const ORIENTATIONS: &[&str] = &["image", "video"];

/// V5: a prompt written as shots has one to six of them, which add up to the duration and are meant to be shots.
pub(super) fn v5_shots(request: &PathRequest) -> Broken {
    let several = request.endpoint().is_some_and(|endpoint| endpoint.multi_shot != MultiShot::No);
    let Some(written) = request.prompt().filter(|_| several).and_then(shots::read) else { return Ok(()) };
    items("prompt", written.len(), 1, MAX_SHOTS)?;
    let mut sum = 0_u32;
    for shot in written {
        at_most_chars("prompt", shot.words, MAX_SHOT_CHARS)?;
        ensure(shot.seconds > 0, "prompt", Problem::NotSeconds)?;
        sum = sum.saturating_add(shot.seconds);
    }
    let total = request.body.settings.duration.unwrap_or(DEFAULT_SECONDS);
    ensure(sum == total, "prompt", Problem::Sum { sum, total })?;
    let allowed = request.body.settings.multi_shot != Some(false);
    ensure(allowed, "multi_shot", Problem::Needed { wanted: "true", because: "prompt" })
}

/// V6: the resolution is one of the path's. Ratios are the same three everywhere.
pub(super) fn v6_resolution(request: &PathRequest) -> Broken {
    let Some(endpoint) = request.endpoint() else { return Ok(()) };
    let settings = &request.body.settings;
    one_of("aspect_ratio", settings.aspect_ratio.as_deref(), RATIOS)?;
    one_of_model(request, "resolution", settings.resolution.as_deref(), RESOLUTIONS, endpoint.resolutions)
}

/// V7: the length is one of the path's.
pub(super) fn v7_duration(request: &PathRequest) -> Broken {
    let seconds = request.endpoint().map(|endpoint| endpoint.seconds).filter(|seconds| !seconds.is_empty());
    let (Some(allowed), Some(found)) = (seconds, request.body.settings.duration) else { return Ok(()) };
    seconds_of(request.model(), found, allowed)
}

/// V8: the audio is one of the path's.
pub(super) fn v8_audio(request: &PathRequest) -> Broken {
    let Some(endpoint) = request.endpoint() else { return Ok(()) };
    let allowed = if endpoint.audio.is_empty() { AUDIO } else { endpoint.audio };
    one_of_model(request, "audio", request.body.settings.audio.as_deref(), AUDIO, allowed)
}

/// V8: 3.0 Turbo and 2.5 Turbo do not document the field, which the server looks at all the same (live, 2026-09-19).
pub(super) fn v8_audio_is_not_documented(request: &PathRequest) -> Broken {
    let undocumented = request.endpoint().is_some_and(|endpoint| endpoint.audio.is_empty());
    ensure(!(undocumented && request.body.settings.audio.is_some()), "audio", Problem::Unconfirmed)
}

/// N24: what a given length does to an edit is not documented.
pub(super) fn n24_duration_of_an_edit(request: &PathRequest) -> Broken {
    let given = request.body.settings.duration.is_some();
    ensure(!(given && request.count("base_video") > 0), "duration", Problem::Unconfirmed)
}

fn one_of_model(
    request: &PathRequest,
    field: &'static str,
    word: Option<&str>,
    known: &[&'static str],
    allowed: &[&'static str],
) -> Broken {
    one_of(field, word, known)?;
    let Some(word) = word else { return Ok(()) };
    ensure_or(allowed.contains(&word), field, || Problem::ModelAllows {
        found: word.to_owned(),
        model: request.model().to_owned(),
        allowed: allowed.join(", "),
    })
}

fn is_1080p(request: &PathRequest) -> bool {
    request.body.settings.resolution.as_deref() == Some("1080p")
}

fn audio_in_effect(request: &PathRequest) -> Option<&str> {
    request.body.settings.audio.as_deref().or_else(|| request.endpoint()?.default_audio)
}

fn has_both_frames(request: &PathRequest) -> bool {
    request.count("first_frame") > 0 && request.count("last_frame") > 0
}

/// N3: 2.6 makes sound in 1080p only.
pub(super) fn n3_native_needs_1080p(request: &PathRequest) -> Broken {
    let holds = audio_in_effect(request) != Some("native") || is_1080p(request);
    ensure(holds, "resolution", Problem::Needed { wanted: "1080p", because: "audio" })
}

/// N4: 2.6 joins two frames without sound only.
pub(super) fn n4_both_frames_are_silent(request: &PathRequest) -> Broken {
    let holds = !(has_both_frames(request) && audio_in_effect(request) == Some("native"));
    ensure(holds, "audio", Problem::Needed { wanted: "off", because: "last_frame" })
}

/// N4, N6: 2.6 and 2.5 Turbo join two frames in 1080p only.
pub(super) fn n4_n6_both_frames_need_1080p(request: &PathRequest) -> Broken {
    let holds = !has_both_frames(request) || is_1080p(request);
    ensure(holds, "resolution", Problem::Needed { wanted: "1080p", because: "last_frame" })
}

/// N5: a voice speaks only where there is sound.
pub(super) fn n5_voice_needs_native(request: &PathRequest) -> Broken {
    let holds = request.count("voice") == 0 || audio_in_effect(request) == Some("native");
    ensure(holds, "audio", Problem::Needed { wanted: "native", because: "voice" })
}

/// N7: 3.0 Omni continues a feature video in several shots.
pub(super) fn n7_feature_video_is_multi_shot(request: &PathRequest) -> Broken {
    let holds = request.count("feature_video") == 0 || request.body.settings.multi_shot != Some(false);
    ensure(holds, "multi_shot", Problem::Needed { wanted: "true", because: "feature_video" })
}

/// N18 (V11): the ratio must be said where neither a first frame nor a video sets it, though a default is printed.
pub(super) fn n18_aspect_ratio(request: &PathRequest) -> Broken {
    let sets = |kind| request.count(kind) > 0;
    let set = sets("first_frame") || sets("feature_video") || sets("base_video");
    let others = "first_frame, feature_video, base_video";
    ensure(set || request.body.settings.aspect_ratio.is_some(), "aspect_ratio", Problem::RequiredWithout { others })
}

/// N19 (V9): motion control must know whom to follow.
pub(super) fn n19_orientation(request: &PathRequest) -> Broken {
    let orientation = request.body.settings.character_orientation.as_deref();
    ensure(orientation.is_some(), "character_orientation", Problem::Empty)?;
    one_of("character_orientation", orientation, ORIENTATIONS)
}

/// N20: motion control takes one element, and follows the video then.
pub(super) fn n20_element(request: &PathRequest) -> Broken {
    let elements = request.count("element");
    items("element", elements, 0, 1)?;
    let follows_video = request.body.settings.character_orientation.as_deref() == Some("video");
    let needed = Problem::Needed { wanted: "video", because: "element" };
    ensure(elements == 0 || follows_video, "character_orientation", needed)
}

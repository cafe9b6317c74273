//! What a video model can do, from its row in [`crate::VIDEO_MODELS`]. What the pages themselves say of older models
//! holds for retired ones too; the rest of a retired model's row only warns (L15).

use super::legacy_video::{Frames, name_of, refuse_with};
use super::measures::{Broken, ensure, ensure_or, not_both, seconds_list};
use super::{LegacyVideo, Problem};
use crate::{ElementSupport, Product, Support, VideoModel};

type VideoRule = for<'a, 'b> fn(&'a LegacyVideo<'b>) -> Broken;

/// Refusals for every model.
pub(super) const CERTAIN: &[VideoRule] = &[v6_four_k, v7_seconds];

/// Refusals for models that are served, warnings for those that are not.
pub(super) const RULES: &[VideoRule] = &[
    v1_model_is_listed,
    v6_mode,
    multi_shot,
    l7_sound_modes,
    frames_together,
    last_frame_alone,
    elements,
    l5_cfg_scale_of_model,
];

/// Warnings always.
pub(super) const WARNINGS: &[VideoRule] =
    &[l5_cfg_scale_unstated, l15_camera, l15_masks, voices_of_model, voices_and_elements, sound_is_not_documented];

/// A model that a page does not list.
pub(super) fn listed(product: Product) -> Problem {
    Problem::NotOneOf { allowed: VideoModel::legacy_names(product).collect::<Vec<_>>().join(", ") }
}

fn end_field(product: Product) -> &'static str {
    if product == Product::ImageToVideo { "image_tail" } else { "end_frame" }
}

/// V1: a page serves the models it lists.
fn v1_model_is_listed(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model() else { return Ok(()) };
    ensure_or(model.abilities.products.contains(&video.product), "model_name", || listed(video.product))
}

/// V6: `4k` is there for kling-v3 and kling-v3-omni only (change log of 2026-04-23).
fn v6_four_k(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), Some("4k")) = (video.model(), video.mode_in_effect()) else { return Ok(()) };
    let served: Vec<&str> =
        if model.abilities.modes.is_empty() { vec!["std", "pro"] } else { model.abilities.modes.to_vec() };
    ensure_or(served.contains(&"4k"), "mode", || Problem::ModelAllows {
        found: "4k".to_owned(),
        model: name_of(model).to_owned(),
        allowed: served.join(", "),
    })
}

/// V6: the mode is one of the model's.
fn v6_mode(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), Some(_), Some(mode)) = (video.model(), video.mode, video.mode_in_effect()) else { return Ok(()) };
    let allowed = model.abilities.modes;
    refuse_with(model, allowed.is_empty(), "mode")?;
    ensure_or(allowed.contains(&mode), "mode", || Problem::ModelAllows {
        found: mode.to_owned(),
        model: name_of(model).to_owned(),
        allowed: allowed.join(", "),
    })
}

/// V7: the length is one of the model's: 5 or 10 seconds for everything before kling-v3 (legacy page of 2026-03-27). A video to edit sets the length itself.
fn v7_seconds(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), Ok(seconds), false) = (video.model(), video.seconds(), video.base_video) else { return Ok(()) };
    seconds_of(name_of(model), seconds, model.abilities.seconds)
}

/// A length that is not one of a model's.
pub(super) fn seconds_of(model: &str, seconds: u32, allowed: &[u32]) -> Broken {
    ensure_or(allowed.contains(&seconds), "duration", || Problem::ModelAllows {
        found: seconds.to_string(),
        model: model.to_owned(),
        allowed: seconds_list(allowed),
    })
}

fn multi_shot(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model() else { return Ok(()) };
    refuse_with(model, video.is_multi_shot() && !model.abilities.multi_shot, "multi_shot")
}

/// L7: sound where the model makes it, for kling-v2-6 in `pro` only.
fn l7_sound_modes(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), true, Some(mode)) = (video.model(), video.has_sound(), video.mode_in_effect()) else {
        return Ok(());
    };
    let Some(wanted) = model.abilities.sound_modes.first() else { return refuse_with(model, true, "sound") };
    let holds = model.abilities.sound_modes.contains(&mode);
    ensure(holds, "mode", Problem::Needed { wanted, because: "sound" })
}

/// First and last frame together: 1080p only for 2.5 Turbo, and silent too for 2.6 (N4, N6).
fn frames_together(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), Frames::Both, Some(mode)) = (video.model(), video.frames, video.mode_in_effect()) else {
        return Ok(());
    };
    let because = end_field(video.product);
    let frames = model.abilities.frames;
    let Some(wanted) = frames.modes.first() else { return refuse_with(model, true, because) };
    ensure(frames.modes.contains(&mode), "mode", Problem::Needed { wanted, because })?;
    let holds = !(frames.silent_only && video.has_sound());
    ensure(holds, "sound", Problem::Needed { wanted: "off", because })
}

/// N1: no model that is served takes a last frame alone.
fn last_frame_alone(video: &LegacyVideo<'_>) -> Broken {
    let (Some(model), Frames::Last, Some(mode)) = (video.model(), video.frames, video.mode_in_effect()) else {
        return Ok(());
    };
    let because = end_field(video.product);
    let first = if video.product == Product::ImageToVideo { "image" } else { "first_frame" };
    let Some(wanted) = model.abilities.end_frame_modes.first() else {
        return ensure(false, first, Problem::Required { because });
    };
    let holds = model.abilities.end_frame_modes.contains(&mode);
    ensure(holds, "mode", Problem::Needed { wanted, because })
}

fn elements(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model() else { return Ok(()) };
    let used = !video.elements.is_empty();
    refuse_with(model, used && model.abilities.elements == ElementSupport::No, "element_list")
}

/// L5: not for kling-v2.x.
fn l5_cfg_scale_of_model(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model() else { return Ok(()) };
    refuse_with(model, video.cfg_scale.is_some() && model.abilities.cfg_scale == Support::No, "cfg_scale")
}

/// L5: the pages do not say whether kling-v3 takes it.
fn l5_cfg_scale_unstated(video: &LegacyVideo<'_>) -> Broken {
    let unstated = video.model().is_some_and(|model| model.abilities.cfg_scale == Support::Unstated);
    ensure(!(unstated && video.cfg_scale.is_some()), "cfg_scale", Problem::Unconfirmed)
}

/// L15: the table of 2026-03 has camera control for kling-v1 and kling-v1-5 only, 5 seconds.
fn l15_camera(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model().filter(|_| video.camera.is_some()) else { return Ok(()) };
    five_seconds_in(video, model, model.abilities.camera_modes, "camera_control")
}

/// L15: the table of 2026-03 has masks for kling-v1 and kling-v1-5 only, 5 seconds.
fn l15_masks(video: &LegacyVideo<'_>) -> Broken {
    let Some(model) = video.model().filter(|_| video.masks) else { return Ok(()) };
    five_seconds_in(video, model, model.abilities.mask_modes, "dynamic_masks")
}

fn five_seconds_in(
    video: &LegacyVideo<'_>,
    model: &VideoModel,
    within: &[&'static str],
    field: &'static str,
) -> Broken {
    let Some(wanted) = within.first() else { return refuse_with(model, true, field) };
    let holds = video.mode_in_effect().is_none_or(|mode| within.contains(&mode));
    ensure(holds, "mode", Problem::Needed { wanted, because: field })?;
    ensure(video.seconds() == Ok(5), "duration", Problem::Needed { wanted: "5", because: field })
}

/// The capability map has voices for 2.6 and a first frame only; newer samples have them with kling-v3, and the
/// text-to-video page speaks of them in its notes.
fn voices_of_model(video: &LegacyVideo<'_>) -> Broken {
    let unlisted = video.model().is_some_and(|model| !model.abilities.voices.contains(&video.product));
    ensure(!(unlisted && video.voices > 0), "voice_list", Problem::Unconfirmed)
}

/// L2: elements or voices, says the page; newer samples send both.
fn voices_and_elements(video: &LegacyVideo<'_>) -> Broken {
    not_both("voice_list", video.voices > 0, "element_list", !video.elements.is_empty())
}

/// V8: 3.0 Turbo has sound in its output and no documented field to turn it off.
fn sound_is_not_documented(video: &LegacyVideo<'_>) -> Broken {
    let silent_wanted = video.sound == Some("off") && video.model_name == Some("kling-3.0-turbo");
    ensure(!silent_wanted, "sound", Problem::Unconfirmed)
}

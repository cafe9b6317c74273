//! What the three legacy video pages have in common.

use super::measures::{Broken, at_most_chars, between, caller, element_ids, items, one_of, present, whole_seconds};
use super::measures::{ensure, ensure_or, not_with};
use super::{
    DEFAULT_SECONDS, MAX_NEGATIVE_PROMPT_CHARS, MAX_PROMPT_CHARS, MAX_VOICES, Problem, Violation, abilities, camera,
    first_broken, shots,
};
use crate::prompt::references;
use crate::{CameraControl, ElementRef, Product, Shot, Surface, VideoModel};

pub(crate) const MODES: &[&str] = &["std", "pro", "4k"];
const SOUNDS: &[&str] = &["on", "off"];
const RATIOS: &[&str] = &["16:9", "9:16", "1:1"];

/// A video request as the shared rules, the conversion and the price list see it.
#[derive(Clone, Copy)]
pub(crate) struct LegacyVideo<'a> {
    pub(crate) product: Product,
    pub(crate) model_name: Option<&'a str>,
    pub(crate) prompt: Option<&'a str>,
    pub(crate) negative_prompt: Option<&'a str>,
    pub(crate) multi_shot: Option<bool>,
    pub(crate) shot_type: Option<&'a str>,
    pub(crate) shots: &'a [Shot],
    pub(crate) sound: Option<&'a str>,
    pub(crate) mode: Option<&'a str>,
    pub(crate) aspect_ratio: Option<&'a str>,
    pub(crate) duration: Option<&'a str>,
    pub(crate) callback_url: Option<&'a str>,
    pub(crate) external_task_id: Option<&'a str>,
    pub(crate) cfg_scale: Option<f64>,
    pub(crate) camera: Option<&'a CameraControl>,
    pub(crate) elements: &'a [ElementRef],
    pub(crate) voices: usize,
    /// Pictures the prompt may refer to by number.
    pub(crate) numbered_images: usize,
    pub(crate) videos: usize,
    /// Whether one of the videos is to be edited.
    pub(crate) base_video: bool,
    pub(crate) masks: bool,
    pub(crate) frames: Frames,
}

/// Which frames a request gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frames {
    None,
    First,
    Last,
    Both,
}

impl Frames {
    pub(crate) fn of(first: bool, last: bool) -> Self {
        match (first, last) {
            (false, false) => Self::None,
            (true, false) => Self::First,
            (false, true) => Self::Last,
            (true, true) => Self::Both,
        }
    }
}

impl LegacyVideo<'_> {
    /// What is known about the model.
    pub(crate) fn model(&self) -> Option<&'static VideoModel> {
        VideoModel::find(self.model_name?)
    }

    /// Whether a name is given that nothing is known about: the words of closed lists are then left to Kling.
    pub(crate) fn is_unknown_model(&self) -> bool {
        self.model_name.is_some() && self.model().is_none()
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.model().is_some_and(|model| model.retirement.is_some())
    }

    pub(crate) fn is_multi_shot(&self) -> bool {
        self.multi_shot == Some(true)
    }

    pub(crate) fn is_customized(&self) -> bool {
        self.is_multi_shot() && self.shot_type == Some("customize")
    }

    pub(crate) fn has_sound(&self) -> bool {
        self.sound == Some("on")
    }

    /// The mode in effect, if it is one of the documented words.
    pub(crate) fn mode_in_effect(&self) -> Option<&'static str> {
        // Only the legacy page of omni video has another default.
        let surface = self.model_name.map_or(Surface::Legacy, Surface::of_model);
        let default = if (self.product, surface) == (Product::OmniVideo, Surface::Legacy) { "pro" } else { "std" };
        let mode = self.mode.unwrap_or(default);
        MODES.iter().copied().find(|known| *known == mode)
    }

    /// The length in effect.
    pub(crate) fn seconds(&self) -> Result<u32, Violation> {
        self.duration.map_or(Ok(DEFAULT_SECONDS), |text| whole_seconds("duration", text))
    }

    /// Whether the prompt, or a shot, names a voice: Kling then bills a "specified voice".
    pub(crate) fn speaks_with_a_voice(&self) -> bool {
        let texts = self.prompt.into_iter().chain(self.shots.iter().map(|shot| shot.prompt.as_str()));
        self.voices > 0 && texts.flat_map(references::legacy).any(|reference| reference.kind == "voice")
    }

    /// Everything that the three pages share.
    pub(super) fn check(&self) -> Broken {
        first_broken(self, RULES)?;
        first_broken(self, abilities::CERTAIN)?;
        if self.is_retired() { Ok(()) } else { first_broken(self, abilities::RULES) }
    }

    pub(super) fn warnings(&self) -> Vec<Violation> {
        let retired = if self.is_retired() { abilities::RULES } else { &[] };
        super::all_broken(self, retired).into_iter().chain(super::all_broken(self, abilities::WARNINGS)).collect()
    }
}

const RULES: &[for<'a, 'b> fn(&'a LegacyVideo<'b>) -> Broken] = &[
    v1_model_is_legacy,
    l1_prompt,
    prompt_length,
    references_exist,
    shots::l4_type,
    shots::l3_shots,
    negative_prompt_length,
    elements_are_ids,
    l7_voices,
    c9_words,
    l5_cfg_scale,
    camera::l6_camera,
    duration,
    c3_c4_caller,
];

/// What must hold before a request can be put into the new surface's words.
const TO_CONVERT: &[for<'a, 'b> fn(&'a LegacyVideo<'b>) -> Broken] =
    &[l1_prompt, references_exist, shots::l4_type, shots::l3_shots, elements_are_ids, c9_words, seconds_are_whole];

/// Applies the rules without which a request cannot be put into the new surface's words.
pub(crate) fn check_words_and_shots(video: &LegacyVideo<'_>) -> Broken {
    first_broken(video, TO_CONVERT)
}

/// V1 from the other side: a path id in a legacy body is answered with 1203 (live, 2026-09-19).
fn v1_model_is_legacy(video: &LegacyVideo<'_>) -> Broken {
    let legacy = video.model_name.is_none_or(|name| Surface::of_model(name) == Surface::Legacy);
    ensure_or(legacy, "model_name", || abilities::listed(video.product))
}

/// L1: a prompt is needed, except where shots or frames speak for themselves.
fn l1_prompt(video: &LegacyVideo<'_>) -> Broken {
    let optional = video.is_customized() || (video.product == Product::ImageToVideo && !video.is_multi_shot());
    if optional { Ok(()) } else { present("prompt", video.prompt) }
}

fn prompt_length(video: &LegacyVideo<'_>) -> Broken {
    at_most_chars("prompt", video.prompt.unwrap_or_default(), MAX_PROMPT_CHARS)
}

fn negative_prompt_length(video: &LegacyVideo<'_>) -> Broken {
    at_most_chars("negative_prompt", video.negative_prompt.unwrap_or_default(), MAX_NEGATIVE_PROMPT_CHARS)
}

/// What a prompt refers to must be there. A prompt that `customize` voids is not looked at.
fn references_exist(video: &LegacyVideo<'_>) -> Broken {
    let given = [
        ("image", video.numbered_images),
        ("element", video.elements.len()),
        ("video", video.videos),
        ("voice", video.voices),
    ];
    if video.is_customized() {
        video.shots.iter().try_for_each(|shot| resolve("multi_prompt", &shot.prompt, &given))
    } else {
        resolve("prompt", video.prompt.unwrap_or_default(), &given)
    }
}

/// Finds a reference to something that is not among what is given.
pub(super) fn resolve(field: &'static str, text: &str, given: &[(&str, usize)]) -> Broken {
    references::legacy(text).try_for_each(|reference| {
        let count = given.iter().find(|(kind, _)| *kind == reference.kind).map_or(0, |(_, count)| *count);
        let there = reference.number >= 1 && usize::try_from(reference.number).is_ok_and(|number| number <= count);
        ensure_or(there, field, || Problem::MissingReference { name: reference.to_string() })
    })
}

fn elements_are_ids(video: &LegacyVideo<'_>) -> Broken {
    element_ids(video.elements)
}

/// L7: two voices at most, and only with sound.
fn l7_voices(video: &LegacyVideo<'_>) -> Broken {
    items("voice_list", video.voices, 0, MAX_VOICES)?;
    let holds = video.has_sound() || video.voices == 0;
    ensure(holds, "sound", Problem::Needed { wanted: "on", because: "voice_list" })
}

/// C9: the words of closed lists.
fn c9_words(video: &LegacyVideo<'_>) -> Broken {
    if video.is_unknown_model() {
        return Ok(());
    }
    one_of("mode", video.mode, MODES)?;
    one_of("sound", video.sound, SOUNDS)?;
    one_of("aspect_ratio", video.aspect_ratio, RATIOS)
}

/// L5: 0 to 1.
fn l5_cfg_scale(video: &LegacyVideo<'_>) -> Broken {
    video.cfg_scale.map_or(Ok(()), |scale| between("cfg_scale", scale, 0.0, 1.0))
}

/// Whole seconds, 3 to 15 on every page. A video to edit sets the length itself.
fn duration(video: &LegacyVideo<'_>) -> Broken {
    let seconds = video.seconds()?;
    if video.is_unknown_model() || video.base_video {
        return Ok(());
    }
    between("duration", f64::from(seconds), 3.0, 15.0)
}

fn seconds_are_whole(video: &LegacyVideo<'_>) -> Broken {
    video.seconds().map(drop)
}

fn c3_c4_caller(video: &LegacyVideo<'_>) -> Broken {
    caller(video.callback_url, video.external_task_id)
}

/// The model's name in messages.
pub(super) fn name_of(model: &VideoModel) -> &'static str {
    model.legacy_name.or(model.path_id).unwrap_or(model.product_name)
}

/// A field that a model does not take.
pub(super) fn refuse_with(model: &VideoModel, used: bool, field: &'static str) -> Broken {
    not_with(!used, field, name_of(model))
}

//! What may stand together, model by model (documentation of 2026-09-20).

use super::contents::Contents;
use super::endpoints::{Endpoint, Family, Kind};
use super::settings::{Look, wrong_resolution};
use crate::omni::{Inputs, Product, VideoUse};
use crate::refusal::Refusal;

const MOST_ELEMENTS: usize = 3;
const MOST_VOICES: usize = 2;

/// A request as far as the rules speak of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) contents: &'a Contents<'a>,
    pub(super) look: Look,
    pub(super) seconds: u32,
    pub(super) multi_shot: bool,
}

pub(super) fn check(request: Request<'_>) -> Result<(), Refusal> {
    match (request.endpoint.family, request.endpoint.model) {
        (Family::Text, "kling-2.6") => native_audio_needs_1080p(request),
        (Family::Text, _) => Ok(()),
        (Family::Image, model) => {
            image_needs_a_first_frame(request)?;
            match model {
                "kling-3.0" => few_elements(request),
                "kling-2.6" => {
                    native_audio_needs_1080p(request)?;
                    two_frames_are_silent(request)?;
                    two_frames_need_1080p(request)?;
                    voices_need_sound(request)
                }
                "kling-2.5-turbo" => two_frames_need_1080p(request),
                _ => Ok(()),
            }
        }
        (Family::Omni, "kling-o1") => {
            let inputs = omni_inputs(request)?;
            inputs.check(Product::O1)?;
            ratio_is_needed(request, &inputs)?;
            inputs.check_o1_seconds(request.seconds)
        }
        (Family::Omni, _) => {
            let inputs = omni_inputs(request)?;
            inputs.check(Product::Omni3)?;
            ratio_is_needed(request, &inputs)?;
            video_decides_shots_and_audio(request, &inputs)
        }
    }
}

fn image_needs_a_first_frame(request: Request<'_>) -> Result<(), Refusal> {
    one_at_most(request, Kind::FirstFrame)?;
    one_at_most(request, Kind::LastFrame)?;
    if request.contents.has(Kind::FirstFrame) { Ok(()) } else { Err(Refusal::empty("first_frame")) }
}

fn one_at_most(request: Request<'_>, kind: Kind) -> Result<(), Refusal> {
    let count = request.contents.count(kind);
    if count > 1 { Err(Refusal::too_many(&format!("contents {}", kind.as_str()), count, 1)) } else { Ok(()) }
}

fn few_elements(request: Request<'_>) -> Result<(), Refusal> {
    let count = request.contents.count(Kind::Element);
    if count > MOST_ELEMENTS { Err(Refusal::too_many("contents element", count, MOST_ELEMENTS)) } else { Ok(()) }
}

fn native_audio_needs_1080p(request: Request<'_>) -> Result<(), Refusal> {
    if request.look.audio == "native" { needs_1080p(request) } else { Ok(()) }
}

fn two_frames_need_1080p(request: Request<'_>) -> Result<(), Refusal> {
    if request.contents.has(Kind::LastFrame) { needs_1080p(request) } else { Ok(()) }
}

fn needs_1080p(request: Request<'_>) -> Result<(), Refusal> {
    match request.look.resolution {
        "1080p" => Ok(()),
        other => Err(wrong_resolution(other)),
    }
}

fn two_frames_are_silent(request: Request<'_>) -> Result<(), Refusal> {
    match request.look.audio {
        "native" if request.contents.has(Kind::LastFrame) => Err(Refusal::value("audio", "native")),
        _ => Ok(()),
    }
}

fn voices_need_sound(request: Request<'_>) -> Result<(), Refusal> {
    let voices = request.contents.count(Kind::Voice);
    if voices > MOST_VOICES {
        return Err(Refusal::too_many("contents voice", voices, MOST_VOICES));
    }
    if voices > 0 && request.look.audio == "off" { Err(Refusal::value("audio", "off")) } else { Ok(()) }
}

fn omni_inputs(request: Request<'_>) -> Result<Inputs, Refusal> {
    let contents = request.contents;
    one_at_most(request, Kind::FirstFrame)?;
    one_at_most(request, Kind::LastFrame)?;
    let (base, feature) = (contents.count(Kind::BaseVideo), contents.count(Kind::FeatureVideo));
    if base + feature > 1 {
        return Err(Refusal::too_many("contents base_video and feature_video", base + feature, 1));
    }
    if contents.prompt.is_empty() {
        return Err(Refusal::empty("prompt"));
    }
    let mut inputs = Inputs {
        first_frame: contents.has(Kind::FirstFrame),
        last_frame: contents.has(Kind::LastFrame),
        images: contents.count(Kind::ReferImage),
        video: match (base, feature) {
            (0, 0) => None,
            (0, _) => Some(VideoUse::Feature),
            _ => Some(VideoUse::Base),
        },
        ..Inputs::default()
    };
    contents.items.iter().filter_map(|item| item.element).for_each(|kind| inputs.add_element(kind));
    Ok(inputs)
}

fn ratio_is_needed(request: Request<'_>, inputs: &Inputs) -> Result<(), Refusal> {
    let implied = inputs.first_frame || inputs.video.is_some();
    if implied || request.look.has_ratio { Ok(()) } else { Err(Refusal::empty("aspect_ratio")) }
}

/// A video to follow goes with several shots and silence, one to edit with neither shots nor new sound.
fn video_decides_shots_and_audio(request: Request<'_>, inputs: &Inputs) -> Result<(), Refusal> {
    match (inputs.video, request.multi_shot, request.look.audio) {
        (None, _, _) | (Some(VideoUse::Feature), true, "off") | (Some(VideoUse::Base), false, "off" | "original") => {
            Ok(())
        }
        (Some(VideoUse::Feature), true, audio) | (Some(VideoUse::Base), false, audio) => {
            Err(Refusal::value("audio", audio))
        }
        (Some(_), multi_shot, _) => Err(Refusal::value("multi_shot", multi_shot)),
    }
}

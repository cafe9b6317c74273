//! What is heard in a video: `sound` and `voice_list`.

use super::models::Model;
use crate::fields::Fields;
use crate::prices::Feature;
use crate::references::{self, Listed};
use crate::refusal::Refusal;

const MOST_VOICES: usize = 2;

/// `mode` and `sound`, which not every mode may have.
pub(super) fn mode(body: Fields<'_>, model: &Model) -> Result<(&'static str, bool), Refusal> {
    let mode = body.choice("mode", model.modes)?;
    let sound = body.choice("sound", &["off", "on"])? == "on";
    if sound && !model.modes_with_sound.contains(&mode) {
        return Err(Refusal::value("mode", mode));
    }
    Ok((mode, sound))
}

/// The voices specified; they need sound.
pub(super) fn voices(body: Fields<'_>, sound: bool) -> Result<Listed, Refusal> {
    let voices = body.objects("voice_list")?;
    if voices.len() > MOST_VOICES {
        return Err(Refusal::too_many("voice_list", voices.len(), MOST_VOICES));
    }
    for voice in &voices {
        voice.needed("voice_id", "voice_list.voice_id")?;
    }
    if !voices.is_empty() && !sound {
        return Err(Refusal::value("sound", "off"));
    }
    Ok(("voice", voices.len()))
}

/// What has to be paid for: a voice only when a prompt uses it.
pub(super) fn heard(sound: bool, prompts: &[&str]) -> Feature {
    if !sound {
        Feature::Silent
    } else if prompts.iter().any(|prompt| references::mentions(prompt, "voice")) {
        Feature::Voice
    } else {
        Feature::Native
    }
}

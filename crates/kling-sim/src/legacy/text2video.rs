//! `POST /v1/videos/text2video`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use serde_json::Value;

use super::shots::LONGEST_PROMPT;
use super::{answer, camera, models, shots};
use crate::envelope;
use crate::fields::{Fields, wrong_type};
use crate::prices::{self, Sound};
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{NewTask, Outcome};

pub(crate) const PATH: &str = "/v1/videos/text2video";

/// A prompt with this word makes a task that fails.
const FAIL_MARK: &str = "[fail]";
/// The reason Kling gives when its review refuses what was made (documentation of September 2026).
const RISK_CONTROL: &str = "Failure to pass the risk control system";
const VOICE_MARK: &str = "<<<voice_";
const MOST_VOICES: usize = 2;

pub(crate) async fn create(State(state): State<Arc<SimState>>, body: Bytes) -> Result<Response, Refusal> {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refusal::not_json())?;
    let order = check(Fields::of(&body).ok_or_else(Refusal::not_json)?)?;
    let task = state.submit(order)?;
    Ok(envelope::success(&answer::created(&task, &state.clock)))
}

/// Checks a body against the documented rules and turns it into a task.
fn check(body: Fields<'_>) -> Result<NewTask, Refusal> {
    let model = models::text_to_video(body.string("model_name")?.unwrap_or(models::DEFAULT))?;
    let mode = body.choice("mode", model.modes)?;
    let sound = body.choice("sound", &["off", "on"])? == "on";
    if sound && !model.modes_with_sound.contains(&mode) {
        return Err(Refusal::value("mode", mode));
    }
    body.choice("aspect_ratio", &["16:9", "9:16", "1:1"])?;
    let seconds = model.seconds(body.string("duration")?.unwrap_or("5"))?;
    let prompts = shots::prompts(body, seconds)?;
    body.text("negative_prompt", LONGEST_PROMPT)?;
    body.within("cfg_scale", 0.0..=1.0)?;
    camera::check(body)?;
    let has_voices = check_voices(body, sound)?;
    let watermark = match body.object("watermark_info")? {
        Some(info) => info.boolean("enabled")?.unwrap_or(false),
        None => false,
    };
    body.string("callback_url")?;
    let external_id = body.string("external_task_id")?.filter(|id| !id.is_empty());

    let heard = if !sound {
        Sound::Silent
    } else if has_voices && prompts.iter().any(|prompt| prompt.contains(VOICE_MARK)) {
        Sound::Voice
    } else {
        Sound::Native
    };
    let fails = prompts.iter().any(|prompt| prompt.contains(FAIL_MARK));
    Ok(NewTask {
        path: PATH,
        model: model.name.to_owned(),
        external_id: external_id.map(str::to_owned),
        outcome: if fails { Outcome::Failure(RISK_CONTROL) } else { Outcome::Success },
        seconds,
        watermark,
        price: prices::video(model.name, heard, mode, seconds),
    })
}

/// Whether voices are specified; they need sound.
fn check_voices(body: Fields<'_>, sound: bool) -> Result<bool, Refusal> {
    let voices = body.list("voice_list")?.unwrap_or_default();
    if voices.len() > MOST_VOICES {
        return Err(Refusal::parameter(format!(
            "voice_list has {} items, at most {MOST_VOICES} are allowed",
            voices.len()
        )));
    }
    for voice in voices {
        let voice = Fields::of(voice).ok_or_else(|| wrong_type("voice_list", "list of objects"))?;
        voice.string("voice_id")?.filter(|id| !id.is_empty()).ok_or_else(|| Refusal::empty("voice_list.voice_id"))?;
    }
    if !voices.is_empty() && !sound {
        return Err(Refusal::value("sound", "off"));
    }
    Ok(!voices.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn price(body: &Value) -> String {
        check(Fields::of(body).unwrap()).unwrap().price.to_string()
    }

    #[test]
    fn a_voice_is_paid_for_when_the_prompt_uses_it() {
        let mut body =
            json!({ "model_name": "kling-v2-6", "mode": "pro", "sound": "on", "prompt": "a host <<<voice_1>>>" });
        assert_eq!(price(&body), "5");
        body["voice_list"] = json!([{ "voice_id": "850000000000000001" }]);
        assert_eq!(price(&body), "6");
        body["prompt"] = "a host".into();
        assert_eq!(price(&body), "5");
    }

    #[test]
    fn a_mark_in_any_shot_makes_the_task_fail() {
        let body = json!({
            "model_name": "kling-v3", "multi_shot": true, "shot_type": "customize", "duration": "3",
            "multi_prompt": [
                { "index": 1, "prompt": "one", "duration": "1" },
                { "index": 2, "prompt": "two [fail]", "duration": "2" },
            ],
        });
        assert_eq!(check(Fields::of(&body).unwrap()).unwrap().outcome, Outcome::Failure(RISK_CONTROL));
    }
}

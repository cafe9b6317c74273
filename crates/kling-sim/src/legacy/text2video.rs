//! `POST /v1/videos/text2video`.

use super::shots::LONGEST_PROMPT;
use super::{Endpoint, camera, models, shots, sound};
use crate::fields::Fields;
use crate::order::Options;
use crate::prices;
use crate::references;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{NewTask, Outcome, Product};

const PATH: &str = "/v1/videos/text2video";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

fn check(body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let model = models::text_to_video(body.string("model_name")?.unwrap_or(models::DEFAULT), state)?;
    let (mode, sound) = sound::mode(body, model)?;
    body.choice("aspect_ratio", &["16:9", "9:16", "1:1"])?;
    let seconds = model.seconds(body.string("duration")?.unwrap_or("5"))?;
    let prompts = shots::needed(body, seconds)?;
    body.text("negative_prompt", LONGEST_PROMPT)?;
    body.within("cfg_scale", 0.0..=1.0)?;
    camera::check(body)?;
    let voices = sound::voices(body, sound)?;
    for prompt in &prompts {
        references::check_marks(prompt, &[voices])?;
    }
    let options = Options::of(body)?;
    let resolution = prices::resolution_of(mode);
    Ok(NewTask {
        path: PATH,
        model: model.name.to_owned(),
        external_id: options.external_id,
        outcome: Outcome::of(prompts.iter().copied()),
        watermark: options.watermark,
        product: Product::Video { seconds },
        price: prices::video(model.name, sound::heard(sound, &prompts), resolution, seconds),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn price(body: &Value) -> Result<String, Refusal> {
        check(Fields::of(body).unwrap(), &SimState::idle()).map(|task| task.price.to_string())
    }

    #[test]
    fn a_voice_is_paid_for_when_the_prompt_uses_it() {
        let mut body =
            json!({ "model_name": "kling-v2-6", "mode": "pro", "sound": "on", "prompt": "a host <<<voice_1>>>" });
        assert!(price(&body).is_err(), "there is no such voice");
        body["voice_list"] = json!([{ "voice_id": "850000000000000001" }]);
        assert_eq!(price(&body).unwrap(), "6");
        body["prompt"] = "a host".into();
        assert_eq!(price(&body).unwrap(), "5");
    }
}

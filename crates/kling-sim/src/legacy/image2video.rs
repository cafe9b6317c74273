//! `POST /v1/videos/image2video`.

use super::shots::LONGEST_PROMPT;
use super::{Endpoint, camera, elements, masks, models, shots, sound};
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::order::Options;
use crate::prices;
use crate::references;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{NewTask, Outcome, Product};

const PATH: &str = "/v1/videos/image2video";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

const MOST_ELEMENTS: usize = 3;

fn check(body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let model = models::image_to_video(body.string("model_name")?.unwrap_or(models::DEFAULT), state)?;
    let (mode, sound) = sound::mode(body, model)?;
    let seconds = model.seconds(body.string("duration")?.unwrap_or("5"))?;
    check_pictures(body)?;
    let prompts = shots::wanted(body, seconds)?;
    body.text("negative_prompt", LONGEST_PROMPT)?;
    body.within("cfg_scale", 0.0..=1.0)?;
    camera::check(body)?;
    let elements = elements::at_most(body, state, MOST_ELEMENTS)?;
    let voices = sound::voices(body, sound)?;
    for prompt in &prompts {
        references::check_marks(prompt, &[voices, ("element", elements.len())])?;
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

/// Frames, and the three ways to steer the movement, of which one may be chosen.
fn check_pictures(body: Fields<'_>) -> Result<(), Refusal> {
    let image = body.string("image")?.filter(|image| !image.is_empty());
    let tail = body.string("image_tail")?.filter(|image| !image.is_empty());
    if image.is_none() && tail.is_none() {
        return Err(Refusal::empty("image"));
    }
    if let Some(image) = image {
        media::picture("image", image, PictureRules::LEGACY)?;
    }
    if let Some(tail) = tail {
        media::picture("image_tail", tail, PictureRules::LEGACY_TAIL)?;
    }
    let has_masks = masks::check(body)?;
    let chosen: Vec<&str> = [
        ("image_tail", tail.is_some()),
        ("static_mask/dynamic_masks", has_masks),
        ("camera_control", body.object("camera_control")?.is_some()),
    ]
    .into_iter()
    .filter_map(|(name, given)| given.then_some(name))
    .collect();
    if chosen.len() > 1 {
        return Err(Refusal::parameter(format!("{} cannot be used together", chosen.join(" and "))));
    }
    Ok(())
}

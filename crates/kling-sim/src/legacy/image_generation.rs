//! `POST /v1/images/generations`.

use super::shots::LONGEST_PROMPT;
use super::{Endpoint, elements, models};
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::order::Options;
use crate::prices;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{Grouping, NewTask, Outcome, Product};

const PATH: &str = "/v1/images/generations";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

/// The first one is the default.
const RATIOS: &[&str] = &["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];
const MOST_PICTURES: usize = 10;
const COUNTS: std::ops::RangeInclusive<u32> = 1..=9;

fn check(body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let model = models::image(body.string("model_name")?, state)?;
    body.choice("aspect_ratio", RATIOS)?;
    let resolution = body.choice("resolution", &["1k", "2k"])?;
    let count = count(body)?;
    let prompt = prompt(body)?;
    let negative = body.text("negative_prompt", LONGEST_PROMPT)?;
    let image = body.string("image")?.filter(|image| !image.is_empty());
    if let Some(image) = image {
        media::picture("image", image, PictureRules::LEGACY)?;
        if negative.is_some() {
            return Err(Refusal::parameter("negative_prompt is not supported with image"));
        }
    }
    if body.string("image_reference")?.is_some_and(|kind| !kind.is_empty()) {
        body.choice("image_reference", &["subject", "face"])?;
        if image.is_none() {
            return Err(Refusal::parameter("image cannot be empty with image_reference"));
        }
    }
    body.within("image_fidelity", 0.0..=1.0)?;
    body.within("human_fidelity", 0.0..=1.0)?;
    elements::at_most(body, state, MOST_PICTURES - usize::from(image.is_some()))?;
    let options = Options::of(body)?;
    Ok(NewTask {
        path: PATH,
        model: model.to_owned(),
        external_id: options.external_id,
        outcome: Outcome::of([prompt]),
        watermark: options.watermark,
        product: Product::Images { count, grouping: Grouping::Unsaid },
        price: prices::image(model, image.is_some(), resolution) * count,
    })
}

/// `n`.
pub(super) fn count(body: Fields<'_>) -> Result<u32, Refusal> {
    let Some(given) = body.integer("n")? else { return Ok(*COUNTS.start()) };
    u32::try_from(given).ok().filter(|count| COUNTS.contains(count)).ok_or_else(|| Refusal::value("n", given))
}

/// `prompt`, which an image always needs.
pub(super) fn prompt(body: Fields<'_>) -> Result<&str, Refusal> {
    let prompt = body.text("prompt", LONGEST_PROMPT)?.filter(|prompt| !prompt.trim().is_empty());
    prompt.ok_or_else(|| Refusal::empty("prompt"))
}

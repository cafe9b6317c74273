//! `POST /v1/images/omni-image`.

use serde_json::Value;

use super::image_generation::{count, prompt};
use super::{Endpoint, elements, models};
use crate::fields::Fields;
use crate::media::{self, PictureRules};
use crate::order::Options;
use crate::prices;
use crate::references;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{Grouping, NewTask, Outcome, Product};

const PATH: &str = "/v1/images/omni-image";
pub(super) const ENDPOINT: Endpoint = Endpoint { path: PATH, check };

const O1: &str = "kling-image-o1";
/// The first one is the default.
const RATIOS: &[&str] = &["auto", "16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"];
const MOST_PICTURES: usize = 10;
const AMOUNTS: std::ops::RangeInclusive<u32> = 2..=9;
/// How many images a series has when nothing is said, and how many `auto` makes here.
const USUAL_AMOUNT: u32 = 4;

fn check(body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let model = models::one_of(body.string("model_name")?, &[O1, "kling-v3-omni"])?;
    let (resolutions, result_types): (&[&'static str], &[&'static str]) = match model {
        O1 => (&["1k", "2k"], &["single"]),
        _ => (&["1k", "2k", "4k"], &["single", "series"]),
    };
    body.choice("aspect_ratio", RATIOS)?;
    let resolution = body.choice("resolution", resolutions)?;
    let (count, grouping) = match body.choice("result_type", result_types)? {
        "series" => (amount(body)?, Grouping::Series),
        _ => (count(body)?, Grouping::Single),
    };
    let prompt = prompt(body)?;
    let images = body.objects("image_list")?;
    if images.len() > MOST_PICTURES {
        return Err(Refusal::too_many("image_list", images.len(), MOST_PICTURES));
    }
    for image in &images {
        let picture = image.needed("image", "image_list.image")?;
        media::picture("image_list.image", picture, PictureRules::LEGACY)?;
    }
    let elements = elements::at_most(body, state, MOST_PICTURES - images.len())?;
    references::check_marks(prompt, &[("image", images.len()), ("element", elements.len())])?;
    let options = Options::of(body)?;
    let from_pictures = !images.is_empty() || !elements.is_empty();
    Ok(NewTask {
        path: PATH,
        model: model.to_owned(),
        external_id: options.external_id,
        outcome: Outcome::of([prompt]),
        watermark: options.watermark,
        product: Product::Images { count, grouping },
        price: prices::image(model, from_pictures, resolution) * count,
    })
}

/// `series_amount`: a number, or `auto` (since 2026-04-27).
fn amount(body: Fields<'_>) -> Result<u32, Refusal> {
    match body.value("series_amount") {
        None => Ok(USUAL_AMOUNT),
        Some(Value::String(word)) if word == "auto" => Ok(USUAL_AMOUNT),
        Some(given) => {
            let amount = given.as_u64().and_then(|amount| u32::try_from(amount).ok());
            amount.filter(|amount| AMOUNTS.contains(amount)).ok_or_else(|| match given {
                Value::String(word) => Refusal::value("series_amount", word),
                other => Refusal::value("series_amount", other),
            })
        }
    }
}

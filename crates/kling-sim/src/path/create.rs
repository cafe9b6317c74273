//! `POST /{family}/{model}`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;

use super::contents::{self, Contents};
use super::endpoints::{self, Endpoint, Family, Kind};
use super::rules::Request;
use super::settings::Look;
use super::{answer, rules, settings, shots};
use crate::envelope;
use crate::faults::Misfortune;
use crate::fields::{self, Fields};
use crate::order::Options;
use crate::prices::{self, Feature};
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{NewTask, Outcome, Product};
use crate::versions;

/// The length a base video is taken to have.
const BASE_SECONDS: u32 = 5;

pub(super) fn create(
    family: Family,
    State(state): State<Arc<SimState>>,
    Path(model): Path<String>,
    misfortune: Option<Extension<Misfortune>>,
    body: &Bytes,
) -> Result<Response, Refusal> {
    let stranger = || {
        if versions::is_known(&model) { Refusal::model_elsewhere(&model) } else { Refusal::no_such_model() }
    };
    let endpoint = endpoints::find(family, &model).ok_or_else(stranger)?;
    let body = fields::parse(body)?;
    let order = check(endpoint, Fields::of_body(&body)?, &state)?;
    let task = state.submit(order, misfortune.map(|Extension(misfortune)| misfortune))?;
    Ok(envelope::created(task.id, &answer::created(&task, &state.clock)))
}

fn check(endpoint: &Endpoint, body: Fields<'_>, state: &SimState) -> Result<NewTask, Refusal> {
    let is_flat = endpoint.contents.is_empty();
    if !is_flat && body.list("contents")?.unwrap_or_default().is_empty() {
        return Err(Refusal::empty("contents"));
    }
    let settings = body.part("settings")?;
    let look = Look::of(settings, endpoint)?;
    let (contents, seconds) = if is_flat {
        let prompt = contents::prompt(body, "prompt", endpoint)?;
        (Contents { prompt, items: Vec::new() }, settings::seconds(settings, endpoint)?)
    } else {
        let seconds = settings::seconds(settings, endpoint)?;
        (Contents::read(body, endpoint, state)?, seconds)
    };
    let multi_shot = settings::multi_shot(settings, endpoint)?;
    let has_base = contents.has(Kind::BaseVideo);
    rules::check(Request { endpoint, contents: &contents, look, seconds, multi_shot })?;
    if endpoint.describes_shots() && (multi_shot || !endpoint.multi_shot) {
        shots::check(contents.prompt, seconds)?;
    }
    let options = Options::of(body.part("options")?)?;
    let seconds = if has_base { BASE_SECONDS } else { seconds };
    Ok(NewTask {
        path: endpoint.path,
        model: endpoint.model.to_owned(),
        external_id: options.external_id,
        outcome: Outcome::of([contents.prompt]),
        watermark: options.watermark,
        product: Product::Video { seconds },
        price: prices::video(endpoint.model, feature(&contents, look), look.resolution, seconds),
    })
}

fn feature(contents: &Contents<'_>, look: Look) -> Feature {
    if contents.has(Kind::BaseVideo) || contents.has(Kind::FeatureVideo) {
        Feature::WithVideo
    } else if look.audio != "native" {
        Feature::Silent
    } else if contents.mentions(Kind::Voice) {
        Feature::Voice
    } else {
        Feature::Native
    }
}

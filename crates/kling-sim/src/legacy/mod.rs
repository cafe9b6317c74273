//! The `/v1` surface ("legacy standard"): the model stands in the body.

mod answer;
mod camera;
mod element_answer;
mod element_create;
mod element_library;
mod elements;
mod image2video;
mod image_generation;
mod masks;
mod models;
mod omni_image;
mod omni_video;
mod query;
mod shots;
mod sound;
mod text2video;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use bytes::Bytes;

use crate::envelope;
use crate::faults::Misfortune;
use crate::fields::{self, Fields};
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::NewTask;

/// A path that makes tasks.
#[derive(Debug)]
struct Endpoint {
    path: &'static str,
    /// Checks a body against the documented rules and turns it into a task.
    check: fn(Fields<'_>, &SimState) -> Result<NewTask, Refusal>,
}

const ENDPOINTS: &[Endpoint] = &[
    text2video::ENDPOINT,
    image2video::ENDPOINT,
    omni_video::ENDPOINT,
    image_generation::ENDPOINT,
    omni_image::ENDPOINT,
    element_create::ENDPOINT,
];

/// Every create path has `GET {path}` for the list and `GET {path}/{id}` for one task.
pub(crate) fn routes() -> Router<Arc<SimState>> {
    let library = Router::new()
        .route(element_library::PRESETS, get(element_library::presets))
        .route(element_library::DELETE, post(element_library::delete))
        .route(element_library::DELETE_BY_IMAGE_PAGES, post(element_library::delete));
    ENDPOINTS.iter().fold(library, |router, endpoint| {
        let path = endpoint.path;
        router
            .route(
                path,
                get(async move |state, query| query::list(path, state, query))
                    .post(async move |state, misfortune, body: Bytes| create(endpoint, state, misfortune, &body)),
            )
            .route(&format!("{path}/{{id}}"), get(async move |state, id| query::single(path, state, id)))
    })
}

fn create(
    endpoint: &Endpoint,
    State(state): State<Arc<SimState>>,
    misfortune: Option<Extension<Misfortune>>,
    body: &Bytes,
) -> Result<Response, Refusal> {
    let body = fields::parse(body)?;
    let order = (endpoint.check)(Fields::of_body(&body)?, &state)?;
    let task = state.submit(order, misfortune.map(|Extension(misfortune)| misfortune))?;
    Ok(envelope::created(task.id, &answer::created(&task, &state.clock)))
}

//! The surface with the model in the path ("new standard", since 2026-06-17). It takes API keys only.

mod answer;
mod contents;
mod create;
mod endpoints;
mod rules;
mod settings;
mod shots;
mod tasks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;

use crate::state::SimState;
use endpoints::Family;

/// Where a path begins that only API keys open.
const PREFIXES: &[&str] =
    &["/text-to-video/", "/image-to-video/", "/omni-video/", "/motion-control/", "/solutions", "/tasks"];

/// Whether a path belongs to this surface.
pub(crate) fn serves(path: &str) -> bool {
    PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}

pub(crate) fn routes() -> Router<Arc<SimState>> {
    let tasks = Router::new().route("/tasks", get(tasks::by_ids).post(tasks::list));
    Family::ALL.iter().fold(tasks, |router, family| {
        router.route(
            &format!("{}/{{model}}", family.prefix()),
            post(async move |state, model, misfortune, body: Bytes| {
                create::create(*family, state, model, misfortune, &body)
            }),
        )
    })
}

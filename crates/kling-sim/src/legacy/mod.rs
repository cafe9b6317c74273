//! The `/v1` surface ("legacy standard"): the model stands in the body.

mod answer;
mod camera;
mod models;
mod query;
mod shots;
mod text2video;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::state::SimState;

/// Every create path has `GET {path}` for the list and `GET {path}/{id}` for one task.
pub(crate) fn routes() -> Router<Arc<SimState>> {
    Router::new()
        .route(
            text2video::PATH,
            get(async |state, query| query::list(text2video::PATH, state, query)).post(text2video::create),
        )
        .route(
            &format!("{}/{{id}}", text2video::PATH),
            get(async |state, id| query::single(text2video::PATH, state, id)),
        )
}

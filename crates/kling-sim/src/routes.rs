//! Which path leads where.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::get;

use crate::refusal::Refusal;
use crate::state::SimState;
use crate::{account, files, intake, legacy, path};

pub(crate) fn router(state: Arc<SimState>) -> Router {
    Router::new()
        .merge(legacy::routes())
        .merge(path::routes())
        .route("/account/costs", get(account::costs))
        .route("/files/{name}", get(files::deliver))
        .method_not_allowed_fallback(async || Refusal::method())
        .fallback(async || Refusal::resource())
        .layer(DefaultBodyLimit::max(intake::MAX_BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), intake::receive))
        .with_state(state)
}

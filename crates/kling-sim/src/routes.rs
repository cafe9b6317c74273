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
    let api = Router::new()
        .merge(legacy::routes())
        .merge(path::routes())
        .route("/account/costs", get(account::costs))
        .route("/files/{name}", get(files::deliver))
        .method_not_allowed_fallback(async || Refusal::method())
        .fallback(async || Refusal::resource())
        .layer(DefaultBodyLimit::max(intake::MAX_BODY_BYTES))
        .with_state(Arc::clone(&state));
    // The way in comes before the route: it may change the path.
    Router::new().fallback_service(api).layer(middleware::from_fn_with_state(state, intake::receive))
}

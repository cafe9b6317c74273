//! Elements that are there: Kling's own, and deleting one's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{element_answer, query};
use crate::envelope;
use crate::fields::{self, Fields};
use crate::refusal::Refusal;
use crate::state::SimState;

pub(super) const PRESETS: &str = "/v1/general/advanced-presets-elements";
pub(super) const DELETE: &str = "/v1/general/delete-advanced-elements";
/// The same call as the pages about images write it.
pub(super) const DELETE_BY_IMAGE_PAGES: &str = "/v1/general/delete-elements";

pub(super) async fn presets(
    State(state): State<Arc<SimState>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let (number, size) = query::page(&query)?;
    let made_at = state.clock.unix_ms(state.clock.origin());
    let page = state.presets.iter().skip((number - 1).saturating_mul(size)).take(size);
    let page: Value = page.map(|preset| element_answer::preset(preset, made_at)).collect();
    Ok(envelope::success(&page))
}

pub(super) async fn delete(State(state): State<Arc<SimState>>, body: Bytes) -> Result<Response, Refusal> {
    let body = fields::parse(&body)?;
    let id = Fields::of_body(&body)?.needed("element_id", "element_id")?;
    let deletion = id.parse().ok().and_then(|id| state.tasks().delete_element(id, Instant::now()));
    let deletion = deletion.ok_or_else(|| Refusal::value("element_id", id))?;
    Ok(envelope::success(&json!({ "task_id": deletion.to_string(), "task_status": "succeed" })))
}

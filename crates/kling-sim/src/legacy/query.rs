//! Asking for tasks: one by id, or a page of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde_json::Value;
use tokio::time::Instant;

use super::answer;
use crate::envelope;
use crate::refusal::Refusal;
use crate::state::SimState;

const PAGES: RangeInclusive<usize> = 1..=1000;
const FIRST_PAGE: usize = 1;
const PAGE_SIZES: RangeInclusive<usize> = 1..=500;
const USUAL_PAGE_SIZE: usize = 30;

pub(super) fn single(
    path: &'static str,
    State(state): State<Arc<SimState>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let tasks = state.tasks();
    let task = tasks.find(path, &id).ok_or_else(|| Refusal::task_not_found(&id))?;
    Ok(envelope::success(&answer::task(task, Instant::now(), &state.clock)))
}

pub(super) fn list(
    path: &'static str,
    State(state): State<Arc<SimState>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let (number, size) = self::page(&query)?;
    let now = Instant::now();
    let page: Value =
        state.tasks().page(path, number, size).map(|task| answer::task(task, now, &state.clock)).collect();
    Ok(envelope::success(&page))
}

/// Number and size of the page asked for.
pub(super) fn page(query: &BTreeMap<String, String>) -> Result<(usize, usize), Refusal> {
    Ok((count(query, "pageNum", FIRST_PAGE, &PAGES)?, count(query, "pageSize", USUAL_PAGE_SIZE, &PAGE_SIZES)?))
}

fn count(
    query: &BTreeMap<String, String>,
    name: &str,
    default: usize,
    allowed: &RangeInclusive<usize>,
) -> Result<usize, Refusal> {
    let Some(given) = query.get(name) else {
        return Ok(default);
    };
    given.parse().ok().filter(|number| allowed.contains(number)).ok_or_else(|| Refusal::value(name, given))
}

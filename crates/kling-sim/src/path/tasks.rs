//! `GET /tasks` and `POST /tasks`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer;
use crate::envelope;
use crate::fields::{self, Fields};
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::tasks::{Surface, Task};

const USUAL_LIMIT: i64 = 100;
const LIMITS: std::ops::RangeInclusive<i64> = 1..=500;
const WINDOW_MS: u64 = 30 * 24 * 60 * 60 * 1000;
const STATUSES: &[&str] = &["submitted", "processing", "succeeded", "failed"];
const PRODUCT_TYPES: &[&str] = &["video", "image", "try_on"];

/// Tasks by the ids of either kind, as many as there are of those asked for.
pub(super) async fn by_ids(
    State(state): State<Arc<SimState>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let given = |name| query.get(name).map(String::as_str).filter(|ids| !ids.is_empty());
    let tasks = state.tasks();
    let of_here = |task: &&Task| Surface::of(task.order.path) == Surface::Path;
    let found: Vec<&Task> = match (given("task_ids"), given("external_task_ids")) {
        (None, None) => return Err(Refusal::parameter("task_ids or external_task_ids is required")),
        (Some(_), Some(_)) => {
            return Err(Refusal::parameter("only one of task_ids and external_task_ids is allowed"));
        }
        (Some(ids), None) => ids.split(',').filter_map(|id| tasks.by_id(id.trim())).filter(of_here).collect(),
        (None, Some(ids)) => ids.split(',').filter_map(|id| tasks.by_external_id(id.trim())).filter(of_here).collect(),
    };
    let now = Instant::now();
    let found: Value = found.into_iter().map(|task| answer::task(task, now, &state.clock)).collect();
    Ok(envelope::success(&found))
}

/// A page of tasks, newest first.
pub(super) async fn list(State(state): State<Arc<SimState>>, body: Bytes) -> Result<Response, Refusal> {
    let body = fields::parse(&body)?;
    let now = Instant::now();
    let wish = Wish::of(Fields::of_body(&body)?, state.clock.unix_ms(now))?;
    let tasks = state.tasks();
    let mut wanted =
        tasks.of_surface(Surface::Path).filter(|task| wish.wants(task, state.clock.unix_ms(task.born), now));
    let page: Vec<&Task> = wanted.by_ref().take(wish.limit).collect();
    let mut data = json!({});
    // There is neither a list nor a cursor when there is nothing (observed 2026-08-26).
    if let Some(last) = page.last() {
        data["result"] = page.iter().map(|task| answer::task(task, now, &state.clock)).collect();
        data["next_cursor"] = last.id.to_string().into();
    }
    data["count"] = page.len().into();
    data["has_more"] = wanted.next().is_some().into();
    Ok(envelope::success(&data))
}

struct Wish<'a> {
    from: From,
    limit: usize,
    /// Empty lists want everything.
    statuses: Vec<&'a str>,
    product_types: Vec<&'a str>,
}

enum From {
    /// Made before this task.
    Cursor(u64),
    /// Made within these Unix milliseconds, both included.
    Window(u64, u64),
}

impl From {
    fn cursor(cursor: &str) -> Result<Self, Refusal> {
        cursor.parse().map(Self::Cursor).map_err(|_| Refusal::value("cursor", cursor))
    }

    fn window(body: Fields<'_>, now_ms: u64) -> Result<Self, Refusal> {
        let end = time(body, "end_time")?.unwrap_or(now_ms);
        let start = time(body, "start_time")?.unwrap_or(end.saturating_sub(WINDOW_MS));
        if start < end {
            Ok(Self::Window(start, end))
        } else {
            Err(Refusal::parameter("start_time must be earlier than end_time"))
        }
    }
}

impl<'a> Wish<'a> {
    fn of(body: Fields<'a>, now_ms: u64) -> Result<Self, Refusal> {
        let cursor = body.string("cursor")?.filter(|cursor| !cursor.is_empty());
        let from = cursor.map_or_else(|| From::window(body, now_ms), From::cursor)?;
        let limit = body.integer("limit")?.unwrap_or(USUAL_LIMIT);
        let limit = usize::try_from(limit)
            .ok()
            .filter(|_| LIMITS.contains(&limit))
            .ok_or_else(|| Refusal::value("limit", limit))?;
        let mut wish = Self { from, limit, statuses: Vec::new(), product_types: Vec::new() };
        for filter in body.objects("filters")? {
            let (list, words) = match filter.needed("key", "filters.key")? {
                "status" => (&mut wish.statuses, STATUSES),
                "product_type" => (&mut wish.product_types, PRODUCT_TYPES),
                other => return Err(Refusal::value("filters.key", other)),
            };
            for value in filter.list("values")?.unwrap_or_default() {
                let word = value.as_str().filter(|word| words.contains(word));
                list.push(word.ok_or_else(|| Refusal::value("filters.values", value))?);
            }
        }
        Ok(wish)
    }

    fn wants(&self, task: &Task, born_ms: u64, now: Instant) -> bool {
        let in_time = match self.from {
            From::Cursor(last) => task.id < last,
            From::Window(start, end) => (start..=end).contains(&born_ms),
        };
        let product_type = task.order.product.pack().map_or("", |pack| pack.as_str());
        in_time && wants(&self.statuses, task.status(now).path_word()) && wants(&self.product_types, product_type)
    }
}

fn wants(words: &[&str], word: &str) -> bool {
    words.is_empty() || words.contains(&word)
}

/// Unix milliseconds, as a number or as digits: the pages differ.
fn time(body: Fields<'_>, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(given) = body.value(name) else { return Ok(None) };
    let number = given.as_u64().or_else(|| given.as_str()?.parse().ok());
    number.map(Some).ok_or_else(|| Refusal::value(name, given))
}

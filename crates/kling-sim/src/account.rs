//! `GET /account/costs`: the resource packs of the account.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::envelope;
use crate::prices::Units;
use crate::refusal::Refusal;
use crate::state::SimState;

const PACK_NAME: &str = "Demo Video 5000";
const PACK_TOTAL: Units = Units::whole(5000);
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

pub(crate) async fn costs(
    State(state): State<Arc<SimState>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let (start, end) = (time(&query, "start_time")?, time(&query, "end_time")?);
    if start >= end {
        return Err(Refusal::parameter("start_time must be earlier than end_time"));
    }
    let mut data = json!({ "code": 0, "msg": "success" });
    // The list is missing when there is nothing in it (observed 2026-08-26).
    if query.get("resource_pack_name").is_none_or(|name| name == PACK_NAME) {
        data["resource_pack_subscribe_infos"] = json!([pack(&state)]);
    }
    Ok(envelope::success(&data))
}

fn pack(state: &SimState) -> Value {
    let started = state.clock.unix_ms(state.clock.origin());
    let remaining = PACK_TOTAL.minus(state.tasks().spent(Instant::now()));
    json!({
        "resource_pack_name": PACK_NAME,
        "resource_pack_id": "pack-demo-1",
        "resource_pack_type": "decreasing_total",
        "total_quantity": quantity(PACK_TOTAL),
        "remaining_quantity": quantity(remaining),
        "purchase_time": started.saturating_sub(30 * DAY_MS),
        "effective_time": started.saturating_sub(30 * DAY_MS),
        "invalid_time": started.saturating_add(335 * DAY_MS),
        "status": "online",
    })
}

/// Quantities are floats here, where deductions are strings.
fn quantity(units: Units) -> f64 {
    units.to_string().parse().unwrap_or_default()
}

fn time(query: &BTreeMap<String, String>, name: &str) -> Result<u64, Refusal> {
    let value = query.get(name).filter(|value| !value.is_empty()).ok_or_else(|| Refusal::empty(name))?;
    value.parse().map_err(|_| Refusal::value(name, value))
}

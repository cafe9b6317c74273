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

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The kind of resource pack that pays for a task and lends it its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pack {
    Video,
    Image,
}

impl Pack {
    const ALL: [Self; 2] = [Self::Video, Self::Image];

    const fn name(self) -> &'static str {
        match self {
            Self::Video => "Demo Video 5000",
            Self::Image => "Demo Image 20000",
        }
    }

    const fn id(self) -> &'static str {
        match self {
            Self::Video => "pack-demo-1",
            Self::Image => "pack-demo-2",
        }
    }

    const fn total(self) -> Units {
        match self {
            Self::Video => Units::whole(5_000),
            Self::Image => Units::whole(20_000),
        }
    }

    /// `package_type` of a `billing` entry, `product_type` of a filter.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
        }
    }
}

pub(crate) async fn costs(
    State(state): State<Arc<SimState>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Refusal> {
    let (start, end) = (time(&query, "start_time")?, time(&query, "end_time")?);
    if start >= end {
        return Err(Refusal::parameter("start_time must be earlier than end_time"));
    }
    let wanted = query.get("resource_pack_name");
    let packs: Vec<Value> = Pack::ALL
        .into_iter()
        .filter(|pack| wanted.is_none_or(|name| name == pack.name()))
        .map(|pack| info(pack, &state))
        .collect();
    let mut data = json!({ "code": 0, "msg": "success" });
    // The list is missing when there is nothing in it (observed 2026-08-26).
    if !packs.is_empty() {
        data["resource_pack_subscribe_infos"] = packs.into();
    }
    Ok(envelope::success(&data))
}

fn info(pack: Pack, state: &SimState) -> Value {
    let started = state.clock.unix_ms(state.clock.origin());
    let remaining = pack.total().minus(state.tasks().spent(pack, Instant::now()));
    json!({
        "resource_pack_name": pack.name(),
        "resource_pack_id": pack.id(),
        "resource_pack_type": "decreasing_total",
        "total_quantity": quantity(pack.total()),
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

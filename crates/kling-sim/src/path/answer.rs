//! Tasks as this surface prints them.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::tasks::{Results, Task, TaskStatus};

/// The `data` of a create answer.
pub(super) fn created(task: &Task, clock: &Clock) -> Value {
    let created_at = clock.unix_ms(task.born);
    let mut data = json!({
        "id": task.id.to_string(),
        "status": TaskStatus::Submitted.path_word(),
        "create_time": created_at,
        "update_time": created_at,
    });
    add_external_id(&mut data, task);
    data
}

/// One entry of `GET /tasks` and `POST /tasks`.
pub(super) fn task(task: &Task, now: Instant, clock: &Clock) -> Value {
    let status = task.status(now);
    let mut data = json!({
        "id": task.id.to_string(),
        "status": status.path_word(),
        "message": task.reason(now),
        "create_time": clock.unix_ms(task.born),
        "update_time": clock.unix_ms(task.updated(now)),
    });
    add_external_id(&mut data, task);
    let succeeded = status == TaskStatus::Succeed;
    data["outputs"] = if succeeded { outputs(&task.results) } else { json!([]) };
    data["billing"] = if succeeded { billing(task, now) } else { json!([]) };
    data
}

/// There is no such field without such an id.
fn add_external_id(data: &mut Value, task: &Task) {
    if let Some(id) = &task.order.external_id {
        data["external_id"] = id.as_str().into();
    }
}

fn outputs(results: &Results) -> Value {
    match results {
        Results::Video { id, links, duration } => json!([{
            "type": "video",
            "id": id,
            "url": links.url,
            "watermark_url": links.watermark_url,
            "duration": duration,
        }]),
        // Only videos are made here; images and elements are asked for where they were made.
        Results::Images(_) | Results::Element(_) => json!([]),
    }
}

fn billing(task: &Task, now: Instant) -> Value {
    let Some(pack) = task.order.product.pack() else { return json!([]) };
    json!([{ "charge_type": "unit", "amount": task.cost(now).to_string(), "package_type": pack.as_str() }])
}

//! Tasks as `/v1` prints them.

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::tasks::{Outcome, Task, TaskStatus};

/// The `data` of a create answer.
pub(crate) fn created(task: &Task, clock: &Clock) -> Value {
    let created_at = clock.unix_ms(task.born);
    json!({
        "task_id": task.id.to_string(),
        "task_status": TaskStatus::Submitted.as_str(),
        "task_info": info(task),
        "created_at": created_at,
        "updated_at": created_at,
    })
}

/// The `data` of a query, or one entry of a list.
pub(crate) fn task(task: &Task, now: Instant, clock: &Clock) -> Value {
    let status = task.status(now);
    let reason = match (status, task.order.outcome) {
        (TaskStatus::Failed, Outcome::Failure(reason)) => reason,
        _ => "",
    };
    let mut data = json!({
        "task_id": task.id.to_string(),
        "task_status": status.as_str(),
        "task_status_msg": reason,
        "task_info": info(task),
    });
    if status == TaskStatus::Succeed {
        let video = &task.video;
        data["task_result"] = json!({ "videos": [{
            "id": video.id,
            "url": video.url,
            "watermark_url": video.watermark_url,
            "duration": video.duration,
        }]});
    }
    data["watermark_info"] = json!({ "enabled": task.order.watermark });
    if status.has_ended() {
        data["final_unit_deduction"] = task.cost(now).to_string().into();
        data["final_balance_deduction"] = json!({ "quota": "", "list_price": "" });
    }
    data["created_at"] = clock.unix_ms(task.born).into();
    data["updated_at"] = clock.unix_ms(task.updated(now)).into();
    data
}

fn info(task: &Task) -> Value {
    json!({ "external_task_id": task.order.external_id.as_deref().unwrap_or_default() })
}

//! Tasks as `/v1` prints them.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::element_answer;
use crate::clock::Clock;
use crate::tasks::{Grouping, ImageResult, Product, Results, Task, TaskStatus};

/// The `data` of a create answer.
pub(super) fn created(task: &Task, clock: &Clock) -> Value {
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
pub(super) fn task(task: &Task, now: Instant, clock: &Clock) -> Value {
    let status = task.status(now);
    let mut data = json!({
        "task_id": task.id.to_string(),
        "task_status": status.as_str(),
        "task_status_msg": task.reason(now),
        "task_info": info(task),
    });
    if status == TaskStatus::Succeed {
        data["task_result"] = result(task);
    }
    if !matches!(task.order.product, Product::Element(_)) {
        data["watermark_info"] = json!({ "enabled": task.order.watermark });
    }
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

fn result(task: &Task) -> Value {
    match (&task.results, &task.order.product) {
        (Results::Video { id, links, duration }, _) => json!({ "videos": [{
            "id": id,
            "url": links.url,
            "watermark_url": links.watermark_url,
            "duration": duration,
        }]}),
        (Results::Images(images), Product::Images { grouping, .. }) => match grouping {
            Grouping::Unsaid => json!({ "images": entries(images) }),
            Grouping::Single => {
                json!({ "result_type": "single", "images": entries(images), "series_images": [] })
            }
            Grouping::Series => {
                json!({ "result_type": "series", "images": [], "series_images": entries(images) })
            }
        },
        (Results::Element(element), Product::Element(order)) => {
            json!({ "elements": [element_answer::own(order, element, task.deleted)] })
        }
        // What a task delivers follows from what it makes.
        (Results::Images(_) | Results::Element(_), _) => Value::Null,
    }
}

fn entries(images: &[ImageResult]) -> Value {
    let entry = |image: &ImageResult| {
        json!({
            "index": image.index,
            "url": image.links.url,
            "watermark_url": image.links.watermark_url,
        })
    };
    images.iter().map(entry).collect()
}

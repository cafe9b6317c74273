//! Elements as `/v1` prints them. Their ids are JSON numbers above 2^53.

use serde_json::{Value, json};

use crate::presets::PresetElement;
use crate::tasks::{ElementOrder, ElementResult};

/// The account's own number, as `owned_by` shows it.
const OWNER: &str = "100200";
const KLING: &str = "kling";

pub(super) fn own(order: &ElementOrder, element: &ElementResult, deleted: bool) -> Value {
    print(order, element, OWNER, if deleted { "deleted" } else { "succeed" })
}

/// An entry of the list of presets: a task that has ended, without a price.
pub(super) fn preset(preset: &PresetElement, made_at: u64) -> Value {
    json!({
        "task_id": preset.task_id.to_string(),
        "task_status": "succeed",
        "task_status_msg": "",
        "task_result": { "elements": [print(&preset.order, &preset.result, KLING, "succeed")] },
        "created_at": made_at,
        "updated_at": made_at,
    })
}

fn print(order: &ElementOrder, element: &ElementResult, owner: &str, status: &str) -> Value {
    json!({
        "element_id": element.id,
        "element_name": order.name,
        "element_description": order.description,
        "reference_type": order.kind.as_str(),
        "element_image_list": images(&element.pictures),
        "element_video_list": videos(&element.video),
        "element_voice_info": voice(order, element),
        "tag_list": order.tags.iter().map(|id| json!({ "id": id, "name": "", "description": "" })).collect::<Value>(),
        "owned_by": owner,
        "status": status,
    })
}

fn images(pictures: &[String]) -> Value {
    let Some((frontal, others)) = pictures.split_first() else { return json!({}) };
    let others: Value = others.iter().map(|url| json!({ "image_url": url })).collect();
    json!({ "frontal_image": frontal, "refer_images": others })
}

fn videos(url: &str) -> Value {
    if url.is_empty() { json!({}) } else { json!({ "refer_videos": [{ "video_url": url }] }) }
}

fn voice(order: &ElementOrder, element: &ElementResult) -> Value {
    let Some(id) = &order.voice_id else { return json!({}) };
    json!({ "voice_id": id, "voice_name": "demo voice", "trial_url": element.voice_trial, "owned_by": KLING })
}

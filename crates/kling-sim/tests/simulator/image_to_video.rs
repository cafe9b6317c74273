use kling_sim::TaskKind;
use serde_json::json;

use crate::client::{IMAGE2VIDEO, TEXT2VIDEO, URL, ended, get, post, sim};

#[tokio::test]
async fn a_picture_becomes_a_video() {
    let sim = sim().await;
    let body = json!({ "model_name": "kling-v2-6", "image": URL, "image_tail": URL, "prompt": "zoom out",
        "duration": "5", "mode": "pro", "sound": "off", "external_task_id": "job-1" });
    let task = ended(&sim, IMAGE2VIDEO, &body).await;
    assert_eq!(task["task_status"], "succeed");
    assert_eq!(task["task_result"]["videos"][0]["duration"], "5.041");
    assert_eq!(task["final_unit_deduction"], "2.5");
    let view = &sim.tasks()[0];
    assert_eq!((view.path.as_str(), view.kind, view.n, view.seconds), (IMAGE2VIDEO, TaskKind::Video, 1, Some(5)));
    assert_eq!(get(&sim, &format!("{IMAGE2VIDEO}/job-1")).await.data(), &task);
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/job-1")).await.refusal().1, 1201, "each path knows its own tasks");
}

#[tokio::test]
async fn an_end_frame_or_masks_are_enough() {
    let sim = sim().await;
    let path = json!([{ "x": 10, "y": 20 }, { "x": 40, "y": 60 }]);
    for body in [
        json!({ "image_tail": URL }),
        json!({ "image": URL, "static_mask": URL, "dynamic_masks": [{ "mask": URL, "trajectories": path }] }),
        json!({ "image": URL, "camera_control": { "type": "simple", "config": { "zoom": 5 } } }),
        json!({ "model_name": "kling-v3", "image": URL, "duration": "15", "element_list": [{ "element_id": 160 }] }),
    ] {
        post(&sim, IMAGE2VIDEO, &body).await.data();
    }
}

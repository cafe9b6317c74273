use std::time::Duration;

use kling_sim::TaskStatus;
use serde_json::json;

use crate::client::{TEXT2VIDEO, create, created, get, pass, sim, task};

#[tokio::test]
async fn a_create_answers_with_a_submitted_task() {
    let sim = sim().await;
    let answer =
        create(&sim, &json!({ "model_name": "kling-v3", "prompt": "a boat", "external_task_id": "job-1" })).await;
    let data = answer.data();
    let id = data["task_id"].as_str().expect("ids are strings");
    assert_eq!(id.len(), 18);
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()));
    assert_eq!(data["task_status"], "submitted");
    assert_eq!(data["task_info"], json!({ "external_task_id": "job-1" }));
    let created_at = data["created_at"].as_u64().unwrap();
    assert!(created_at > 1_700_000_000_000, "milliseconds since 1970");
    assert_eq!(data["updated_at"], created_at);
}

#[tokio::test]
async fn a_task_is_found_by_its_id_and_by_the_callers() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat", "external_task_id": "job 1:ä" })).await;
    let by_id = task(&sim, &id).await;
    let by_external_id = task(&sim, "job%201%3A%C3%A4").await;
    assert_eq!(by_id, by_external_id);
    assert_eq!(by_id["task_id"], id);
    assert_eq!(by_id["task_info"]["external_task_id"], "job 1:ä");
}

/// An encoded slash is one to a lenient server: see `lenient_paths`.
#[tokio::test]
async fn an_id_with_a_slash_is_not_found_by_its_path() {
    let sim = sim().await;
    created(&sim, &json!({ "prompt": "a boat", "external_task_id": "job/1" })).await;
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/job%2F1")).await.refusal().1, 1203);
}

#[tokio::test]
async fn an_unknown_id_is_named_in_the_refusal() {
    let sim = sim().await;
    let answer = get(&sim, &format!("{TEXT2VIDEO}/nope")).await;
    assert_eq!(answer.refusal(), (400, 1201, "Task not found by id/external id: nope"));
    assert!(answer.body["request_id"].is_string());
}

#[tokio::test]
async fn a_result_has_a_video_and_its_price() {
    let sim = sim().await;
    let body = json!({ "model_name": "kling-v3", "mode": "pro", "sound": "on", "duration": "8", "prompt": "a boat" });
    let id = created(&sim, &body).await;
    pass(Duration::from_secs(42)).await;
    let task = task(&sim, &id).await;
    let video = &task["task_result"]["videos"][0];
    assert_eq!(video["duration"], "8.041");
    assert_eq!(video["watermark_url"], "");
    assert_ne!(video["id"], task["task_id"]);
    let prefix = format!("{}/files/{}.mp4?sign=", sim.url(), video["id"].as_str().unwrap());
    assert!(video["url"].as_str().unwrap().starts_with(&prefix), "{video}");
    assert_eq!(task["watermark_info"], json!({ "enabled": false }));
    assert_eq!(task["final_unit_deduction"], "9.6");
    assert_eq!(task["final_balance_deduction"], json!({ "quota": "", "list_price": "" }));
}

#[tokio::test]
async fn a_watermarked_copy_comes_when_asked_for() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat", "watermark_info": { "enabled": true } })).await;
    pass(Duration::from_secs(42)).await;
    let task = task(&sim, &id).await;
    assert_eq!(task["watermark_info"], json!({ "enabled": true }));
    let video = &task["task_result"]["videos"][0];
    assert_ne!(video["watermark_url"], video["url"]);
    let copy = crate::client::http().get(video["watermark_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(copy.status(), 200);
}

#[tokio::test]
async fn a_test_sees_the_tasks_too() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "model_name": "kling-v3", "prompt": "a", "external_task_id": "job-1" })).await;
    created(&sim, &json!({ "prompt": "b" })).await;
    pass(Duration::from_secs(42)).await;
    let [first, second] = &sim.tasks()[..] else { panic!("two tasks") };
    assert_eq!(first.id, id);
    assert_eq!(first.external_task_id.as_deref(), Some("job-1"));
    assert_eq!(first.path, TEXT2VIDEO);
    assert_eq!(first.model_name, "kling-v3");
    assert_eq!(first.status, TaskStatus::Succeed);
    assert_eq!(first.deduction, "3");
    assert_eq!(second.external_task_id, None);
    assert_eq!(second.model_name, "kling-v1", "the documented default");
}

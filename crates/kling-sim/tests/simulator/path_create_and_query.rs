use std::time::Duration;

use kling_sim::{Surface, TaskStatus};
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, URL, create, get, http, pass, path_ended, post, sim};

const PATH: &str = "/text-to-video/kling-3.0";

#[tokio::test]
async fn a_create_answers_in_the_words_of_this_surface() {
    let sim = sim().await;
    let body = json!({ "prompt": "a boat", "options": { "external_task_id": "job-1" } });
    let answer = post(&sim, PATH, &body).await;
    let data = answer.data();
    let keys: Vec<_> = data.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "status", "create_time", "update_time", "external_id"]);
    assert_eq!(data["id"].as_str().unwrap().len(), 18);
    assert_eq!((&data["status"], &data["external_id"]), (&json!("submitted"), &json!("job-1")));
    let nameless = post(&sim, PATH, &json!({ "prompt": "a boat" })).await;
    assert!(nameless.data().get("external_id").is_none());
}

#[tokio::test]
async fn a_task_grows_to_succeeded() {
    let sim = sim().await;
    let id = post(&sim, PATH, &json!({ "prompt": "a boat" })).await.data()["id"].as_str().unwrap().to_owned();
    let path = format!("/tasks?task_ids={id}");
    let task = async || get(&sim, &path).await.data()[0].clone();
    let submitted = task().await;
    assert_eq!(submitted["status"], "submitted");
    assert_eq!((&submitted["outputs"], &submitted["billing"]), (&json!([]), &json!([])));
    pass(Duration::from_secs(2)).await;
    assert_eq!(task().await["status"], "processing");
    pass(Duration::from_secs(40)).await;
    let succeeded = task().await;
    assert_eq!((&succeeded["status"], &succeeded["message"]), (&json!("succeeded"), &json!("")));
    let times = ["create_time", "update_time"].map(|name| succeeded[name].as_u64().unwrap());
    assert_eq!(times[1] - times[0], 42_000);
    let output = &succeeded["outputs"][0];
    assert_eq!((&output["type"], &output["duration"]), (&json!("video"), &json!("5.041")));
    assert_eq!(output["watermark_url"], "");
    assert_eq!(http().get(output["url"].as_str().unwrap()).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_failed_task_says_why() {
    let sim = sim().await;
    let contents = json!([{ "type": "prompt", "text": "[fail]" }, { "type": "first_frame", "url": URL }]);
    let task = path_ended(&sim, "/image-to-video/kling-3.0-turbo", &json!({ "contents": contents })).await;
    assert_eq!(task["status"], "failed");
    assert_eq!(task["message"], "Failure to pass the risk control system");
    assert_eq!((&task["outputs"], &task["billing"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn every_endpoint_makes_a_video() {
    let sim = sim().await;
    let first = json!({ "type": "first_frame", "url": URL });
    let flat = json!({ "prompt": "a" });
    let framed = json!({ "contents": [{ "type": "prompt", "text": "a" }, first] });
    for (path, body) in [
        ("/text-to-video/kling-3.0-turbo", &flat),
        ("/text-to-video/kling-3.0", &flat),
        ("/text-to-video/kling-2.6", &flat),
        ("/text-to-video/kling-2.5-turbo", &flat),
        ("/image-to-video/kling-3.0-turbo", &framed),
        ("/image-to-video/kling-3.0", &framed),
        ("/image-to-video/kling-2.6", &framed),
        ("/image-to-video/kling-2.5-turbo", &framed),
        ("/omni-video/kling-3.0-omni", &framed),
        ("/omni-video/kling-o1", &framed),
    ] {
        let task = path_ended(&sim, path, body).await;
        assert_eq!(task["outputs"][0]["type"], "video", "{path}");
        let view = sim.tasks().pop().unwrap();
        assert_eq!((view.path.as_str(), view.surface), (path, Surface::Path));
        assert_eq!((view.status, view.seconds), (TaskStatus::Succeed, Some(5)));
        assert!(path.ends_with(&view.model_name));
    }
}

#[tokio::test]
async fn options_hold_what_v1_has_in_the_body() {
    let sim = sim().await;
    let options = json!({ "watermark_info": { "enabled": true }, "callback_url": URL });
    let task = path_ended(&sim, PATH, &json!({ "prompt": "a", "options": options })).await;
    assert!(task["outputs"][0]["watermark_url"].as_str().unwrap().contains("watermark"));
    let flat = json!({ "prompt": "a", "watermark_info": { "enabled": true }, "external_task_id": "ignored" });
    let task = path_ended(&sim, PATH, &flat).await;
    assert_eq!((&task["outputs"][0]["watermark_url"], task.get("external_id")), (&json!(""), None::<&Value>));
}

#[tokio::test]
async fn an_external_id_is_taken_once_across_both_surfaces() {
    let sim = sim().await;
    create(&sim, &json!({ "prompt": "a", "external_task_id": "job-1" })).await.data();
    let body = |id: &str| json!({ "prompt": "a", "options": { "external_task_id": id } });
    let taken = post(&sim, PATH, &body("job-1")).await;
    assert_eq!(taken.refusal(), (400, 1201, "External_task_id job-1 already exists"));
    post(&sim, PATH, &body("job-2")).await.data();
    let taken = create(&sim, &json!({ "prompt": "a", "external_task_id": "job-2" })).await;
    assert_eq!(taken.refusal(), (400, 1201, "External_task_id job-2 already exists"));
    post(&sim, PATH, &body("")).await.data();
}

#[tokio::test]
async fn each_surface_answers_for_its_own_tasks() {
    let sim = sim().await;
    create(&sim, &json!({ "prompt": "a", "external_task_id": "old" })).await.data();
    let body = json!({ "prompt": "a", "options": { "external_task_id": "new" } });
    post(&sim, PATH, &body).await.data();
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/new")).await.refusal().1, 1201);
    assert_eq!(get(&sim, "/tasks?external_task_ids=old").await.data(), &json!([]));
    assert_eq!(get(&sim, TEXT2VIDEO).await.data().as_array().map(Vec::len), Some(1));
    assert_eq!(post(&sim, "/tasks", &json!({})).await.data()["count"], 1);
}

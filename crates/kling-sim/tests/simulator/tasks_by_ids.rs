use kling_sim::Simulator;
use serde_json::{Value, json};

use crate::client::{get, post, sim};

async fn made(sim: &Simulator, external_id: &str) -> String {
    let body = json!({ "prompt": "a", "options": { "external_task_id": external_id } });
    post(sim, "/text-to-video/kling-3.0", &body).await.data()["id"].as_str().unwrap().to_owned()
}

fn external_ids(data: &Value) -> Vec<&str> {
    data.as_array().unwrap().iter().map(|task| task["external_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn several_are_found_by_either_kind_of_id() {
    let sim = sim().await;
    let ids = [made(&sim, "a").await, made(&sim, "b").await, made(&sim, "c").await];
    let by_ids = get(&sim, &format!("/tasks?task_ids={},{}", ids[2], ids[0])).await;
    assert_eq!(external_ids(by_ids.data()), ["c", "a"]);
    let by_own = get(&sim, "/tasks?external_task_ids=b,nobody,a").await;
    assert_eq!(external_ids(by_own.data()), ["b", "a"]);
    let crossed = get(&sim, "/tasks?task_ids=a").await;
    assert_eq!(crossed.data(), &json!([]), "each kind has its own parameter");
}

#[tokio::test]
async fn unknown_ones_are_no_error() {
    let sim = sim().await;
    assert_eq!(get(&sim, "/tasks?task_ids=930000000000000001").await.data(), &json!([]));
    assert_eq!(get(&sim, "/tasks?external_task_ids=nobody").await.data(), &json!([]));
}

#[tokio::test]
async fn exactly_one_kind_must_be_given() {
    let sim = sim().await;
    let required = "task_ids or external_task_ids is required";
    for query in ["", "?task_ids=", "?ids=1", "?task_id=1"] {
        assert_eq!(get(&sim, &format!("/tasks{query}")).await.refusal(), (400, 1201, required), "{query}");
    }
    let both = get(&sim, "/tasks?task_ids=1&external_task_ids=a").await;
    assert_eq!(both.refusal(), (400, 1201, "only one of task_ids and external_task_ids is allowed"));
}

use std::time::Duration;

use kling_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{pass, post, sim, sim_with};

/// Five tasks, a second apart, of which the second fails.
async fn five() -> Simulator {
    let sim = sim_with(SimOptions { concurrency: 100, ..SimOptions::default() }).await;
    for number in 1..=5 {
        let prompt = if number == 2 { "[fail]" } else { "a boat" };
        let body = json!({ "prompt": prompt, "options": { "external_task_id": number.to_string() } });
        post(&sim, "/text-to-video/kling-2.6", &body).await.data();
        pass(Duration::from_secs(1)).await;
    }
    sim
}

async fn list(sim: &Simulator, body: &Value) -> Value {
    post(sim, "/tasks", body).await.data().clone()
}

fn external_ids(data: &Value) -> Vec<&str> {
    data["result"].as_array().unwrap().iter().map(|task| task["external_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_cursor_leads_through_all_tasks_newest_first() {
    let sim = five().await;
    let first = list(&sim, &json!({ "limit": 2 })).await;
    assert_eq!(external_ids(&first), ["5", "4"]);
    assert_eq!((&first["count"], &first["has_more"]), (&json!(2), &json!(true)));
    let second =
        list(&sim, &json!({ "limit": 2, "cursor": first["next_cursor"], "start_time": 2, "end_time": 1 })).await;
    assert_eq!(external_ids(&second), ["3", "2"], "a cursor makes the times void");
    let third = list(&sim, &json!({ "limit": 2, "cursor": second["next_cursor"] })).await;
    assert_eq!(external_ids(&third), ["1"]);
    assert_eq!((&third["count"], &third["has_more"]), (&json!(1), &json!(false)));
    let end = list(&sim, &json!({ "limit": 2, "cursor": third["next_cursor"] })).await;
    assert_eq!(end, json!({ "count": 0, "has_more": false }));
}

#[tokio::test]
async fn nothing_has_no_list() {
    let sim = sim().await;
    assert_eq!(list(&sim, &json!({})).await, json!({ "count": 0, "has_more": false }));
}

#[tokio::test]
async fn an_entry_is_what_the_query_by_id_answers() {
    let sim = five().await;
    let page = list(&sim, &json!({ "limit": 1, "cursor": "" })).await;
    let by_id = crate::client::get(&sim, "/tasks?external_task_ids=5").await;
    assert_eq!(page["result"], *by_id.data());
}

#[tokio::test]
async fn filters_choose_by_status_and_product() {
    let sim = five().await;
    pass(Duration::from_secs(38)).await;
    let filters = |key: &str, values: &[&str]| json!({ "filters": [{ "key": key, "values": values }] });
    // Two are over, after 43 s and 42 s; the others are on their way.
    assert_eq!(external_ids(&list(&sim, &filters("status", &["processing"])).await), ["5", "4", "3"]);
    assert_eq!(external_ids(&list(&sim, &filters("status", &["succeeded", "failed"])).await), ["2", "1"]);
    assert_eq!(external_ids(&list(&sim, &filters("status", &["failed"])).await), ["2"]);
    assert_eq!(list(&sim, &filters("product_type", &["image", "try_on"])).await["count"], 0);
    assert_eq!(list(&sim, &filters("product_type", &["video"])).await["count"], 5);
    let both = json!({ "filters": [{ "key": "status", "values": ["failed"] },
        { "key": "product_type", "values": ["image"] }] });
    assert_eq!(list(&sim, &both).await["count"], 0);
}

#[tokio::test]
async fn times_cut_a_window_as_numbers_or_texts() {
    let sim = five().await;
    let born: Vec<u64> = sim.tasks().iter().map(|task| task.created_at).collect();
    let window = json!({ "start_time": born[1], "end_time": born[3] });
    assert_eq!(external_ids(&list(&sim, &window).await), ["4", "3", "2"]);
    let texts = json!({ "start_time": born[1].to_string(), "end_time": born[3].to_string() });
    assert_eq!(external_ids(&list(&sim, &texts).await), ["4", "3", "2"]);
    pass(Duration::from_secs(31 * 24 * 3600)).await;
    assert_eq!(list(&sim, &json!({})).await["count"], 0, "30 days are looked back on");
    assert_eq!(list(&sim, &json!({ "start_time": 1 })).await["count"], 5);
}

#[tokio::test]
async fn what_makes_no_sense_is_named() {
    let sim = sim().await;
    let filter = |key: Value, value: &str| json!({ "filters": [{ "key": key, "values": [value] }] });
    for (body, message) in [
        (json!({ "limit": 0 }), "limit value '0' is invalid"),
        (json!({ "limit": 501 }), "limit value '501' is invalid"),
        (json!({ "start_time": 5, "end_time": 5 }), "start_time must be earlier than end_time"),
        (json!({ "start_time": -5 }), "start_time value '-5' is invalid"),
        (json!({ "cursor": "page-2" }), "cursor value 'page-2' is invalid"),
        (filter(json!("model"), "video"), "filters.key value 'model' is invalid"),
        (filter(Value::Null, "video"), "filters.key cannot be empty"),
        (filter(json!("status"), "succeed"), "filters.values value '\"succeed\"' is invalid"),
    ] {
        assert_eq!(post(&sim, "/tasks", &body).await.refusal(), (400, 1201, message), "{body}");
    }
    post(&sim, "/tasks", &json!({ "limit": 500 })).await.data();
}

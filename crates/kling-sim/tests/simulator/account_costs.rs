use std::time::Duration;

use serde_json::json;

use crate::client::{created, get, pass, sim};

const COSTS: &str = "/account/costs?start_time=1789900000000&end_time=1790000000000";

#[tokio::test]
async fn the_pack_falls_by_what_succeeded() {
    let sim = sim().await;
    let before = get(&sim, COSTS).await;
    let data = before.data();
    assert_eq!((&data["code"], &data["msg"]), (&json!(0), &json!("success")));
    let pack = &data["resource_pack_subscribe_infos"][0];
    assert_eq!(pack["resource_pack_type"], "decreasing_total");
    assert_eq!(pack["status"], "online");
    assert!(pack["total_quantity"].is_f64());
    assert_eq!(pack["remaining_quantity"], pack["total_quantity"]);
    assert!(pack["effective_time"].as_u64().unwrap() < pack["invalid_time"].as_u64().unwrap());

    created(&sim, &json!({ "model_name": "kling-v3", "mode": "pro", "sound": "on", "duration": "8", "prompt": "a" }))
        .await;
    created(&sim, &json!({ "model_name": "kling-v3", "prompt": "a [fail]" })).await;
    pass(Duration::from_secs(41)).await;
    let during = get(&sim, COSTS).await;
    assert_eq!(during.data(), data, "nothing is deducted before the end");
    pass(Duration::from_secs(1)).await;
    let after = get(&sim, COSTS).await;
    assert_eq!(after.data()["resource_pack_subscribe_infos"][0]["remaining_quantity"], json!(5000.0 - 9.6));
}

#[tokio::test]
async fn another_packs_name_finds_no_list() {
    let sim = sim().await;
    let answer = get(&sim, &format!("{COSTS}&resource_pack_name=Other")).await;
    assert_eq!(answer.data(), &json!({ "code": 0, "msg": "success" }));
}

#[tokio::test]
async fn both_times_are_needed_in_order() {
    let sim = sim().await;
    for (query, message) in [
        ("", "start_time cannot be empty"),
        ("?start_time=1", "end_time cannot be empty"),
        ("?start_time=1&end_time=soon", "end_time value 'soon' is invalid"),
        ("?start_time=2&end_time=1", "start_time must be earlier than end_time"),
    ] {
        assert_eq!(get(&sim, &format!("/account/costs{query}")).await.refusal(), (400, 1201, message));
    }
}

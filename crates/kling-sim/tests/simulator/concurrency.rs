use std::time::Duration;

use kling_sim::SimOptions;
use serde_json::json;

use crate::client::{create, pass, sim_with};

const FULL: (u16, i64, &str) = (429, 1303, "parallel task over resource pack limit");

#[tokio::test]
async fn a_slot_is_held_until_the_task_has_ended() {
    let sim = sim_with(SimOptions { concurrency: 2, ..SimOptions::default() }).await;
    let body = json!({ "model_name": "kling-v3", "prompt": "a boat" });
    create(&sim, &body).await.data();
    create(&sim, &json!({ "model_name": "kling-v3", "prompt": "a boat [fail]" })).await.data();
    assert_eq!(create(&sim, &body).await.refusal(), FULL, "while submitted");
    pass(Duration::from_secs(30)).await;
    assert_eq!(create(&sim, &body).await.refusal(), FULL, "while processing");
    pass(Duration::from_secs(12)).await;
    create(&sim, &body).await.data();
    create(&sim, &body).await.data();
    assert_eq!(create(&sim, &body).await.refusal(), FULL);
    assert_eq!(sim.tasks().len(), 4);
}

#[tokio::test]
async fn models_are_counted_apart() {
    let sim = sim_with(SimOptions { concurrency: 1, ..SimOptions::default() }).await;
    for model in ["kling-v3", "kling-v2-6"] {
        let body = json!({ "model_name": model, "prompt": "a boat" });
        create(&sim, &body).await.data();
        assert_eq!(create(&sim, &body).await.refusal(), FULL);
    }
}

#[tokio::test]
async fn a_duplicate_is_told_even_when_no_slot_is_free() {
    let sim = sim_with(SimOptions { concurrency: 1, ..SimOptions::default() }).await;
    let body = json!({ "prompt": "a boat", "external_task_id": "job-1" });
    create(&sim, &body).await.data();
    assert_eq!(create(&sim, &body).await.refusal().1, 1201);
}

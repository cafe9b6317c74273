use std::time::Duration;

use serde_json::json;

use crate::client::{create, pass, sim};

#[tokio::test]
async fn a_callers_id_is_taken_once() {
    let sim = sim().await;
    let body = json!({ "prompt": "a boat", "external_task_id": "job-1" });
    create(&sim, &body).await.data();
    for _ in 0..2 {
        assert_eq!(create(&sim, &body).await.refusal(), (400, 1201, "External_task_id job-1 already exists"));
        pass(Duration::from_secs(60)).await;
    }
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test]
async fn an_empty_id_is_none() {
    let sim = sim().await;
    let body = json!({ "prompt": "a boat", "external_task_id": "" });
    create(&sim, &body).await.data();
    create(&sim, &body).await.data();
    assert_eq!(sim.tasks().len(), 2);
}

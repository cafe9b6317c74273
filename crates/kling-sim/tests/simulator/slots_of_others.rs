use std::time::Duration;

use kling_sim::SimOptions;
use serde_json::json;

use crate::client::{create, pass, sim_with};

#[tokio::test]
async fn other_users_of_the_account_hold_slots_for_a_while() {
    let sim = sim_with(SimOptions { concurrency: 2, ..SimOptions::default() }).await;
    sim.occupy_slots("kling-3.0", 1, Duration::from_secs(30));
    let body = json!({ "model_name": "kling-v3", "prompt": "a boat" });
    create(&sim, &body).await.data();
    assert_eq!(create(&sim, &body).await.refusal().1, 1303);
    create(&sim, &json!({ "model_name": "kling-v2-6", "prompt": "another model" })).await.data();
    pass(Duration::from_secs(30)).await;
    create(&sim, &body).await.data();
    assert_eq!(sim.tasks().len(), 3, "theirs are not shown");
}

use kling_sim::{RetiredModels, SimOptions};
use serde_json::json;

use crate::client::{GENERATIONS, IMAGE2VIDEO, TEXT2VIDEO, URL, ended, post, sim, sim_with};

const REFUSED: (u16, i64, &str) = (404, 1203, "model is not supported");

#[tokio::test]
async fn they_are_accepted_and_cost_nothing() {
    let sim = sim().await;
    for (path, model) in [(TEXT2VIDEO, "kling-v2-master"), (IMAGE2VIDEO, "kling-v1-5"), (GENERATIONS, "kling-v2-new")] {
        let task = ended(&sim, path, &json!({ "model_name": model, "prompt": "a", "image": URL })).await;
        assert_eq!((&task["task_status"], &task["final_unit_deduction"]), (&json!("succeed"), &json!("0")));
    }
}

#[tokio::test]
async fn they_can_be_refused() {
    let sim = sim_with(SimOptions { retired: RetiredModels::Refuse, ..SimOptions::default() }).await;
    for (path, models) in [
        (TEXT2VIDEO, &["kling-v1", "kling-v1-6", "kling-v2-master", "kling-v2-1-master"][..]),
        (IMAGE2VIDEO, &["kling-v1-5", "kling-v2-1"]),
        (GENERATIONS, &["kling-v1", "kling-v1-5", "kling-v2", "kling-v2-new"]),
    ] {
        for model in models {
            let body = json!({ "model_name": model, "prompt": "a", "image": URL });
            assert_eq!(post(&sim, path, &body).await.refusal(), REFUSED, "{path} {model}");
        }
    }
    assert_eq!(
        post(&sim, TEXT2VIDEO, &json!({ "prompt": "a" })).await.refusal(),
        REFUSED,
        "the default is one of them"
    );
    for (path, model) in [(TEXT2VIDEO, "kling-v2-5-turbo"), (IMAGE2VIDEO, "kling-v3"), (GENERATIONS, "kling-v2-1")] {
        post(&sim, path, &json!({ "model_name": model, "prompt": "a", "image": URL })).await.data();
    }
}

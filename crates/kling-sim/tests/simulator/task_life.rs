use std::time::Duration;

use kling_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{created, pass, sim, task};

const SECOND: Duration = Duration::from_secs(1);

fn millis(task: &Value, name: &str) -> u64 {
    task[name].as_u64().unwrap()
}

#[tokio::test]
async fn a_task_goes_from_submitted_over_processing_to_succeed() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;

    pass(SECOND).await;
    let submitted = task(&sim, &id).await;
    assert_eq!(submitted["task_status"], "submitted");
    assert_eq!(submitted["updated_at"], submitted["created_at"]);

    pass(SECOND).await;
    let processing = task(&sim, &id).await;
    assert_eq!(processing["task_status"], "processing");
    assert_eq!(millis(&processing, "updated_at") - millis(&processing, "created_at"), 2_000);

    pass(39 * SECOND).await;
    let still = task(&sim, &id).await;
    assert_eq!(still, processing, "nothing changes in between");
    for absent in ["task_result", "final_unit_deduction", "final_balance_deduction"] {
        assert!(still.get(absent).is_none(), "{absent}");
    }

    pass(SECOND).await;
    let succeed = task(&sim, &id).await;
    assert_eq!(succeed["task_status"], "succeed");
    assert_eq!(succeed["task_status_msg"], "");
    assert_eq!(millis(&succeed, "updated_at") - millis(&succeed, "created_at"), 42_000);

    pass(3600 * SECOND).await;
    assert_eq!(task(&sim, &id).await, succeed, "the end is the end");
}

#[tokio::test]
async fn a_marked_prompt_fails_in_the_end() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "model_name": "kling-v3", "prompt": "a boat [fail]" })).await;
    pass(41 * SECOND).await;
    let processing = task(&sim, &id).await;
    assert_eq!(processing["task_status"], "processing");
    assert_eq!(processing["task_status_msg"], "");
    pass(SECOND).await;
    let failed = task(&sim, &id).await;
    assert_eq!(failed["task_status"], "failed");
    assert_eq!(failed["task_status_msg"], "Failure to pass the risk control system");
    assert_eq!(failed["final_unit_deduction"], "0");
    assert!(failed.get("task_result").is_none());
}

#[tokio::test]
async fn speed_shortens_life() {
    let sim = Simulator::start(SimOptions { speed: 10.0, ..SimOptions::default() }).await.unwrap();
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    pass(Duration::from_millis(4_200)).await;
    let task = task(&sim, &id).await;
    assert_eq!(task["task_status"], "succeed");
    assert_eq!(millis(&task, "updated_at") - millis(&task, "created_at"), 4_200);
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_stands_still_ages_nothing() {
    let sim = sim().await;
    created(&sim, &json!({ "prompt": "a boat" })).await;
    let status = || sim.tasks()[0].status.to_string();
    tokio::time::advance(Duration::from_millis(41_999)).await;
    assert_eq!(status(), "processing");
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(status(), "succeed");
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_moves_with_whoever_waits() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    let mut polls = 0;
    while task(&sim, &id).await["task_status"] != "succeed" {
        polls += 1;
        tokio::time::sleep(5 * SECOND).await;
    }
    assert_eq!(polls, 9, "42 s are over after nine waits of 5 s");
}

//! A generation that Kling gave up is an error for who waits for it, and an answer for who asks about it.

use kling_dify::Environment;
use serde_json::json;

use crate::support::{CREATE, QUERY, api_key, call, failure, host, simulator, variable};

/// Promise 2: every failure after the submit carries the handle.
#[tokio::test(start_paused = true)]
async fn the_error_tells_the_reason_and_carries_the_handle() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let outcome = call(&host, CREATE, &credentials, json!({"prompt": "[fail] a boat"})).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("Failure to pass the risk control system"), "{message}");
    assert!(message.contains(variable(&outcome, "handle")), "{message}");
    assert_eq!(variable(&outcome, "task_status"), "failed");
    assert_eq!(outcome.jsons[0]["data"]["task_status"], "failed");
    assert_eq!(outcome.texts, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_question_about_a_failed_task_is_answered() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let created = call(&host, CREATE, &credentials, json!({"prompt": "[fail] a boat"})).await;
    let named = json!({"task_id": variable(&created, "task_id")});
    let asked = call(&host, QUERY, &credentials, named.clone()).await;
    assert_eq!(asked.error, None);
    assert_eq!(variable(&asked, "task_status"), "failed");
    assert!(asked.text().contains("risk control"), "{}", asked.text());
    let mut waiting = named;
    waiting["wait_for_result"] = json!("true");
    let waited = call(&host, QUERY, &credentials, waiting).await;
    assert_eq!(failure(&waited).0, "InvokeBadRequestError");
}

//! A generation that Kling gave up is an error for who waits for it, and an answer for who asks about it.

use kling_dify::Environment;
use serde_json::json;

use crate::support::{CREATE, QUERY, api_key, call, failure, host, simulator, variable};

/// Promise 2 with its exception: a task that failed has nothing to resume, so that its error names the task and offers no
/// handle as a way on. The variables carry it all the same.
#[tokio::test(start_paused = true)]
async fn the_error_tells_the_reason_and_the_task_and_what_to_change() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let outcome = call(&host, CREATE, &credentials, json!({"prompt": "[fail] a boat"})).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("Failure to pass the risk control system"), "{message}");
    assert!(message.contains("change it and create a new task"), "{message}");
    assert!(message.contains(variable(&outcome, "task_id")), "{message}");
    assert!(variable(&outcome, "handle").starts_with("kling1_") && !message.contains("kling1_"), "{message}");
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
    let (kind, message) = failure(&waited);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains(variable(&created, "task_id")), "the task asked for is named: {message}");
}

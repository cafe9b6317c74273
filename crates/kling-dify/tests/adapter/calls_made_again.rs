//! Promise 1 against a host that calls again: "Retry on Failure" makes the same call anew, with a new session id.

use std::time::Duration;

use dify_plugin::host::{Host, Outcome};
use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_sim::{Fault, RequestKind, Requests, Simulator};
use serde_json::{Value, json};

use crate::support::{CREATE, api_key, call, failure, host, simulator, text, variable};

fn wish() -> Value {
    json!({"prompt": "a boat in the rain"})
}

/// As Dify does it: up to `retries` times again after an error.
async fn with_retries(host: &Host, sim: &Simulator, parameters: &Value, retries: usize) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    for _ in 0..=retries {
        let outcome = call(host, CREATE, &api_key(&sim.url()), parameters.clone()).await;
        let failed = outcome.error.is_some();
        outcomes.push(outcome);
        if !failed {
            break;
        }
    }
    outcomes
}

fn creates(sim: &Simulator) -> usize {
    sim.requests().iter().filter(|request| request.method == "POST").count()
}

/// The key is refused while the task is waited for.
#[tokio::test(start_paused = true)]
async fn an_error_while_waiting_is_carried_on_from() {
    let sim = simulator().await;
    let host = host(Environment::default());
    sim.faults().push_on(Requests::of(RequestKind::Query).nth(1), Fault::NotProcessed(kling_sim::Reply::code(1002)));
    let outcomes = with_retries(&host, &sim, &wish(), 3).await;
    assert_eq!(outcomes.len(), 2);
    assert!(failure(&outcomes[0]).1.contains(variable(&outcomes[0], "handle")));
    assert_eq!((variable(&outcomes[1], "task_status"), outcomes[1].blobs.len()), ("succeed", 1));
    assert_eq!(variable(&outcomes[0], "task_id"), variable(&outcomes[1], "task_id"));
    assert!(outcomes[1].logs.iter().any(|log| log.label.contains("nothing is paid twice")));
    assert_eq!((creates(&sim), sim.tasks().len()), (1, 1));
}

/// Every retry fails as the first call did: the task is paid once all the same.
#[tokio::test(start_paused = true)]
async fn an_error_that_stays_is_carried_on_from_each_time() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for nth in 1..=20 {
        sim.faults()
            .push_on(Requests::of(RequestKind::Query).nth(nth), Fault::NotProcessed(kling_sim::Reply::code(1002)));
    }
    let outcomes = with_retries(&host, &sim, &wish(), 10).await;
    assert_eq!(outcomes.len(), 11);
    assert!(outcomes.iter().all(|outcome| failure(outcome).1.contains("Handle: kling1_")));
    assert_eq!(creates(&sim), 1);
}

/// Nobody knows what became of the post: the next call looks before it posts, and posts only what is absent.
#[tokio::test(start_paused = true)]
async fn an_unknown_fate_is_looked_up_by_the_next_call() {
    for (arrives, posts) in [(true, 1), (false, 2)] {
        let sim = simulator().await;
        let host = host(Environment::default());
        let silence = kling_sim::Reply::Silence(Duration::from_secs(300));
        sim.faults().push(if arrives { Fault::Processed(silence) } else { Fault::NotProcessed(silence) });
        // All lookups of the first call fail.
        for nth in 1..=4 {
            let page = Fault::NotProcessed(kling_sim::Reply::Page(502));
            sim.faults().push_on(Requests::of(RequestKind::Query).nth(nth), page);
        }
        let parameters = json!({"prompt": "a boat in the rain", "max_wait_seconds": 90});
        let first = call(&host, CREATE, &api_key(&sim.url()), parameters.clone()).await;
        assert!(failure(&first).1.contains("not known"), "{}", failure(&first).1);
        let second = call(&host, CREATE, &api_key(&sim.url()), parameters).await;
        assert_eq!(second.error, None, "arrives: {arrives}");
        assert_eq!(text(&second, "external_task_id"), text(&first, "external_task_id"));
        assert_eq!((creates(&sim), sim.tasks().len()), (posts, 1), "arrives: {arrives}");
    }
}

/// Six identical calls of an iteration are six tasks; of six where one failed, its retry makes no seventh and takes none
/// of the other five.
#[tokio::test(start_paused = true)]
async fn identical_iterations_stay_distinct_and_a_retry_carries_on_with_its_own() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let mut tasks = Vec::new();
    for round in 0..6 {
        if round == 3 {
            let refused = Fault::NotProcessed(kling_sim::Reply::code(1002));
            sim.faults().push_on(Requests::of(RequestKind::Query).nth(1), refused);
        }
        let outcomes = with_retries(&host, &sim, &wish(), 3).await;
        assert_eq!(outcomes.len(), if round == 3 { 2 } else { 1 });
        tasks.push(variable(outcomes.last().unwrap(), "task_id").to_owned());
    }
    tasks.sort_unstable();
    tasks.dedup();
    assert_eq!((tasks.len(), creates(&sim)), (6, 6));
}

/// The same side by side.
#[tokio::test(start_paused = true)]
async fn parallel_iterations_stay_distinct_and_a_retry_carries_on_with_its_own() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let refused = Fault::NotProcessed(kling_sim::Reply::code(1002));
    sim.faults().push_on(Requests::of(RequestKind::Query).nth(4), refused);
    let wish = wish();
    let rounds = (0..6).map(|_| with_retries(&host, &sim, &wish, 3));
    let rounds = futures_util::future::join_all(rounds).await;
    assert_eq!(rounds.iter().map(Vec::len).sum::<usize>(), 7, "one was made again");
    let mut tasks: Vec<_> = rounds.iter().map(|round| variable(round.last().unwrap(), "task_id")).collect();
    tasks.sort_unstable();
    tasks.dedup();
    assert_eq!((tasks.len(), sim.tasks().len()), (6, 6));
}

/// A task that Kling ended without a result is not carried on with: the next call is a new try.
#[tokio::test(start_paused = true)]
async fn a_failed_generation_is_tried_anew() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let outcomes = with_retries(&host, &sim, &json!({"prompt": "[fail] a boat"}), 1).await;
    assert!(outcomes.iter().all(|outcome| failure(outcome).1.starts_with("The task failed")));
    assert_eq!(sim.tasks().len(), 2);
}

/// What another user, app or conversation asks for is theirs.
#[tokio::test(start_paused = true)]
async fn another_callers_identical_call_is_not_carried_on_with() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let refused = Fault::NotProcessed(kling_sim::Reply::code(1002));
    sim.faults().push_on(Requests::of(RequestKind::Query).nth(1), refused);
    let mut invocation = dify_plugin::host::ToolInvocation::new(kling_dify::PROVIDER, CREATE);
    invocation.credentials = api_key(&sim.url());
    invocation.parameters = crate::support::map(wish());
    invocation.app_id = Some("app-1".to_owned());
    let first = crate::support::collect(&host, invocation.clone()).await;
    assert!(first.error.is_some());
    let stranger = call(&host, CREATE, &api_key(&sim.url()), wish()).await;
    assert_eq!(stranger.error, None);
    assert_ne!(variable(&first, "task_id"), variable(&stranger, "task_id"));
    let again = crate::support::collect(&host, invocation).await;
    assert_eq!(variable(&first, "task_id"), variable(&again, "task_id"));
}

/// An id of the user's own stays in the form for every later run: it never stands for another request.
#[tokio::test(start_paused = true)]
async fn an_id_used_for_another_request_is_refused_with_its_handle_before_any_post() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let dog = json!({"prompt": "a dog", "external_task_id": "order-7"});
    let first = call(&host, CREATE, &api_key(&sim.url()), dog.clone()).await;
    assert_eq!(first.error, None);
    for other in [
        json!({"prompt": "a cat", "external_task_id": "order-7"}),
        json!({"prompt": "a dog", "external_task_id": "order-7", "duration": "10"}),
        json!({"prompt": "a dog", "external_task_id": "order-7", "mode": "pro"}),
    ] {
        let refused = call(&host, CREATE, &api_key(&sim.url()), other).await;
        let (kind, message) = failure(&refused);
        assert_eq!(kind, "InvokeBadRequestError");
        assert!(message.contains(variable(&first, "handle")) && message.contains("nothing was paid"), "{message}");
    }
    // How the call waits is no part of the request.
    let again =
        json!({"prompt": "a dog", "external_task_id": "order-7", "max_wait_seconds": 99, "download_video": "false"});
    let again = call(&host, CREATE, &api_key(&sim.url()), again).await;
    assert_eq!((again.error.as_ref(), variable(&again, "task_id")), (None, variable(&first, "task_id")));
    assert_eq!((creates(&sim), sim.tasks().len()), (1, 1));
}

/// Another process, another day: nothing is remembered, and Kling alone knows the id.
#[tokio::test(start_paused = true)]
async fn an_id_that_only_kling_knows_is_an_error_with_the_handle() {
    let sim = simulator().await;
    let dog = json!({"prompt": "a dog", "external_task_id": "order-7"});
    let first = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), dog.clone()).await;
    for parameters in [dog, json!({"prompt": "a cat", "external_task_id": "order-7"})] {
        let later = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), parameters).await;
        let (kind, message) = failure(&later);
        assert_eq!(kind, "InvokeBadRequestError");
        assert!(message.contains(variable(&first, "handle")) && message.contains("task_query"), "{message}");
        assert_eq!(later.blobs.len(), 0);
    }
    assert_eq!(sim.tasks().len(), 1);
}

/// The prompt was changed as the error advised, and the id stayed in the form.
#[tokio::test(start_paused = true)]
async fn a_changed_request_after_a_failed_task_needs_another_id_and_says_so() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let with = |prompt: &str, id: &str| json!({"prompt": prompt, "external_task_id": id});
    let failed = call(&host, CREATE, &api_key(&sim.url()), with("[fail] a boat", "order-7")).await;
    assert!(failure(&failed).1.contains("another external_task_id"), "{}", failure(&failed).1);
    let changed = call(&host, CREATE, &api_key(&sim.url()), with("a boat", "order-7")).await;
    assert!(failure(&changed).1.contains("Choose another id"), "{}", failure(&changed).1);
    let renamed = call(&host, CREATE, &api_key(&sim.url()), with("a boat", "order-8")).await;
    assert_eq!(renamed.error, None);
}

/// Ids that lead to another task, or to the whole list, never leave the house.
#[tokio::test(start_paused = true)]
async fn an_id_that_would_be_read_as_something_else_is_refused_by_every_tool() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for id in ["..", "job-1,job-2", "a/b", "a?b", "a#b", "a%2f", "a b", "a\u{200b}b", &"x".repeat(129)] {
        for (tool, field) in [
            (CREATE, "external_task_id"),
            ("image_generation_create", "external_task_id"),
            ("text_2_video_query", "task_id"),
            ("text_2_video_query", "external_task_id"),
            ("task_query", "handle"),
        ] {
            let outcome = call(&host, tool, &api_key(&sim.url()), json!({"prompt": "a boat", field: id})).await;
            let (kind, message) = failure(&outcome);
            assert_eq!(kind, "InvokeBadRequestError", "{tool} {field} {id:?}: {message}");
            assert!(message.contains(&format!("`{field}`")), "{message}");
        }
    }
    assert!(sim.requests().is_empty());
}

/// The tools that ask do not take somebody else's task for the one that was asked for.
#[tokio::test(start_paused = true)]
async fn a_task_that_does_not_name_the_id_asked_for_is_not_handed_over() {
    let other = r#"{"code":0,"message":"SUCCEED","data":{"task_id":"84","task_status":"succeed",
        "task_info":{"external_task_id":"job-2"},
        "task_result":{"videos":[{"id":"85","url":"https://cdn.example.test/v.mp4"}]}}}"#;
    for (field, id) in [("task_id", "85"), ("external_task_id", "job-1"), ("external_task_id", "84")] {
        let server = ScriptedServer::start((0..8).map(|_| Reply::http(200, other))).await.unwrap();
        let outcome =
            call(&host(Environment::default()), "text_2_video_query", &api_key(&server.url("")), json!({field: id}))
                .await;
        assert!(failure(&outcome).1.contains("another task"), "{field} {id}: {}", failure(&outcome).1);
        assert_eq!(text(&outcome, "url"), None);
    }
}

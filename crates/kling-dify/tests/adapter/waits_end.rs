//! Promise 3: every wait ends, and running out of time is not a failure.

use std::time::Duration;

use dify_plugin::host::ToolInvocation;
use kling_dify::{Environment, PROVIDER};
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_sim::{SAMPLE_MP4, SimOptions, Simulator};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::support::{CREATE, QUERY, api_key, call, collect, failure, host, map, variable};

/// A Kling that takes over an hour.
async fn slow_simulator() -> Simulator {
    Simulator::start(SimOptions { speed: 0.01, ..SimOptions::default() }).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn out_of_time_is_a_good_end_with_a_handle_that_works() {
    let sim = slow_simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let started = Instant::now();
    let outcome = call(&host, CREATE, &credentials, json!({"prompt": "a boat", "max_wait_seconds": "50"})).await;
    let waited = started.elapsed();
    assert_eq!(outcome.error, None);
    assert!((45..=50).contains(&waited.as_secs()), "{waited:?}");
    let handle = variable(&outcome, "handle");
    assert!(outcome.text().contains(handle), "{}", outcome.text());
    assert_eq!(outcome.jsons.len(), 1);

    tokio::time::advance(Duration::from_secs(2 * 3600)).await;
    let later = call(&host, QUERY, &credentials, json!({"task_id": handle})).await;
    assert!(later.blobs[0].bytes == SAMPLE_MP4);
}

#[tokio::test(start_paused = true)]
async fn waits_are_clipped_for_the_host_and_for_agents() {
    let sim = slow_simulator().await;
    let environment = Environment::default().with_max_execution(Duration::from_secs(300));
    for (environment, agent, longest) in
        [(Environment::default(), false, 480), (environment, false, 240), (Environment::default(), true, 220)]
    {
        let host = host(environment);
        let mut invocation = ToolInvocation::new(PROVIDER, CREATE).parameter("prompt", "a boat");
        invocation.credentials = api_key(&sim.url());
        if agent {
            invocation.app_id = None;
        }
        let started = Instant::now();
        let outcome = collect(&host, invocation).await;
        let waited = started.elapsed().as_secs();
        assert_eq!(outcome.error, None);
        assert!((longest - 3..=longest).contains(&waited), "{waited} of {longest}");
    }
}

/// A log at least every 30 s, so that a person who watches knows it lives.
#[tokio::test(start_paused = true)]
async fn progress_is_told_at_least_every_30_seconds() {
    let sim = slow_simulator().await;
    let host = host(Environment::default());
    let mut invocation = ToolInvocation::new(PROVIDER, CREATE).parameter("prompt", "a boat");
    invocation.credentials = api_key(&sim.url());
    let mut events = host.invoke(invocation).await;
    let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
    while let Some(event) = events.next().await {
        if matches!(event, dify_plugin::host::Event::Log(_)) {
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
    }
    assert!(longest <= Duration::from_secs(31), "{longest:?}");
    assert!(longest >= Duration::from_secs(20), "the clock moved: {longest:?}");
}

/// A Kling that takes every request and answers none.
async fn silent() -> ScriptedServer {
    ScriptedServer::start((0..40).map(|_| Reply::silence())).await.unwrap()
}

/// A deadline stands around every question, whoever asks.
#[tokio::test(start_paused = true)]
async fn no_question_outlives_its_call() {
    const TASK: &str = "kling1_bApiZWlqaW5nCi92MS92aWRlb3MvdGV4dDJ2aWRlbwo4NDAwMDAwMDAwMDAwMDAwMDEXdN9O";
    let waits = |seconds: &str| json!({"task_id": "84", "wait_for_result": "true", "max_wait_seconds": seconds});
    let agents = json!({"credentials": {"tool_credentials": {PROVIDER: "c-1"}}});
    for (tool, parameters, context, longest) in [
        (QUERY, waits("40"), Value::Null, 40),
        (QUERY, waits("1"), Value::Null, 10),
        (QUERY, waits("480"), agents.clone(), 220),
        (QUERY, json!({"task_id": "84"}), agents.clone(), 60),
        ("task_query", json!({"handle": TASK, "wait_for_result": "true", "max_wait_seconds": 40}), Value::Null, 40),
        ("element_list", json!({}), Value::Null, 60),
        ("element_delete", json!({"element_id": "84"}), Value::Null, 60),
        ("account_balance", json!({}), agents, 60),
        (CREATE, json!({"prompt": "a boat", "max_wait_seconds": "40"}), Value::Null, 60),
        (CREATE, json!({"prompt": "a boat", "external_task_id": "order-7", "max_wait_seconds": "40"}), Value::Null, 60),
    ] {
        let kling = silent().await;
        let mut invocation = ToolInvocation::new(PROVIDER, tool);
        invocation.credentials = api_key(&kling.url(""));
        invocation.parameters = map(parameters);
        invocation.context = Some(context).filter(Value::is_object);
        let started = Instant::now();
        let outcome = collect(&host(Environment::default()), invocation).await;
        let took = started.elapsed();
        assert!(outcome.error.is_some(), "{tool}");
        assert!(took <= Duration::from_secs(longest) + Duration::from_millis(100), "{tool}: {took:?} of {longest} s");
    }
}

#[tokio::test(start_paused = true)]
async fn the_credentials_check_ends_in_its_own_time() {
    let kling = silent().await;
    let started = Instant::now();
    let host = host(Environment::default());
    let refused = host.validate_credentials(PROVIDER, api_key(&kling.url(""))).await.unwrap_err();
    assert!(refused.message.contains("did not answer in time"), "{}", refused.message);
    assert!(started.elapsed() <= Duration::from_millis(20_100), "{:?}", started.elapsed());
}

/// Inputs that take their time leave enough of it for the post, or nothing is posted.
#[tokio::test(start_paused = true)]
async fn inputs_that_do_not_come_in_time_cost_nothing() {
    let kling = silent().await;
    let dify = ScriptedServer::start((0..8).map(|_| Reply::silence())).await.unwrap();
    let files: Vec<_> = (0..7)
        .map(|number| {
            json!({"dify_model_identity": "__dify__file__", "type": "image", "size": 5,
                "url": dify.url(&format!("/files/0c5e7cd9-0000-4000-8000-00000000000{number}/file-preview\
                    ?timestamp=1&nonce=2&sign=3"))})
        })
        .collect();
    let parameters = json!({"prompt": "a boat", "image_list": files, "max_wait_seconds": "40"});
    let started = Instant::now();
    let outcome = call(&host(Environment::default()), "omni_video_create", &api_key(&kling.url("")), parameters).await;
    assert!(started.elapsed() <= Duration::from_secs(60), "{:?}", started.elapsed());
    assert!(!failure(&outcome).1.is_empty());
    assert_eq!(kling.requests(), [""; 0], "nothing is posted");
}

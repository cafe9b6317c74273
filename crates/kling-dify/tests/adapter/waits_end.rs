//! Promise 3: every wait ends, and running out of time is not a failure.

use std::time::Duration;

use dify_plugin::host::ToolInvocation;
use kling_dify::{Environment, PROVIDER};
use kling_sim::{SAMPLE_MP4, SimOptions, Simulator};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{CREATE, QUERY, api_key, call, collect, host, variable};

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
            invocation.context = Some(json!({"credentials": {"tool_credentials": {PROVIDER: "c-1"}}}));
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

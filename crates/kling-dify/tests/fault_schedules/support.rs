//! A host, a simulator and calls between them.

use std::time::Duration;

use dify_plugin::host::{Host, Outcome, ToolInvocation};
use kling_dify::{Environment, PROVIDER, plugin};
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use kling_tasks::Jitter;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

pub(crate) const CREATE: &str = "text_2_video_create";
pub(crate) const QUERY: &str = "text_2_video_query";
/// Any prompt must begin with it, so that a leak shows.
pub(crate) const PROMPT: &str = "zanzibar moonrise";

pub(crate) fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// One plugin process.
pub(crate) fn host() -> Host {
    seeded_host(0)
}

/// One whose pauses are the same at every run.
pub(crate) fn seeded_host(seed: u64) -> Host {
    let environment = Environment::default().with_loopback(true).with_jitter(Jitter::seeded(seed));
    Host::in_memory(plugin(environment).unwrap())
}

/// As slow as life: about 42 s a video.
pub(crate) async fn simulator(options: SimOptions) -> Simulator {
    Simulator::start(SimOptions { speed: 1.0, ..options }).await.unwrap()
}

pub(crate) fn api_key(sim: &Simulator, key: &str) -> Map<String, Value> {
    map(json!({"api_key": key, "base_url": sim.url(), "language": "en_US"}))
}

pub(crate) fn demo_key(sim: &Simulator) -> Map<String, Value> {
    api_key(sim, DEMO_API_KEY)
}

pub(crate) fn invocation(tool: &str, credentials: Map<String, Value>, parameters: Value) -> ToolInvocation {
    let mut invocation = ToolInvocation::new(PROVIDER, tool);
    invocation.credentials = credentials;
    invocation.parameters = map(parameters);
    invocation
}

/// A session that keeps the rules, and how long it took.
pub(crate) async fn timed(host: &Host, invocation: ToolInvocation) -> (Outcome, Duration) {
    let started = Instant::now();
    let outcome = host.invoke(invocation).await.collect().await;
    let took = started.elapsed();
    assert!(outcome.ended, "every session ends");
    assert_eq!(outcome.violations, [""; 0], "no rule of the protocol is broken");
    (outcome, took)
}

pub(crate) async fn call(host: &Host, tool: &str, credentials: &Map<String, Value>, parameters: Value) -> Outcome {
    timed(host, invocation(tool, credentials.clone(), parameters)).await.0
}

/// The error's type and text.
pub(crate) fn failure(outcome: &Outcome) -> (&str, &str) {
    let error = outcome.error.as_ref().expect("the call fails");
    (&error.error_type, &error.message)
}

pub(crate) fn variable<'a>(outcome: &'a Outcome, name: &str) -> &'a str {
    text(outcome, name).unwrap_or_else(|| panic!("no text variable {name}"))
}

pub(crate) fn text<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    outcome.variables.get(name).and_then(Value::as_str)
}

pub(crate) fn logged(outcome: &Outcome, words: &str) -> bool {
    outcome.logs.iter().any(|log| log.label.contains(words))
}

/// Creates that the simulator received, and how many of them made a task.
pub(crate) fn creates(sim: &Simulator) -> (usize, usize) {
    let requests = sim.requests();
    let posts = requests.iter().filter(|request| request.method == "POST");
    (posts.clone().count(), posts.filter(|request| request.created.is_some()).count())
}

//! A host, a simulator and calls between them.

use dify_plugin::host::{Host, Outcome, ToolInvocation};
use kling_dify::{Environment, PROVIDER, plugin};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, SimOptions, Simulator};
use serde_json::{Map, Value, json};

pub(crate) const CREATE: &str = "text_2_video_create";
pub(crate) const QUERY: &str = "text_2_video_query";

pub(crate) fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

pub(crate) fn host(environment: Environment) -> Host {
    Host::in_memory(plugin(environment.with_loopback(true)).unwrap())
}

/// As slow as life: about 42 s a video, which paused time makes instant.
pub(crate) async fn simulator() -> Simulator {
    Simulator::start(SimOptions { speed: 1.0, ..SimOptions::default() }).await.unwrap()
}

pub(crate) fn api_key(base_url: &str) -> Map<String, Value> {
    map(json!({"api_key": DEMO_API_KEY, "base_url": base_url, "language": "en_US"}))
}

pub(crate) fn key_pair(base_url: &str) -> Map<String, Value> {
    map(
        json!({"access_key": DEMO_ACCESS_KEY, "secret_key": DEMO_SECRET_KEY, "base_url": base_url, "language": "en_US"}),
    )
}

pub(crate) async fn call(host: &Host, tool: &str, credentials: &Map<String, Value>, parameters: Value) -> Outcome {
    let mut invocation = ToolInvocation::new(PROVIDER, tool);
    invocation.credentials = credentials.clone();
    invocation.parameters = map(parameters);
    collect(host, invocation).await
}

pub(crate) async fn collect(host: &Host, invocation: ToolInvocation) -> Outcome {
    let outcome = host.invoke(invocation).await.collect().await;
    assert!(outcome.ended, "every session ends");
    assert_eq!(outcome.violations, [""; 0], "no rule of the protocol is broken");
    outcome
}

/// The error's type and text.
pub(crate) fn failure(outcome: &Outcome) -> (&str, &str) {
    let error = outcome.error.as_ref().expect("the call fails");
    // They reach users: the message once more, where older releases of Dify read it, and nothing else.
    let args = if error.error_type.starts_with("Invoke") { json!({ "description": error.message }) } else { json!({}) };
    assert_eq!(error.args, args);
    (&error.error_type, &error.message)
}

pub(crate) fn text<'a>(outcome: &'a Outcome, name: &str) -> Option<&'a str> {
    outcome.variables.get(name).and_then(Value::as_str)
}

pub(crate) fn variable<'a>(outcome: &'a Outcome, name: &str) -> &'a str {
    outcome.variables.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no text variable {name}"))
}

//! Answers find their call by its id, in whatever order they come; nobody else's answer reaches it.

mod support;

use std::collections::HashMap;

use dify_plugin::connection::HostSide;
use dify_plugin::{CallError, Error, Plugin, ToolCall};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// Asks for `n` keys at once and tells what each holds.
async fn ask(call: &ToolCall, n: u64) -> Result<Vec<String>, CallError> {
    let one = async |key: u64| {
        let answer: Value = call.dify.invoke("storage", &json!({"opt": "get", "key": key.to_string()})).await?;
        Ok(format!("{key}={}", answer["data"].as_str().unwrap_or("?")))
    };
    join_all((0..n).map(one)).await.into_iter().collect()
}

fn plugin() -> Plugin {
    support::plugin(async |call, out| {
        let found = ask(&call, call.parameters["n"].as_u64().unwrap()).await;
        out.text(found.map_err(Error::from)?.join(" ")).await
    })
}

/// The next `n` calls, by key.
async fn calls(host: &mut HostSide, n: usize) -> HashMap<String, Value> {
    let mut calls = HashMap::new();
    for _ in 0..n {
        let call = support::next_line(host).await;
        assert_eq!(call["data"]["type"], "invoke", "{call}");
        calls.insert(call["data"]["data"]["request"]["key"].as_str().unwrap().to_owned(), call);
    }
    calls
}

fn part(session_id: &str, request_id: &Value, event: &str, data: &Value) -> String {
    let data = json!({"backwards_request_id": request_id, "event": event, "message": "", "data": data});
    json!({"session_id": session_id, "event": "backwards_response", "data": data}).to_string()
}

fn id(call: &Value) -> &Value {
    &call["data"]["data"]["backwards_request_id"]
}

async fn text(host: &mut HostSide) -> String {
    let lines = support::lines(host, 1).await;
    lines[0]["data"]["data"]["message"]["text"].as_str().unwrap_or_else(|| panic!("{lines:?}")).to_owned()
}

#[tokio::test(start_paused = true)]
async fn in_any_order_and_interleaved() {
    let (mut host, _serving) = support::serve(plugin());
    host.input.send_line(&support::request("a", &json!({"n": 3}))).await;
    let of_a = calls(&mut host, 3).await;
    host.input.send_line(&support::request("b", &json!({"n": 1}))).await;
    let of_b = calls(&mut host, 1).await;
    // The last first, ends after all.
    for key in ["2", "0", "1"] {
        host.input.send_line(&part("a", id(&of_a[key]), "response", &json!({"data": format!("a{key}")}))).await;
        if key == "0" {
            host.input.send_line(&part("b", id(&of_b["0"]), "response", &json!({"data": "b0"}))).await;
        }
    }
    for key in ["1", "2", "0"] {
        host.input.send_line(&part("a", id(&of_a[key]), "end", &Value::Null)).await;
    }
    let mut texts = [text(&mut host).await, text(&mut host).await];
    texts.sort();
    assert_eq!(texts, ["0=a0 1=a1 2=a2", "0=b0"]);
}

#[tokio::test(start_paused = true)]
async fn twice_changes_nothing() {
    let (mut host, _serving) = support::serve(plugin());
    host.input.send_line(&support::request("a", &json!({"n": 2}))).await;
    let calls = calls(&mut host, 2).await;
    let of = |key: &str, event, data| part("a", id(&calls[key]), event, &data);
    for line in [
        of("0", "response", json!({"data": "first"})),
        of("0", "response", json!({"data": "again"})),
        of("0", "end", Value::Null),
        of("0", "end", Value::Null),
        of("0", "response", json!({"data": "late"})),
        of("0", "error", Value::Null),
        of("1", "response", json!({"data": "second"})),
    ] {
        host.input.send_line(&line).await;
    }
    assert_eq!(text(&mut host).await, "0=first 1=second");
}

#[tokio::test(start_paused = true)]
async fn strangers_and_the_ended_get_nothing_and_break_nothing() {
    let (mut host, _serving) = support::serve(plugin());
    host.input.send_line(&support::request("a", &json!({"n": 1}))).await;
    let of_a = calls(&mut host, 1).await;
    host.input.send_line(&support::request("b", &json!({"n": 1}))).await;
    let of_b = calls(&mut host, 1).await;
    for line in [
        // No such call; a call of another session; no id; no known event after them.
        part("a", &json!("no-such-id"), "response", &json!({"data": "stranger"})),
        part("a", id(&of_b["0"]), "response", &json!({"data": "stolen"})),
        part("b", id(&of_a["0"]), "response", &json!({"data": "stolen"})),
        part("z", id(&of_a["0"]), "end", &Value::Null),
        part("a", &Value::Null, "response", &json!({"data": "nobody"})),
        r#"{"session_id":"a","event":"backwards_response"}"#.to_owned(),
        part("a", id(&of_a["0"]), "response", &json!({"data": "mine"})),
    ] {
        host.input.send_line(&line).await;
    }
    assert_eq!(text(&mut host).await, "0=mine");
    // Session `a` has ended.
    host.input.send_line(&part("a", id(&of_a["0"]), "end", &Value::Null)).await;
    host.input.send_line(&part("b", id(&of_b["0"]), "response", &json!({"data": "b"}))).await;
    assert_eq!(text(&mut host).await, "0=b");
}

#[tokio::test(start_paused = true)]
async fn two_sessions_of_one_id_keep_their_calls_apart() {
    let (mut host, _serving) = support::serve(plugin());
    host.input.send_line(&support::request("twin", &json!({"n": 1}))).await;
    let first = calls(&mut host, 1).await;
    host.input.send_line(&support::request("twin", &json!({"n": 1}))).await;
    let second = calls(&mut host, 1).await;
    host.input.send_line(&part("twin", id(&first["0"]), "response", &json!({"data": "1st"}))).await;
    assert_eq!(text(&mut host).await, "0=1st");
    host.input.send_line(&part("twin", id(&second["0"]), "response", &json!({"data": "2nd"}))).await;
    assert_eq!(text(&mut host).await, "0=2nd");
}

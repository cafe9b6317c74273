//! Ids and handles, within whatever surrounds them.

use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};

use super::{ELEMENT, ID, OMNI, T2V, body, refusal};
use crate::support::{api_key, call, failure, host, simulator, variable};

#[tokio::test(start_paused = true)]
async fn only_what_looks_like_an_id_is_posted() {
    for list in [
        "my fox",
        "element one",
        "12a",
        "-5",
        "1.5",
        "8.6e17",
        "123, abc",
        "860000000000000001, 5x",
        "true",
        "@image_1",
    ] {
        let message = refusal(OMNI, json!({"prompt": "x", "element_list": list})).await;
        assert!(message.starts_with("`element_list` must be ids"), "{list}: {message}");
    }
    for list in ["a gentle voice", "gentle", "['a']", "true"] {
        let message = refusal(T2V, json!({"prompt": "x", "sound": "on", "voice_list": list})).await;
        assert!(message.starts_with("`voice_list` must be voice ids"), "{list}: {message}");
    }
    for id in ["the red fox", "all", "1, 2", "[1, 2]", "860000000000000001 and 860000000000000002", "{}x", "delete 5"] {
        let message = refusal("element_delete", json!({"element_id": id})).await;
        assert!(message.starts_with("`element_id` "), "{id}: {message}");
    }
    for id in [json!(true), json!([["a"]])] {
        assert!(refusal("element_delete", json!({"element_id": id})).await.starts_with("`element_id` must be"));
    }
    assert!(refusal("element_delete", json!({"element_id": "007"})).await.contains("must be a number"));
}

#[tokio::test(start_paused = true)]
async fn an_element_to_delete_is_found_within_what_surrounds_it() {
    const DELETED: &str = r#"{"code":0,"data":{"task_id":"1","task_status":"succeed"}}"#;
    for id in [
        "860000000000000001",
        "`860000000000000001`",
        "**860000000000000001**.",
        "element_id: 860000000000000001",
        "主体 ID：860000000000000001。",
        "['860000000000000001']",
        "{\"element_id\": 860000000000000001}",
        "Please delete the element 860000000000000001 of 2026.",
    ] {
        let kling = ScriptedServer::start([Reply::http(200, DELETED)]).await.unwrap();
        let host = host(Environment::default());
        let outcome = call(&host, "element_delete", &api_key(&kling.url("")), json!({"element_id": id})).await;
        assert_eq!(outcome.error, None, "{id}");
        let requests = kling.requests();
        let (_, body) = requests[0].split_once("\r\n\r\n").unwrap();
        assert_eq!(serde_json::from_str::<Value>(body).unwrap(), json!({"element_id": "860000000000000001"}), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_that_a_double_does_not_hold_is_refused() {
    let long = 840_000_000_000_000_000_u64;
    for (tool, parameters) in [
        ("element_delete", json!({"element_id": long})),
        ("element_delete", json!({"element_id": [long]})),
        ("element_delete", json!({"element_id": 8.4e17})),
        (OMNI, json!({"prompt": "x", "element_list": long})),
        (OMNI, json!({"prompt": "x", "element_list": [{"element_id": (1_u64 << 53) + 1}]})),
        (OMNI, json!({"prompt": "x", "element_list": "[8.4e17]"})),
        (T2V, json!({"prompt": "x", "sound": "on", "voice_list": [long]})),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "video_refer", "element_voice_id": long}),
        ),
        ("task_query", json!({"task_id": long})),
        ("task_query", json!({"task_id": -8.4e17})),
        (T2V, json!({"prompt": "x", "external_task_id": 1e21})),
    ] {
        let message = refusal(tool, parameters).await;
        assert!(message.contains("may have been rounded") && message.contains("give it as text"), "{message}");
    }
    // Digits in a text are exact.
    let sent = body(OMNI, json!({"prompt": "x", "element_list": format!("[{{\"element_id\": {ID}}}]")})).await;
    assert_eq!(sent["element_list"][0]["element_id"], 840_000_000_000_000_001_u64);
    let sent = body(OMNI, json!({"prompt": "x", "element_list": 1_u64 << 53})).await;
    assert_eq!(sent["element_list"][0]["element_id"], 1_u64 << 53);
}

#[tokio::test(start_paused = true)]
async fn a_task_is_found_by_its_handle_within_whatever_surrounds_it() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let created = call(
        &host,
        T2V,
        &credentials,
        json!({"prompt": "x", "external_task_id": "order-7", "wait_for_result": "false"}),
    )
    .await;
    let (handle, id) = (variable(&created, "handle"), variable(&created, "task_id"));
    let closing = created.texts.concat();
    for given in [
        format!("Handle: {handle}"),
        format!("{handle}."),
        format!("`{handle}`"),
        format!("**{handle}**"),
        format!("handle：{handle}。"),
        format!("{{'handle': '{handle}', 'task_id': '{id}'}}"),
        format!("['{handle}']"),
        closing,
    ] {
        for (tool, name) in [("task_query", "handle"), ("task_query", "task_id"), ("text_2_video_query", "task_id")] {
            let asked = sim.requests().len();
            let found = call(&host, tool, &credentials, json!({name: given})).await;
            assert_eq!(found.error, None, "{given}");
            assert_eq!(variable(&found, "task_id"), id);
            assert_eq!(sim.requests().len() - asked, 1, "its place is known");
        }
    }
    for (name, given) in [
        ("task_id", format!("Task ID: {id}")),
        ("task_id", format!("`{id}`.")),
        ("task_id", format!("the task {id} please")),
        ("task_id", format!("任务 ID：{id}")),
        ("task_id", format!("['{id}']")),
        ("external_task_id", "\"order-7\"".to_owned()),
        ("external_task_id", "the task's external_task_id: order-7".to_owned()),
        ("external_task_id", "`order-7`".to_owned()),
        ("external_task_id", "{'external_task_id': 'order-7'}".to_owned()),
    ] {
        let found = call(&host, "text_2_video_query", &credentials, json!({name: given})).await;
        assert_eq!(found.error, None, "{given}");
        assert_eq!(variable(&found, "task_id"), id, "{given}");
    }
    let asked = sim.requests().len();
    let two = format!("{handle} and {}", kling_api_handle());
    let outcome = call(&host, "task_query", &credentials, json!({"handle": two})).await;
    assert_eq!(failure(&outcome).1, "`handle` names several tasks: give the handle of one.");
    assert_eq!(sim.requests().len(), asked);
}

/// What a call is known again by is what was handed over, however it is read; the id of the caller's own is read.
#[tokio::test(start_paused = true)]
async fn the_same_call_again_is_the_same_request() {
    const PYTHON: &str = "[{'prompt': 'a', 'duration': 5}]";
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let request = |id: &str, shots: &str| {
        json!({"prompt": "x", "multi_prompt": shots, "sound": "True", "duration": "5.0", "external_task_id": id,
            "wait_for_result": "false"})
    };
    let first = call(&host, T2V, &credentials, request("order-8", PYTHON)).await;
    assert_eq!(first.error, None);
    for id in ["order-8", "`order-8`", "\"order-8\"", "external_task_id: order-8"] {
        let again = call(&host, T2V, &credentials, request(id, PYTHON)).await;
        assert_eq!(again.error, None, "{id}");
        assert_eq!(variable(&again, "task_id"), variable(&first, "task_id"), "{id}");
        assert_eq!(variable(&again, "external_task_id"), "order-8");
    }
    let other = call(&host, T2V, &credentials, request("order-8", "5: b")).await;
    assert!(failure(&other).1.contains("order-8"), "another request under the same id is refused");
}

/// A handle of another task: the one in the documentation of handles.
fn kling_api_handle() -> &'static str {
    "kling1_bApzaW5nYXBvcmUKL3YxL3ZpZGVvcy90ZXh0MnZpZGVvCjg0MDAwMDAwMDAwMDAwMDAwMfqIuyU"
}

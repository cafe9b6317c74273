//! What people, models and Dify's templates really hand over: understood with the right value, or refused by name before
//! anything is sent. The kinds follow public reports; each has further members here.

mod ids;
mod lists;
mod told;
mod values;

use dify_plugin::host::Outcome;
use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};

use crate::support::{api_key, call, failure, host, map};

const T2V: &str = "text_2_video_create";
const I2V: &str = "image_2_video_create";
const OMNI: &str = "omni_video_create";
const PICTURES: &str = "omni_image_create";
const ELEMENT: &str = "element_create";
const A: &str = "https://media.example.test/a.png";
const B: &str = "https://media.example.test/b.png";
const CLIP: &str = "https://media.example.test/clip.mp4";
const ACCEPTED: &str = r#"{"code":0,"data":{"task_id":"84","id":"84","task_status":"submitted","status":"submitted"}}"#;
const NOT_FOUND: &str = r#"{"code":1201,"message":"Task not found by id/external id: own-1"}"#;
const ID: &str = "840000000000000001";

/// A call against a server that accepts its task: how it ended, and the requests that it made.
async fn try_call(tool: &str, parameters: Value) -> (Outcome, Vec<String>) {
    let kling = ScriptedServer::start([Reply::http(400, NOT_FOUND), Reply::http(200, ACCEPTED)]).await.unwrap();
    let mut parameters = map(parameters);
    parameters.insert("wait_for_result".into(), "false".into());
    parameters.entry("external_task_id").or_insert_with(|| "own-1".into());
    let outcome = call(&host(Environment::default()), tool, &api_key(&kling.url("")), parameters.into()).await;
    (outcome, kling.requests())
}

/// The body that a call posts, and its closing text.
async fn posted(tool: &str, parameters: Value) -> (Value, String) {
    let (outcome, requests) = try_call(tool, parameters.clone()).await;
    assert_eq!(outcome.error, None, "{parameters}");
    let (_, body) = requests[1].split_once("\r\n\r\n").unwrap();
    let text = outcome.texts.concat();
    for note in text.lines().filter_map(|line| line.strip_prefix("Note: ")) {
        assert!(outcome.logs.iter().any(|log| log.label == note), "not in the log: {note}");
    }
    (serde_json::from_str(body).unwrap(), text)
}

async fn body(tool: &str, parameters: Value) -> Value {
    posted(tool, parameters).await.0
}

/// What a call is refused with before anything is sent.
async fn refusal(tool: &str, parameters: Value) -> String {
    let (outcome, requests) = try_call(tool, parameters.clone()).await;
    assert!(outcome.error.is_some(), "{parameters}");
    assert_eq!(requests, [""; 0], "{parameters}");
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    message.to_owned()
}

fn shots(text: impl Into<Value>) -> Value {
    json!({"multi_shot": "true", "shot_type": "customize", "multi_prompt": text.into()})
}

fn two_shots() -> Value {
    json!([{"index": 1, "prompt": "a", "duration": "2"}, {"index": 2, "prompt": "b", "duration": "3"}])
}

use kling_sim::{DEMO_API_KEY, Damage, Fault, Simulator};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, ended, get, path_ended, request, sim};

/// A create with this damage, which makes a task in any case.
async fn damaged(sim: &Simulator, damage: Damage) -> Response {
    sim.faults().push(Fault::Damaged(damage));
    let body = json!({ "model_name": "kling-v3", "prompt": "a boat" });
    let before = sim.tasks().len();
    let sent = request(sim, Method::POST, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).json(&body).send().await.unwrap();
    assert_eq!((sent.status().as_u16(), sim.tasks().len()), (200, before + 1));
    sent
}

#[tokio::test]
async fn json_ends_in_the_middle_or_never_begins() {
    let sim = sim().await;
    let text = damaged(&sim, Damage::Truncated).await.text().await.unwrap();
    assert!(text.starts_with("{\"code\":0") && !text.ends_with('}'), "{text}");
    assert_eq!(damaged(&sim, Damage::Emptied).await.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn lengths_are_wrong_both_ways() {
    let sim = sim().await;
    let long = damaged(&sim, Damage::LengthTooLarge).await;
    assert!(long.content_length().is_some());
    assert!(long.bytes().await.is_err(), "the connection ends early");
    let short = damaged(&sim, Damage::LengthTooSmall).await;
    let length = short.content_length().unwrap();
    let text = short.text().await.unwrap();
    assert_eq!(text.len() as u64, length);
    assert!(serde_json::from_str::<Value>(&text).is_err(), "{text}");
}

#[tokio::test]
async fn data_stands_in_an_array() {
    let sim = sim().await;
    let answer: Value = damaged(&sim, Damage::DataInArray).await.json().await.unwrap();
    assert_eq!(answer["data"][0]["task_id"], sim.tasks()[0].id);
}

#[tokio::test]
async fn success_is_told_in_the_other_surfaces_word() {
    let sim = sim().await;
    let legacy = ended(&sim, TEXT2VIDEO, &json!({ "prompt": "a boat" })).await;
    sim.faults().push(Fault::Damaged(Damage::OtherWordForSuccess));
    let id = legacy["task_id"].as_str().unwrap();
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/{id}")).await.data()["task_status"], "succeeded");

    let path = path_ended(&sim, "/text-to-video/kling-3.0-turbo", &json!({ "prompt": "a boat" })).await;
    sim.faults().push(Fault::Damaged(Damage::OtherWordForSuccess));
    let id = path["id"].as_str().unwrap();
    assert_eq!(get(&sim, &format!("/tasks?task_ids={id}")).await.data()[0]["status"], "succeed");
}

#[tokio::test]
async fn a_word_can_be_unknown() {
    let sim = sim().await;
    let answer: Value = damaged(&sim, Damage::UnknownWord).await.json().await.unwrap();
    assert_eq!(answer["data"]["task_status"], "marinating");
}

use kling_sim::{DEMO_API_KEY, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, create, request, send, sim};

/// A body for 3.0 with some fields replaced.
fn body(changes: &Value) -> Value {
    let mut body = json!({ "model_name": "kling-v3", "prompt": "a boat" });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn refused(sim: &Simulator, changes: Value, message: &str) {
    let answer = create(sim, &body(&changes)).await;
    assert_eq!(answer.refusal(), (400, 1201, message), "{changes}");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_1200() {
    let sim = sim().await;
    for body in ["", "prompt=a", "{\"prompt\":", "[]", "\"text\"", "null"] {
        let post = request(&sim, Method::POST, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).body(body);
        let answer = send(post).await;
        assert_eq!((answer.status, answer.body["code"].as_i64()), (400, Some(1200)), "{body}");
    }
}

#[tokio::test]
async fn unknown_models_and_models_of_other_endpoints_differ() {
    let sim = sim().await;
    refused(&sim, json!({ "model_name": "kling-v99" }), "model is not supported").await;
    refused(&sim, json!({ "model_name": "" }), "model is not supported").await;
    let answer = create(&sim, &body(&json!({ "model_name": "kling-3.0-turbo" }))).await;
    assert_eq!(answer.refusal(), (404, 1203, "model kling-3.0-turbo is not supported for this API"));
}

#[tokio::test]
async fn values_outside_their_lists_are_named() {
    let sim = sim().await;
    refused(&sim, json!({ "duration": "99" }), "duration value '99' is invalid").await;
    refused(&sim, json!({ "model_name": "kling-v2-6", "duration": "7" }), "duration value '7' is invalid").await;
    refused(&sim, json!({ "mode": "PRO" }), "mode value 'PRO' is invalid").await;
    refused(&sim, json!({ "model_name": "kling-v2-6", "mode": "4k" }), "mode value '4k' is invalid").await;
    refused(&sim, json!({ "aspect_ratio": "4:3" }), "aspect_ratio value '4:3' is invalid").await;
    refused(&sim, json!({ "sound": "loud" }), "sound value 'loud' is invalid").await;
    refused(&sim, json!({ "cfg_scale": 1.5 }), "cfg_scale value '1.5' is invalid").await;
    refused(&sim, json!({ "voice_list": [{ "voice_id": "8" }] }), "sound value 'off' is invalid").await;
}

#[tokio::test]
async fn sound_on_2_6_needs_pro() {
    let sim = sim().await;
    let std = json!({ "model_name": "kling-v2-6", "sound": "on", "mode": "std" });
    refused(&sim, std, "mode value 'std' is invalid").await;
    create(&sim, &body(&json!({ "model_name": "kling-v2-6", "sound": "on", "mode": "pro" }))).await.data();
}

#[tokio::test]
async fn durations_are_strings() {
    let sim = sim().await;
    refused(&sim, json!({ "duration": 5 }), "duration type is invalid: a string is expected").await;
    let shots = json!({
        "multi_shot": true, "shot_type": "customize", "duration": "3",
        "multi_prompt": [{ "index": 1, "prompt": "one", "duration": 3 }],
    });
    refused(&sim, shots, "duration type is invalid: a string is expected").await;
}

#[tokio::test]
async fn a_prompt_is_needed_and_limited() {
    let sim = sim().await;
    refused(&sim, json!({ "prompt": "" }), "prompt cannot be empty").await;
    refused(&sim, json!({ "prompt": null }), "prompt cannot be empty").await;
    refused(&sim, json!({ "prompt": 5 }), "prompt type is invalid: a string is expected").await;
    refused(&sim, json!({ "prompt": "a".repeat(2501) }), "prompt exceeds the limit of 2500 characters").await;
    create(&sim, &body(&json!({ "prompt": "雨".repeat(2500) }))).await.data();
}

#[tokio::test]
async fn shots_must_add_up() {
    let sim = sim().await;
    let shots = |durations: [&str; 2]| {
        json!({
            "multi_shot": true, "shot_type": "customize", "prompt": "", "duration": "5",
            "multi_prompt": [
                { "index": 1, "prompt": "door opens", "duration": durations[0] },
                { "index": 2, "prompt": "cat enters", "duration": durations[1] },
            ],
        })
    };
    create(&sim, &body(&shots(["2", "3"]))).await.data();
    refused(&sim, shots(["2", "2"]), "multi_prompt durations sum to 4, duration is 5").await;
    refused(&sim, json!({ "multi_shot": true }), "shot_type cannot be empty").await;
    let customize = json!({ "multi_shot": true, "shot_type": "customize" });
    refused(&sim, customize, "multi_prompt cannot be empty").await;
}

#[tokio::test]
async fn what_is_unknown_or_void_is_ignored() {
    let sim = sim().await;
    let extra = json!({
        "settings": { "duration": 99 }, "image": "ignored", "callback_url": "", "negative_prompt": "",
        "multi_shot": false, "shot_type": "void", "multi_prompt": 7,
    });
    create(&sim, &body(&extra)).await.data();
}

#[tokio::test]
async fn a_body_of_many_megabytes_is_read() {
    let sim = sim().await;
    let image = "A".repeat(20 * 1024 * 1024);
    create(&sim, &body(&json!({ "image": image }))).await.data();
}

#[tokio::test]
async fn a_refused_create_leaves_no_task() {
    let sim = sim().await;
    create(&sim, &body(&json!({ "duration": "99", "external_task_id": "job-1" }))).await;
    assert_eq!(sim.tasks(), []);
    create(&sim, &body(&json!({ "external_task_id": "job-1" }))).await.data();
}

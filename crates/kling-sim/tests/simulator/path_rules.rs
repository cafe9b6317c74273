//! One row a rule of the surface with the model in the path: what a good body is changed into, and what is said.

use kling_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{URL, post, sim, sim_with};

fn text(prompt: &str) -> Value {
    json!({ "type": "prompt", "text": prompt })
}

fn item(kind: &str) -> Value {
    json!({ "type": kind, "url": URL })
}

fn element(name: &str) -> Value {
    json!({ "type": "element", "element_id": "800000000000000163", "id": name })
}

fn body(contents: &[Value], settings: &Value) -> Value {
    json!({ "contents": contents, "settings": settings })
}

async fn refused(path: &str, rows: Vec<(Value, &str)>) {
    let sim = sim().await;
    for (body, message) in rows {
        assert_eq!(post(&sim, path, &body).await.refusal(), (400, 1201, message), "{path} {body}");
    }
    assert_eq!(sim.tasks(), []);
}

async fn accepted(path: &str, bodies: Vec<Value>) {
    let sim: Simulator = sim_with(SimOptions { concurrency: 100, ..SimOptions::default() }).await;
    for body in bodies {
        let answer = post(&sim, path, &body).await;
        assert_eq!(answer.status, 200, "{path} {body}: {}", answer.body);
    }
}

#[tokio::test]
async fn settings_are_held_to_the_model() {
    let with = |settings: Value| json!({ "prompt": "a", "settings": settings });
    for (path, settings, message) in [
        ("/text-to-video/kling-3.0", json!({ "aspect_ratio": "4:3" }), "aspect_ratio value '4:3' is invalid"),
        ("/text-to-video/kling-3.0", json!({ "resolution": "4K" }), "video resolution value '4K' is invalid"),
        ("/text-to-video/kling-2.6", json!({ "resolution": "4k" }), "video resolution value '4k' is invalid"),
        ("/text-to-video/kling-3.0-turbo", json!({ "resolution": "4k" }), "video resolution value '4k' is invalid"),
        ("/text-to-video/kling-3.0", json!({ "duration": 16 }), "duration value '16' is invalid"),
        ("/text-to-video/kling-3.0", json!({ "duration": -1 }), "duration value '-1' is invalid"),
        ("/text-to-video/kling-2.6", json!({ "duration": 7 }), "duration value '7' is invalid"),
        ("/text-to-video/kling-2.5-turbo", json!({ "duration": 3 }), "duration value '3' is invalid"),
        ("/text-to-video/kling-3.0", json!({ "duration": "5" }), "duration type is invalid: an integer is expected"),
        ("/text-to-video/kling-3.0", json!({ "audio": "original" }), "audio value 'original' is invalid"),
        ("/text-to-video/kling-3.0-turbo", json!({ "audio": "on" }), "audio value 'on' is invalid"),
        (
            "/text-to-video/kling-3.0",
            json!({ "multi_shot": "false" }),
            "multi_shot type is invalid: a boolean is expected",
        ),
        ("/text-to-video/kling-2.6", json!({ "audio": "native" }), "video resolution value '720p' is invalid"),
    ] {
        refused(path, vec![(with(settings), message)]).await;
    }
    accepted("/text-to-video/kling-3.0", vec![json!({ "prompt": "a" }), with(json!({ "resolution": "4k" }))]).await;
    let loud = with(json!({ "audio": "native", "resolution": "1080p", "duration": 10, "multi_shot": 7 }));
    accepted("/text-to-video/kling-2.6", vec![loud]).await;
}

#[tokio::test]
async fn prompts_have_a_limit_of_their_own_by_endpoint() {
    for (path, limit) in [
        ("/text-to-video/kling-3.0-turbo", 3072),
        ("/text-to-video/kling-3.0", 3072),
        ("/text-to-video/kling-2.6", 2500),
        ("/text-to-video/kling-2.5-turbo", 2500),
    ] {
        let message = format!("prompt exceeds the limit of {limit} characters");
        refused(path, vec![(json!({ "prompt": "雨".repeat(limit + 1) }), &message)]).await;
        accepted(path, vec![json!({ "prompt": "雨".repeat(limit) })]).await;
    }
    let contents = |length: usize| body(&[text(&"a".repeat(length)), item("first_frame")], &json!({}));
    let message = "prompt exceeds the limit of 2500 characters";
    refused("/image-to-video/kling-3.0-turbo", vec![(contents(2501), message)]).await;
    accepted("/image-to-video/kling-3.0", vec![contents(3072)]).await;
}

#[tokio::test]
async fn shots_in_a_prompt_fill_the_duration() {
    let shots = |settings: Value| json!({ "prompt": "shot 1, 4, a fox wakes up; shot 2, 5, the fox runs;", "settings": settings });
    for path in ["/text-to-video/kling-3.0", "/text-to-video/kling-3.0-turbo"] {
        accepted(path, vec![shots(json!({ "duration": 9 }))]).await;
        refused(path, vec![(shots(json!({ "duration": 8 })), "prompt shots sum to 9 seconds, duration is 8")]).await;
    }
    accepted("/text-to-video/kling-3.0", vec![shots(json!({ "duration": 8, "multi_shot": false }))]).await;
    accepted("/text-to-video/kling-2.6", vec![shots(json!({ "duration": 10 }))]).await;
}

#[tokio::test]
async fn contents_are_held_to_the_endpoint() {
    let (first, last) = (item("first_frame"), item("last_frame"));
    refused(
        "/image-to-video/kling-3.0",
        vec![
            (json!({ "prompt": "a" }), "contents cannot be empty"),
            (json!({ "contents": [] }), "contents cannot be empty"),
            (json!({ "contents": "a" }), "contents type is invalid: a list is expected"),
            (json!({ "contents": ["a"] }), "contents type is invalid: a list of objects is expected"),
            (body(&[json!({ "text": "a" })], &json!({})), "contents.type cannot be empty"),
            (body(&[item("refer_image")], &json!({})), "contents.type value 'refer_image' is invalid"),
            (body(&[text("a")], &json!({})), "first_frame cannot be empty"),
            (body(&[text("a"), last.clone()], &json!({})), "first_frame cannot be empty"),
            (body(&[text(" "), first.clone()], &json!({})), "prompt cannot be empty"),
            (
                body(&[first.clone(), first.clone()], &json!({})),
                "contents first_frame has 2 items, at most 1 are allowed",
            ),
            (
                body(&[text("a"), text("b"), first.clone()], &json!({})),
                "contents prompt has 2 items, at most 1 are allowed",
            ),
            (body(&[json!({ "type": "first_frame" })], &json!({})), "contents.first_frame.url cannot be empty"),
            (
                body(&[first.clone(), json!({ "type": "element", "element_id": "1" })], &json!({})),
                "contents.element.id cannot be empty",
            ),
            (
                body(&[first.clone(), json!({ "type": "element", "element_id": 1, "id": "a" })], &json!({})),
                "element_id type is invalid: a string is expected",
            ),
            (body(&[first.clone(), element("a"), element("a")], &json!({})), "contents id 'a' is used more than once"),
            (
                body(&[first.clone(), element("a"), element("b"), element("c"), element("d")], &json!({})),
                "contents element has 4 items, at most 3 are allowed",
            ),
        ],
    )
    .await;
    accepted(
        "/image-to-video/kling-3.0",
        vec![
            body(std::slice::from_ref(&first), &json!({ "aspect_ratio": "ignored" })),
            body(&[text("a"), first.clone(), last.clone(), element("a")], &json!({ "resolution": "4k" })),
        ],
    )
    .await;
    refused(
        "/image-to-video/kling-3.0-turbo",
        vec![(body(&[first, last], &json!({})), "contents.type value 'last_frame' is invalid")],
    )
    .await;
}

#[tokio::test]
async fn frames_and_voices_of_2_6_and_2_5() {
    let (first, last) = (item("first_frame"), item("last_frame"));
    let voice = |name: &str| json!({ "type": "voice", "voice_id": "8", "id": name });
    let hd = json!({ "resolution": "1080p" });
    let loud = json!({ "resolution": "1080p", "audio": "native" });
    let frames = [first.clone(), last];
    let wrong = "video resolution value '720p' is invalid";
    refused("/image-to-video/kling-2.5-turbo", vec![(body(&frames, &json!({})), wrong)]).await;
    accepted("/image-to-video/kling-2.5-turbo", vec![body(&frames, &hd)]).await;
    let one_voice = [first.clone(), voice("a")];
    refused(
        "/image-to-video/kling-2.6",
        vec![
            (body(&frames, &json!({})), wrong),
            (body(&frames, &loud), "audio value 'native' is invalid"),
            (body(&one_voice, &hd), "audio value 'off' is invalid"),
            (body(&one_voice, &json!({ "audio": "native" })), wrong),
            (
                body(&[first.clone(), voice("a"), voice("b"), voice("c")], &loud),
                "contents voice has 3 items, at most 2 are allowed",
            ),
        ],
    )
    .await;
    accepted(
        "/image-to-video/kling-2.6",
        vec![body(&frames, &hd), body(&one_voice, &loud), body(&[first], &json!({}))],
    )
    .await;
}

#[tokio::test]
async fn omni_3_0_and_its_videos() {
    let square = |settings: Value| {
        let mut all = json!({ "aspect_ratio": "1:1", "multi_shot": false });
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        all
    };
    let with = |item: Value, settings: Value| body(&[text("a"), item], &square(settings));
    let images = |count: usize| {
        let mut contents = vec![item("refer_image"); count];
        contents.push(text("a"));
        contents
    };
    let path = "/omni-video/kling-3.0-omni";
    refused(
        path,
        vec![
            (body(&[text("a")], &json!({})), "aspect_ratio cannot be empty"),
            (body(&[item("refer_image")], &square(json!({}))), "prompt cannot be empty"),
            (body(&images(8), &square(json!({}))), "images and elements: 8 are given, at most 7 are allowed"),
            (with(item("last_frame"), json!({})), "an end frame needs a first frame"),
            (with(item("feature_video"), json!({})), "multi_shot value 'false' is invalid"),
            (
                with(item("feature_video"), json!({ "multi_shot": true, "audio": "original" })),
                "audio value 'original' is invalid",
            ),
            (with(item("base_video"), json!({ "multi_shot": true })), "multi_shot value 'true' is invalid"),
            (with(item("base_video"), json!({ "audio": "native" })), "audio value 'native' is invalid"),
            (
                body(&[text("a"), item("base_video"), item("first_frame")], &square(json!({}))),
                "first and end frames are not supported with a base video",
            ),
            (
                body(&[text("a"), item("base_video"), item("feature_video")], &square(json!({}))),
                "contents base_video and feature_video has 2 items, at most 1 are allowed",
            ),
            (
                with(json!({ "type": "base_video", "url": "AAAA" }), json!({})),
                "contents.base_video.url must be an http(s) address",
            ),
        ],
    )
    .await;
    accepted(
        path,
        vec![
            body(&images(7), &square(json!({ "audio": "native", "resolution": "4k", "duration": 15 }))),
            body(&[text("a"), item("first_frame"), item("last_frame")], &json!({})),
            body(&[text("a"), item("feature_video")], &json!({ "duration": 3 })),
            body(&[text("a"), item("base_video")], &json!({ "audio": "original", "multi_shot": false })),
        ],
    )
    .await;
}

#[tokio::test]
async fn o1_is_narrower() {
    let path = "/omni-video/kling-o1";
    let square = json!({ "aspect_ratio": "1:1", "duration": 7 });
    let five_or_ten = "Duration only supports 5 or 10 seconds when no refer_image is provided";
    let frames = [text("a"), item("first_frame"), item("last_frame")];
    refused(
        path,
        vec![
            (body(&[text("a")], &square), five_or_ten),
            (body(&[text("a"), item("first_frame")], &json!({ "duration": 7 })), five_or_ten),
            (body(&[text("a"), item("refer_image")], &json!({ "duration": 11 })), "duration value '11' is invalid"),
            (body(&[text("a"), item("refer_image")], &json!({ "duration": 7 })), "aspect_ratio cannot be empty"),
            (body(&[text("a")], &json!({ "audio": "native" })), "audio value 'native' is invalid"),
            (
                body(&[&frames[..], &[element("a")]].concat(), &json!({})),
                "images and elements beside first and end frames: 1 are given, at most 0 are allowed",
            ),
            (
                body(&[&frames[..], &[item("feature_video")]].concat(), &json!({})),
                "an end frame is not supported with a video",
            ),
        ],
    )
    .await;
    accepted(
        path,
        vec![
            body(&[text("a"), item("refer_image")], &square),
            body(&[text("a"), item("first_frame"), item("feature_video")], &json!({ "duration": 7 })),
            body(&frames, &json!({})),
        ],
    )
    .await;
}

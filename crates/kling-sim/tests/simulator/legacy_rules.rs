//! One row a rule: what a good body is changed into, and what the refusal says.

use kling_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{GENERATIONS, IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, URL, post, sim, sim_with};

type Row = (Value, &'static str);

/// A good body with some fields replaced.
fn changed(good: &Value, changes: &Value) -> Value {
    let mut body = good.clone();
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

async fn refused(sim: &Simulator, path: &str, good: &Value, rows: Vec<Row>) {
    for (changes, message) in rows {
        let answer = post(sim, path, &changed(good, &changes)).await;
        assert_eq!(answer.refusal(), (400, 1201, message), "{path} {changes}");
    }
    assert_eq!(sim.tasks(), [], "{path}");
    post(sim, path, good).await.data();
}

async fn accepted(path: &str, good: &Value, all: &[Value]) {
    let options = SimOptions { concurrency: 100, image_concurrency: 1000, ..SimOptions::default() };
    let sim = sim_with(options).await;
    for changes in all {
        let answer = post(&sim, path, &changed(good, changes)).await;
        assert_eq!(answer.status, 200, "{path} {changes}: {}", answer.body);
    }
}

fn elements(count: usize) -> Value {
    (0..count).map(|number| json!({ "element_id": 160 + number })).collect()
}

fn path(points: usize) -> Value {
    (0..points).map(|at| json!({ "x": at, "y": at })).collect()
}

#[tokio::test]
async fn image_to_video() {
    let good = json!({ "model_name": "kling-v3", "image": URL, "prompt": "a boat" });
    let voice = json!([{ "voice_id": "8" }]);
    let mask = json!([{ "mask": URL, "trajectories": path(2) }]);
    let camera = json!({ "type": "down_back" });
    let rows = vec![
        (json!({ "image": null }), "image cannot be empty"),
        (json!({ "image": "", "image_tail": "" }), "image cannot be empty"),
        (json!({ "image": 5 }), "image type is invalid: a string is expected"),
        (json!({ "image": "file:///a.png" }), "image is neither an http(s) address nor valid Base64"),
        (json!({ "mode": "8k" }), "mode value '8k' is invalid"),
        (json!({ "duration": "16" }), "duration value '16' is invalid"),
        (json!({ "model_name": "kling-v2-6", "duration": "7" }), "duration value '7' is invalid"),
        (json!({ "model_name": "kling-v2-6", "sound": "on" }), "mode value 'std' is invalid"),
        (json!({ "prompt": "a".repeat(2501) }), "prompt exceeds the limit of 2500 characters"),
        (json!({ "negative_prompt": "a".repeat(2501) }), "negative_prompt exceeds the limit of 2500 characters"),
        (json!({ "cfg_scale": -0.1 }), "cfg_scale value '-0.1' is invalid"),
        (json!({ "element_list": elements(4) }), "element_list has 4 items, at most 3 are allowed"),
        (json!({ "element_list": [{}] }), "element_list.element_id cannot be empty"),
        (json!({ "element_list": [{ "element_id": "160" }] }), "element_id type is invalid: an integer is expected"),
        (json!({ "element_list": ["160"] }), "element_list type is invalid: a list of objects is expected"),
        (json!({ "voice_list": voice }), "sound value 'off' is invalid"),
        (
            json!({ "sound": "on", "voice_list": vec![json!({ "voice_id": "8" }); 3] }),
            "voice_list has 3 items, at most 2 are allowed",
        ),
        (json!({ "sound": "on", "voice_list": [{ "voice_id": "" }] }), "voice_list.voice_id cannot be empty"),
        (
            json!({ "image_tail": URL, "static_mask": URL }),
            "image_tail and static_mask/dynamic_masks cannot be used together",
        ),
        (
            json!({ "image_tail": URL, "camera_control": camera }),
            "image_tail and camera_control cannot be used together",
        ),
        (
            json!({ "dynamic_masks": mask, "camera_control": camera }),
            "static_mask/dynamic_masks and camera_control cannot be used together",
        ),
        (json!({ "dynamic_masks": vec![mask[0].clone(); 7] }), "dynamic_masks has 7 items, at most 6 are allowed"),
        (
            json!({ "dynamic_masks": [{ "mask": URL, "trajectories": path(78) }] }),
            "dynamic_masks.trajectories has 78 points, 2 to 77 are allowed",
        ),
        (json!({ "multi_shot": true }), "shot_type cannot be empty"),
        (json!({ "multi_shot": true, "shot_type": "customize" }), "multi_prompt cannot be empty"),
        (json!({ "multi_shot": true, "shot_type": "intelligence", "prompt": "" }), "prompt cannot be empty"),
        (json!({ "camera_control": { "type": "simple" } }), "camera_control.config cannot be empty"),
    ];
    refused(&sim().await, IMAGE2VIDEO, &good, rows).await;
    accepted(
        IMAGE2VIDEO,
        &good,
        &[
            json!({ "prompt": "" }),
            json!({ "mode": "4k", "duration": "3" }),
            json!({ "element_list": elements(3), "sound": "on", "voice_list": voice }),
            json!({ "static_mask": "", "image_tail": "", "camera_control": null }),
            json!({ "aspect_ratio": "ignored" }),
        ],
    )
    .await;
}

#[tokio::test]
async fn omni_video() {
    let good = json!({ "model_name": "kling-v3-omni", "prompt": "a boat", "aspect_ratio": "1:1" });
    let image = |kind: &str| json!({ "image_url": URL, "type": kind });
    let images = |count: usize| Value::from(vec![json!({ "image_url": URL }); count]);
    let base = json!([{ "video_url": URL }]);
    let feature = json!([{ "video_url": URL, "refer_type": "feature" }]);
    let rows = vec![
        (json!({ "prompt": "" }), "prompt cannot be empty"),
        (json!({ "aspect_ratio": null }), "aspect_ratio cannot be empty"),
        (json!({ "aspect_ratio": null, "video_list": feature }), "aspect_ratio cannot be empty"),
        (json!({ "aspect_ratio": "4:3" }), "aspect_ratio value '4:3' is invalid"),
        (json!({ "duration": "2" }), "duration value '2' is invalid"),
        (json!({ "model_name": "kling-video-o1", "mode": "4k" }), "mode value '4k' is invalid"),
        (
            json!({ "model_name": "kling-video-o1", "duration": "11", "image_list": images(1) }),
            "duration value '11' is invalid",
        ),
        (
            json!({ "model_name": "kling-video-o1", "duration": "7" }),
            "Duration only supports 5 or 10 seconds when no refer_image is provided",
        ),
        (json!({ "image_list": [{}] }), "image_list.image_url cannot be empty"),
        (json!({ "image_list": [image("last")] }), "image_list.type value 'last' is invalid"),
        (json!({ "image_list": [image("end_frame")] }), "an end frame needs a first frame"),
        (
            json!({ "image_list": [image("first_frame"), image("first_frame")] }),
            "image_list has more than one first_frame",
        ),
        (json!({ "image_list": images(8) }), "images and elements: 8 are given, at most 7 are allowed"),
        (
            json!({ "image_list": images(4), "element_list": elements(4) }),
            "images and elements: 8 are given, at most 7 are allowed",
        ),
        (
            json!({ "image_list": [image("first_frame")], "element_list": elements(4) }),
            "elements with a first frame: 4 are given, at most 3 are allowed",
        ),
        (
            json!({ "video_list": feature, "image_list": images(5) }),
            "images and elements with a video: 5 are given, at most 4 are allowed",
        ),
        (
            json!({ "video_list": base, "image_list": [image("first_frame")] }),
            "first and end frames are not supported with a base video",
        ),
        (
            json!({ "model_name": "kling-video-o1",
                "image_list": [image("first_frame"), image("end_frame"), { "image_url": URL }] }),
            "images and elements beside first and end frames: 1 are given, at most 0 are allowed",
        ),
        (
            json!({ "video_list": [{ "video_url": URL }, { "video_url": URL }] }),
            "video_list has 2 items, at most 1 are allowed",
        ),
        (json!({ "video_list": [{ "video_url": "" }] }), "video_list.video_url cannot be empty"),
        (json!({ "video_list": [{ "video_url": "AAAA" }] }), "video_list.video_url must be an http(s) address"),
        (json!({ "video_list": [{ "video_url": URL, "refer_type": "x" }] }), "refer_type value 'x' is invalid"),
        (
            json!({ "video_list": [{ "video_url": URL, "keep_original_sound": true }] }),
            "keep_original_sound type is invalid: a string is expected",
        ),
        (json!({ "video_list": base, "sound": "on" }), "sound value 'on' is invalid"),
        (json!({ "video_list": feature, "sound": "on" }), "sound value 'on' is invalid"),
        (
            json!({ "video_list": feature, "multi_shot": true, "shot_type": "customize",
                "multi_prompt": [{ "index": 1, "prompt": "one", "duration": "5" }] }),
            "shot_type value 'customize' is invalid",
        ),
    ];
    refused(&sim().await, OMNI_VIDEO, &good, rows).await;
    accepted(
        OMNI_VIDEO,
        &good,
        &[
            json!({ "image_list": images(7), "sound": "on", "mode": "4k", "duration": "15" }),
            json!({ "image_list": [image("first_frame"), image("end_frame")], "element_list": elements(3) }),
            json!({ "video_list": feature, "image_list": images(4), "duration": "3" }),
            json!({ "model_name": "kling-video-o1", "image_list": images(1), "duration": "7" }),
            json!({ "model_name": "kling-video-o1", "video_list": feature, "duration": "9" }),
            json!({ "aspect_ratio": null, "video_list": base }),
        ],
    )
    .await;
}

#[tokio::test]
async fn image_generation() {
    let good = json!({ "prompt": "a boat" });
    let rows = vec![
        (json!({ "prompt": "  " }), "prompt cannot be empty"),
        (json!({ "prompt": "a".repeat(2501) }), "prompt exceeds the limit of 2500 characters"),
        (json!({ "n": 0 }), "n value '0' is invalid"),
        (json!({ "n": 10 }), "n value '10' is invalid"),
        (json!({ "n": "2" }), "n type is invalid: an integer is expected"),
        (json!({ "resolution": "1K" }), "resolution value '1K' is invalid"),
        (json!({ "resolution": "4k" }), "resolution value '4k' is invalid"),
        (json!({ "aspect_ratio": "auto" }), "aspect_ratio value 'auto' is invalid"),
        (json!({ "image": URL, "negative_prompt": "rain" }), "negative_prompt is not supported with image"),
        (json!({ "image_reference": "face" }), "image cannot be empty with image_reference"),
        (json!({ "image": URL, "image_reference": "hand" }), "image_reference value 'hand' is invalid"),
        (json!({ "image_fidelity": 1.5 }), "image_fidelity value '1.5' is invalid"),
        (json!({ "human_fidelity": -1 }), "human_fidelity value '-1' is invalid"),
        (json!({ "element_list": elements(11) }), "element_list has 11 items, at most 10 are allowed"),
        (json!({ "image": URL, "element_list": elements(10) }), "element_list has 10 items, at most 9 are allowed"),
    ];
    refused(&sim().await, GENERATIONS, &good, rows).await;
    accepted(
        GENERATIONS,
        &good,
        &[
            json!({ "n": 9, "aspect_ratio": "21:9", "negative_prompt": "rain", "resolution": "2k" }),
            json!({ "image": URL, "negative_prompt": "", "image_reference": "subject", "human_fidelity": 1 }),
            json!({ "image": URL, "element_list": elements(9) }),
            json!({ "image": "", "image_reference": "" }),
        ],
    )
    .await;
}

#[tokio::test]
async fn omni_image() {
    let good = json!({ "model_name": "kling-v3-omni", "prompt": "a boat" });
    let images = |count: usize| Value::from(vec![json!({ "image": URL }); count]);
    let series = |amount: Value| json!({ "result_type": "series", "series_amount": amount });
    let rows = vec![
        (json!({ "prompt": null }), "prompt cannot be empty"),
        (json!({ "aspect_ratio": "5:4" }), "aspect_ratio value '5:4' is invalid"),
        (json!({ "model_name": "kling-image-o1", "resolution": "4k" }), "resolution value '4k' is invalid"),
        (json!({ "model_name": "kling-image-o1", "result_type": "series" }), "result_type value 'series' is invalid"),
        (json!({ "n": 10 }), "n value '10' is invalid"),
        (series(json!(1)), "series_amount value '1' is invalid"),
        (series(json!(10)), "series_amount value '10' is invalid"),
        (series(json!("many")), "series_amount value 'many' is invalid"),
        (series(json!(2.5)), "series_amount value '2.5' is invalid"),
        (json!({ "image_list": [{ "image_url": URL }] }), "image_list.image cannot be empty"),
        (json!({ "image_list": images(11) }), "image_list has 11 items, at most 10 are allowed"),
        (
            json!({ "image_list": images(6), "element_list": elements(5) }),
            "element_list has 5 items, at most 4 are allowed",
        ),
    ];
    refused(&sim().await, OMNI_IMAGE, &good, rows).await;
    accepted(
        OMNI_IMAGE,
        &good,
        &[
            json!({ "n": 9, "series_amount": "void", "resolution": "4k" }),
            json!({ "result_type": "series", "n": "void" }),
            json!({ "image_list": images(10), "aspect_ratio": "auto" }),
            json!({ "model_name": "kling-image-o1", "image_list": images(1), "resolution": "2k" }),
        ],
    )
    .await;
}

use kling_sim::{SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{
    ELEMENTS, GENERATIONS, IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, URL, ended, get, path_ended, sim, sim_with,
};

async fn legacy(sim: &Simulator, path: &str, body: Value, units: &str) {
    let task = ended(sim, path, &body).await;
    assert_eq!((task["task_status"].as_str(), task["final_unit_deduction"].as_str()), (Some("succeed"), Some(units)));
}

async fn path(sim: &Simulator, path: &str, body: Value, units: &str) {
    let task = path_ended(sim, path, &body).await;
    let billing = json!([{ "charge_type": "unit", "amount": units, "package_type": "video" }]);
    assert_eq!((task["status"].as_str(), &task["billing"]), (Some("succeeded"), &billing), "{path}");
}

#[tokio::test]
async fn videos_of_v1_cost_by_the_second() {
    let sim = sim().await;
    let frame = json!({ "model_name": "kling-v2-6", "image": URL, "mode": "pro", "sound": "on",
        "prompt": "he says <<<voice_1>>>", "voice_list": [{ "voice_id": "8" }], "duration": "10" });
    legacy(&sim, IMAGE2VIDEO, frame, "12").await;
    legacy(&sim, IMAGE2VIDEO, json!({ "model_name": "kling-v3", "image": URL, "mode": "4k" }), "15").await;
    let omni = |changes: Value| {
        let mut body = json!({ "model_name": "kling-v3-omni", "prompt": "a", "aspect_ratio": "1:1" });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    };
    legacy(&sim, OMNI_VIDEO, omni(json!({ "sound": "on", "duration": "6" })), "6").await;
    legacy(&sim, OMNI_VIDEO, omni(json!({ "mode": "std", "duration": "3" })), "1.8").await;
    let video = json!({ "model_name": "kling-video-o1", "video_list": [{ "video_url": URL, "refer_type": "feature" }],
        "duration": "4" });
    legacy(&sim, OMNI_VIDEO, omni(video), "4.8").await;
}

#[tokio::test]
async fn images_cost_by_the_piece_from_their_own_pack() {
    let sim = sim_with(SimOptions { image_concurrency: 100, ..SimOptions::default() }).await;
    legacy(&sim, GENERATIONS, json!({ "prompt": "a", "n": 3, "resolution": "2k" }), "24").await;
    legacy(&sim, GENERATIONS, json!({ "model_name": "kling-v2-1", "prompt": "a" }), "4").await;
    legacy(&sim, GENERATIONS, json!({ "model_name": "kling-v2-1", "prompt": "a", "image": URL, "n": 2 }), "16").await;
    legacy(&sim, OMNI_IMAGE, json!({ "prompt": "a", "n": 2 }), "16").await;
    let series = json!({ "model_name": "kling-v3-omni", "prompt": "a", "resolution": "4k", "result_type": "series",
        "series_amount": 5, "n": 9 });
    legacy(&sim, OMNI_IMAGE, series, "80").await;

    let costs = get(&sim, "/account/costs?start_time=1&end_time=2").await;
    let packs = &costs.data()["resource_pack_subscribe_infos"];
    assert_eq!(packs[0]["remaining_quantity"], packs[0]["total_quantity"], "no video was made");
    assert_eq!(packs[1]["remaining_quantity"], packs[1]["total_quantity"].as_f64().unwrap() - 140.0);
}

#[tokio::test]
async fn elements_are_free() {
    let sim = sim().await;
    let body = json!({ "element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer",
        "element_video_list": { "refer_videos": [{ "video_url": URL }] } });
    legacy(&sim, ELEMENTS, body, "0").await;
}

#[tokio::test]
async fn videos_of_the_other_surface_are_billed() {
    let sim = sim().await;
    let first = json!({ "type": "first_frame", "url": URL });
    let settings = json!({ "resolution": "1080p", "duration": 8, "audio": "native", "multi_shot": false });
    path(&sim, "/text-to-video/kling-3.0", json!({ "prompt": "a", "settings": settings }), "9.6").await;
    path(&sim, "/text-to-video/kling-3.0-turbo", json!({ "prompt": "a", "settings": { "duration": 3 } }), "2.4").await;
    path(&sim, "/text-to-video/kling-2.5-turbo", json!({ "prompt": "a", "settings": { "duration": 10 } }), "3").await;
    path(&sim, "/image-to-video/kling-3.0", json!({ "contents": [first] }), "3").await;
    let voice = json!({ "type": "voice", "voice_id": "8", "id": "calm" });
    let loud = json!({ "audio": "native", "resolution": "1080p" });
    let said = json!([{ "type": "prompt", "text": "@calm says" }, first, voice]);
    path(&sim, "/image-to-video/kling-2.6", json!({ "contents": said, "settings": loud }), "6").await;
    let unsaid = json!([{ "type": "prompt", "text": "he says" }, first, voice]);
    path(&sim, "/image-to-video/kling-2.6", json!({ "contents": unsaid, "settings": loud }), "5").await;
    let edited = json!([{ "type": "prompt", "text": "red" }, { "type": "base_video", "url": URL }]);
    let body = json!({ "contents": edited, "settings": { "resolution": "1080p", "audio": "original" } });
    path(&sim, "/omni-video/kling-o1", body, "6").await;
}

#[tokio::test]
async fn what_failed_costs_nothing() {
    let sim = sim().await;
    legacy_failed(&sim, GENERATIONS, json!({ "prompt": "a [fail]", "n": 4 })).await;
    let task = path_ended(&sim, "/text-to-video/kling-2.6", &json!({ "prompt": "a [fail]" })).await;
    assert_eq!((&task["status"], &task["billing"]), (&json!("failed"), &json!([])));
    assert_eq!(sim.tasks()[1].deduction, "0");
}

async fn legacy_failed(sim: &Simulator, path: &str, body: Value) {
    let task = ended(sim, path, &body).await;
    assert_eq!((&task["task_status"], &task["final_unit_deduction"]), (&json!("failed"), &json!("0")));
}

//! What goes to Kling, pinned for each create tool: with the least a user fills in, with everything, and on each
//! surface.

use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::{Value, json};

use crate::support::{api_key, call, host, map};

const A: &str = "https://media.example.test/a.png";
const B: &str = "https://media.example.test/b.png";
const CLIP: &str = "https://media.example.test/clip.mp4";
const ACCEPTED: &str = r#"{"code":0,"data":{"task_id":"84","id":"84","task_status":"submitted","status":"submitted"}}"#;

const NOT_FOUND: &str = r#"{"code":1201,"message":"Task not found by id/external id: own-1"}"#;

/// Method, path and body of the request that a call creates its task with.
async fn sent(tool: &str, parameters: Value) -> Value {
    // The id is looked up before it is used.
    let replies = [Reply::http(400, NOT_FOUND), Reply::http(200, ACCEPTED)];
    let kling = ScriptedServer::start(replies).await.unwrap();
    let mut parameters = map(parameters);
    parameters.insert("wait_for_result".into(), "false".into());
    parameters.entry("external_task_id").or_insert_with(|| "own-1".into());
    let outcome = call(&host(Environment::default()), tool, &api_key(&kling.url("")), parameters.into()).await;
    assert_eq!(outcome.error, None, "{tool}");
    let requests = kling.requests();
    assert_eq!(requests.len(), 2, "{tool}");
    let (head, body) = requests[1].split_once("\r\n\r\n").unwrap();
    let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    json!({ "request": line, "body": serde_json::from_str::<Value>(body).unwrap() })
}

macro_rules! pinned {
    ($($name:ident: $tool:literal, $parameters:expr;)*) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $name() {
                insta::assert_json_snapshot!(sent($tool, $parameters).await);
            }
        )*
    };
}

fn common() -> Value {
    json!({"watermark": "true", "callback_url": "https://hooks.example.test/kling", "external_task_id": "order-1"})
}

fn plus(mut parameters: Value, more: &Value) -> Value {
    parameters.as_object_mut().unwrap().extend(map(more.clone()));
    parameters
}

pinned! {
    text_2_video_least: "text_2_video_create", json!({"prompt": "a boat"});
    text_2_video_full: "text_2_video_create", plus(json!({
        "model_name": "kling-v3", "multi_shot": "true", "shot_type": "customize", "multi_prompt": "2: door opens\n3: cat enters",
        "prompt": "", "negative_prompt": "blur", "sound": "on", "cfg_scale": 0.7, "mode": "pro", "aspect_ratio": "9:16", "duration": "5",
    }), &common());
    text_2_video_camera: "text_2_video_create", json!({"prompt": "a valley", "model_name": "kling-v1", "camera_control": "zoom: 5"});
    text_2_video_without_modes: "text_2_video_create", json!({"prompt": "a valley", "model_name": "kling-v2-master", "mode": "std"});
    text_2_video_new_least: "text_2_video_create", json!({"prompt": "a boat", "model_name": "kling-3.0-turbo"});
    text_2_video_new_full: "text_2_video_create", plus(json!({
        "model_name": "kling-3.0", "multi_shot": "true", "shot_type": "customize", "multi_prompt": "2: door opens\n3: cat enters",
        "sound": "on", "mode": "4k", "aspect_ratio": "1:1", "duration": 5,
    }), &common());
    image_2_video_least: "image_2_video_create", json!({"image": A});
    image_2_video_full: "image_2_video_create", plus(json!({
        "image": A, "image_tail": B, "prompt": "zoom out", "model_name": "kling-v3", "negative_prompt": "blur", "element_list": "160,161",
        "sound": "on", "mode": "pro", "duration": "10", "cfg_scale": "0.5", "aspect_ratio": "16:9",
    }), &common());
    image_2_video_voice: "image_2_video_create", json!({
        "image": A, "prompt": "The man<<<voice_1>>> says hi", "model_name": "kling-v2-6", "voice_list": "850000000000000001", "sound": "on", "mode": "pro",
    });
    image_2_video_new_least: "image_2_video_create", json!({"image": A, "prompt": "zoom", "model_name": "kling-3.0-turbo"});
    image_2_video_new_full: "image_2_video_create", plus(json!({
        "image": A, "image_tail": B, "prompt": "<<<element_1>>> turns", "model_name": "kling-3.0", "element_list": "800000000000000163", "mode": "4k", "duration": "6",
    }), &common());
    omni_video_least: "omni_video_create", json!({"prompt": "a boat"});
    omni_video_full: "omni_video_create", plus(json!({
        "prompt": "<<<image_1>>> meets <<<element_1>>>", "image_list": [A], "first_frame": B, "element_list": "[{\"element_id\":160}]", "sound": "on",
        "mode": "4k", "duration": "6",
    }), &common());
    omni_video_edit: "omni_video_create", json!({"prompt": "Put the hat of <<<image_1>>> on <<<video_1>>>", "image_list": [A], "video_list": CLIP});
    omni_video_new_full: "omni_video_create", plus(json!({
        "prompt": "<<<image_1>>> walks through <<<image_2>>>", "image_list": [A, B], "model_name": "kling-3.0-omni", "sound": "on", "mode": "std",
        "aspect_ratio": "1:1", "duration": "7",
    }), &common());
    omni_video_new_edit: "omni_video_create", json!({
        "prompt": "Make the car in <<<video_1>>> red", "model_name": "kling-3.0-omni", "video_list": [{"video_url": CLIP, "refer_type": "base", "keep_original_sound": "yes"}],
    });
    image_generation_least: "image_generation_create", json!({"prompt": "a puppy"});
    image_generation_full: "image_generation_create", plus(json!({
        "prompt": "a puppy", "model_name": "kling-v2-1", "image": A, "image_reference": "subject", "image_fidelity": 0.6, "human_fidelity": "0.5",
        "resolution": "2k", "n": "3", "aspect_ratio": "3:2",
    }), &common());
    omni_image_least: "omni_image_create", json!({"prompt": "a puppy"});
    omni_image_full: "omni_image_create", plus(json!({
        "prompt": "story of <<<image_1>>>", "image_list": [A], "element_list": [160], "resolution": "4k", "result_type": "series", "series_amount": 4, "n": 2,
    }), &common());
    omni_image_auto_series: "omni_image_create", json!({"prompt": "a story", "result_type": "series", "series_auto": "true", "series_amount": 4});
    element_least: "element_create", json!({
        "element_name": "Mira", "element_description": "a traveller", "reference_type": "image_refer", "element_frontal_image": A, "element_refer_images": [B],
    });
    element_full: "element_create", json!({
        "element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer", "element_video_list": CLIP,
        "element_voice_id": "850000000000000001", "tag_list": "o_102, o_108", "callback_url": "https://hooks.example.test/kling",
    });
}

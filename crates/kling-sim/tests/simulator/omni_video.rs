use serde_json::{Value, json};

use crate::client::{OMNI_VIDEO, URL, ended, post, sim};

fn image(kind: &str) -> Value {
    json!({ "image_url": URL, "type": kind })
}

#[tokio::test]
async fn references_become_a_video() {
    let sim = sim().await;
    let body = json!({ "model_name": "kling-v3-omni", "prompt": "<<<image_1>>> meets <<<element_1>>>",
        "image_list": [{ "image_url": URL }], "element_list": [{ "element_id": 160 }], "sound": "on", "mode": "pro",
        "aspect_ratio": "16:9", "duration": "6" });
    let task = ended(&sim, OMNI_VIDEO, &body).await;
    assert_eq!(task["task_result"]["videos"][0]["duration"], "6.041");
    assert_eq!(task["final_unit_deduction"], "6");
}

#[tokio::test]
async fn a_video_may_be_edited_or_followed() {
    let sim = sim().await;
    let edit = json!({ "prompt": "the hat of <<<image_1>>> on <<<video_1>>>", "image_list": [{ "image_url": URL }],
        "video_list": [{ "video_url": URL, "keep_original_sound": "yes" }] });
    for duration in ["99", "8"] {
        let mut edit = edit.clone();
        edit["duration"] = duration.into();
        let task = ended(&sim, OMNI_VIDEO, &edit).await;
        assert_eq!(task["final_unit_deduction"], "6", "the length is the video's, which is taken to have 5 s");
    }
    let follow = json!({ "model_name": "kling-v3-omni", "prompt": "after <<<video_1>>>", "aspect_ratio": "1:1",
        "video_list": [{ "video_url": URL, "refer_type": "feature" }], "mode": "4k", "duration": "15",
        "multi_shot": true, "shot_type": "intelligence" });
    post(&sim, OMNI_VIDEO, &follow).await.data();
}

#[tokio::test]
async fn frames_need_no_ratio() {
    let sim = sim().await;
    for model in ["kling-v3-omni", "kling-video-o1"] {
        let body = json!({ "model_name": model, "prompt": "dance",
            "image_list": [image("first_frame"), image("end_frame")] });
        post(&sim, OMNI_VIDEO, &body).await.data();
    }
    assert_eq!(post(&sim, OMNI_VIDEO, &json!({ "prompt": "dance" })).await.refusal().2, "aspect_ratio cannot be empty");
}

use serde_json::{Value, json};

use crate::client::{IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, TEXT2VIDEO, URL, post, sim};

/// A body for omni-video with two images, an element and a video to follow.
fn omni(prompt: &str) -> Value {
    json!({ "model_name": "kling-v3-omni", "prompt": prompt, "aspect_ratio": "1:1",
        "image_list": [{ "image_url": URL }, { "image_url": URL }], "element_list": [{ "element_id": 160 }],
        "video_list": [{ "video_url": URL, "refer_type": "feature" }] })
}

#[tokio::test]
async fn marks_count_the_lists_of_the_body() {
    let sim = sim().await;
    post(&sim, OMNI_VIDEO, &omni("<<<image_2>>>, <<<element_1>>> and <<<video_1>>> <<<style_7>>>")).await.data();
    for mark in ["image_3", "image_0", "element_2", "video_2"] {
        let message = format!("prompt refers to <<<{mark}>>>, which does not exist");
        let answer = post(&sim, OMNI_VIDEO, &omni(&format!("see <<<{mark}>>>"))).await;
        assert_eq!(answer.refusal(), (400, 1201, message.as_str()));
    }
    for (path, mark) in [(TEXT2VIDEO, "voice_1"), (IMAGE2VIDEO, "element_1"), (OMNI_IMAGE, "image_1")] {
        let message = format!("prompt refers to <<<{mark}>>>, which does not exist");
        let answer = post(&sim, path, &json!({ "prompt": format!("<<<{mark}>>>"), "image": URL })).await;
        assert_eq!(answer.refusal(), (400, 1201, message.as_str()), "{path}");
    }
}

#[tokio::test]
async fn marks_in_shots_count_too() {
    let sim = sim().await;
    let body = json!({ "model_name": "kling-v3", "multi_shot": true, "shot_type": "customize", "sound": "on",
        "prompt": "void <<<voice_9>>>", "multi_prompt": [{ "index": 1, "prompt": "<<<voice_2>>>", "duration": "5" }],
        "voice_list": [{ "voice_id": "8" }] });
    let answer = post(&sim, TEXT2VIDEO, &body).await;
    assert_eq!(answer.refusal().2, "prompt refers to <<<voice_2>>>, which does not exist");
}

#[tokio::test]
async fn names_are_ids_of_contents() {
    let sim = sim().await;
    let body = |prompt: &str| {
        json!({ "contents": [
            { "type": "prompt", "text": prompt },
            { "type": "refer_image", "url": URL, "id": "image_1" },
            { "type": "element", "element_id": "160", "id": "Mira" },
        ], "settings": { "aspect_ratio": "1:1" } })
    };
    let path = "/omni-video/kling-3.0-omni";
    post(&sim, path, &body("@Mira walks to @image_1, 5 @ night, mail a@b.test")).await.data();
    let answer = post(&sim, path, &body("@Mira meets @image_2")).await;
    assert_eq!(answer.refusal(), (400, 1201, "prompt refers to @image_2, which is no id of contents"));
    let no_names = json!({ "prompt": "@home in the rain" });
    post(&sim, "/text-to-video/kling-3.0", &no_names).await.data();
}

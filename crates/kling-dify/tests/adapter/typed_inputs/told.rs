//! What was given and changes nothing, and what was nearly right.

use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::json;

use super::{A, ACCEPTED, B, CLIP, ELEMENT, I2V, NOT_FOUND, OMNI, PICTURES, T2V, body, posted, refusal, two_shots};
use crate::support::{api_key, call, host, map};

#[tokio::test(start_paused = true)]
async fn shots_that_are_given_are_used_and_that_is_said() {
    for form in [json!({}), json!({"multi_shot": "false", "shot_type": "intelligence"}), json!({"multi_shot": "true"})]
    {
        let mut parameters = map(form);
        parameters.extend(map(json!({"prompt": "overall", "multi_prompt": "2: a\n3: b"})));
        for (tool, model) in [(T2V, "kling-v3"), (OMNI, "kling-v3-omni")] {
            parameters.insert("model_name".into(), model.into());
            let (sent, text) = posted(tool, parameters.clone().into()).await;
            assert_eq!((&sent["multi_shot"], &sent["shot_type"]), (&json!(true), &json!("customize")));
            assert_eq!(sent["multi_prompt"], two_shots());
            assert!(
                text.contains("Note: `multi_prompt` has shots") && text.contains("Note: `prompt` is not used"),
                "{text}"
            );
        }
    }
    let by_kling =
        json!({"prompt": "x", "multi_shot": "true", "shot_type": "intelligence", "multi_prompt": "2: a\n3: b"});
    let (sent, text) = posted(T2V, by_kling).await;
    assert_eq!((&sent["shot_type"], &sent["multi_prompt"]), (&json!("intelligence"), &json!(null)));
    assert!(text.contains("Note: `multi_prompt` is not used"), "{text}");
    let (sent, text) = posted(T2V, json!({"prompt": "x", "shot_type": "customize"})).await;
    assert_eq!(sent["shot_type"], json!(null));
    assert!(text.contains("Note: `shot_type` is not used: `multi_shot` is off."), "{text}");
    let (_, text) = posted(T2V, json!({"prompt": "x"})).await;
    assert!(!text.contains("Note"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_is_told_and_what_changes_the_result_is_refused() {
    for (tool, parameters, note) in [
        (PICTURES, json!({"prompt": "x", "result_type": "series", "n": 3}), "`n` is not used"),
        (
            PICTURES,
            json!({"prompt": "x", "series_amount": 4}),
            "`series_amount` is not used: `result_type` is not series",
        ),
        (PICTURES, json!({"prompt": "x", "series_auto": true}), "`series_auto` is not used"),
        (
            PICTURES,
            json!({"prompt": "x", "result_type": "series", "series_auto": "true", "series_amount": 4}),
            "`series_amount` is not used",
        ),
        (
            I2V,
            json!({"image": A, "prompt": "x", "aspect_ratio": "9:16"}),
            "`aspect_ratio` is not used: the image decides",
        ),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "image_refer", "element_frontal_image": A,
            "element_refer_images": [B], "element_video_list": CLIP}),
            "`element_video_list` is not used",
        ),
        (
            ELEMENT,
            json!({"element_name": "n", "element_description": "d", "reference_type": "video_refer", "element_frontal_image": A,
            "element_video_list": CLIP}),
            "`element_frontal_image` is not used",
        ),
        (T2V, json!({"prompt": "x", "camera_control": "zoom: 5"}), "`camera_control` cannot be used with kling-v3"),
        (T2V, json!({"prompt": "x", "cfg_scale": 0.7}), "`cfg_scale` may be refused or ignored"),
    ] {
        let (_, text) = posted(tool, parameters).await;
        assert!(text.lines().any(|line| line.starts_with("Note: ") && line.contains(note)), "{note}: {text}");
    }
    for (parameters, message) in [
        (json!({"prompt": "x", "voice_list": "123"}), "`sound` must be on because of voice_list."),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "negative_prompt": "blur"}),
            "`negative_prompt` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "cfg_scale": 0.7}),
            "`cfg_scale` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-3.0", "camera_control": "zoom: 5"}),
            "`camera_control` cannot be used with kling-3.0.",
        ),
        (
            json!({"prompt": "x", "model_name": "kling-v2-5-turbo", "cfg_scale": 0.7}),
            "`cfg_scale` cannot be used with kling-v2-5-turbo.",
        ),
    ] {
        assert_eq!(refusal(T2V, parameters).await, message);
    }
}

#[tokio::test(start_paused = true)]
async fn notes_are_chinese_where_chinese_is_set() {
    let kling = ScriptedServer::start([Reply::http(400, NOT_FOUND), Reply::http(200, ACCEPTED)]).await.unwrap();
    let mut credentials = api_key(&kling.url(""));
    credentials.insert("language".into(), "zh_Hans".into());
    let parameters =
        json!({"prompt": "总体", "multi_prompt": "5：门开了", "wait_for_result": "false", "external_task_id": "own-1"});
    let outcome = call(&host(Environment::default()), T2V, &credentials, parameters).await;
    let text = outcome.texts.concat();
    assert!(text.ends_with("\n注意：`multi_prompt` 中有分镜，已按自定义多镜头生成。\n注意：未使用 `prompt`：由 `multi_prompt` 中的分镜代替。"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn references_that_are_nearly_right_are_written_and_said() {
    for near in ["@image_1", "<<<Image_1>>>", "<<< image_1 >>>", "&lt;&lt;&lt;image_1&gt;&gt;&gt;", "@Image1", "@图片1"]
    {
        let (sent, text) = posted(OMNI, json!({"prompt": format!("{near} runs"), "image_list": [A]})).await;
        assert_eq!(sent["prompt"], "<<<image_1>>> runs", "{near}");
        assert!(text.contains("Note: `prompt`: the reference to image_1 is written as `<<<image_1>>>`."), "{text}");
    }
    let (sent, text) = posted(OMNI, json!({"prompt": "@image_2 runs", "image_list": [A]})).await;
    assert_eq!(sent["prompt"], "@image_2 runs");
    assert!(text.contains("Note: `prompt` mentions image_2, which is not given"), "{text}");
    let (sent, text) = posted(OMNI, json!({"prompt": "<<<image_1>>> runs", "image_list": [A]})).await;
    assert_eq!(sent["prompt"], "<<<image_1>>> runs");
    assert!(!text.contains("Note"), "{text}");
    let missing = refusal(OMNI, json!({"prompt": "<<<Image_3>>>", "image_list": [A]})).await;
    assert_eq!(missing, "`prompt` refers to image_3, which is not given.");
}

#[tokio::test(start_paused = true)]
async fn a_reference_to_a_frame_is_understood_on_either_surface() {
    let frame = |model: &str| json!({"prompt": "<<<image_1>>> smiles", "image": A, "model_name": model});
    let (sent, text) = posted(I2V, frame("kling-3.0")).await;
    assert_eq!(sent["contents"][0], json!({"type": "prompt", "text": "the first frame smiles"}));
    assert!(text.contains("the reference to image_1 is written as `the first frame`"), "{text}");
    assert_eq!(body(I2V, frame("kling-v3")).await["prompt"], "<<<image_1>>> smiles");
    for model in ["kling-v3-omni", "kling-3.0-omni"] {
        let sent =
            body(OMNI, json!({"prompt": "<<<first_frame>>> smiles", "first_frame": A, "model_name": model})).await;
        let prompt = if model == "kling-v3-omni" { &sent["prompt"] } else { &sent["contents"][0]["text"] };
        assert!(prompt.as_str().unwrap().contains("image_1"), "{prompt}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_video_to_refer_to_gives_no_ratio() {
    let video = json!([{"video_url": CLIP, "refer_type": "feature"}]);
    assert_eq!(body(OMNI, json!({"prompt": "x", "video_list": video})).await["aspect_ratio"], "16:9");
    let v2 = json!({"prompt": "x", "video_list": video, "model_name": "kling-3.0-omni", "multi_shot": "true", "shot_type": "intelligence"});
    assert_eq!(body(OMNI, v2).await["settings"]["aspect_ratio"], "16:9");
    assert_eq!(body(OMNI, json!({"prompt": "x", "video_list": CLIP})).await["aspect_ratio"], json!(null));
    assert_eq!(body(OMNI, json!({"prompt": "x", "first_frame": A})).await["aspect_ratio"], json!(null));
}

//! The model decides which API serves a call; the user never has to know.

use kling_dify::Environment;
use kling_sim::SAMPLE_MP4;
use serde_json::json;

use crate::support::{api_key, call, failure, host, key_pair, simulator, variable};

const PICTURE: &str = "https://media.example.test/a.png";

#[tokio::test(start_paused = true)]
async fn models_of_the_new_surface_answer_like_all_others() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let cases = [
        (
            "text_2_video_create",
            "text_2_video_query",
            json!({"prompt": "a lighthouse", "model_name": "kling-3.0-turbo"}),
        ),
        (
            "image_2_video_create",
            "image_2_video_query",
            json!({"prompt": "zoom", "image": PICTURE, "model_name": "kling-3.0-turbo"}),
        ),
        (
            "omni_video_create",
            "omni_video_query",
            json!({"prompt": "<<<image_1>>> dances", "image_list": [PICTURE], "model_name": "kling-3.0-omni"}),
        ),
    ];
    for (create, query, parameters) in cases {
        let outcome = call(&host, create, &credentials, parameters).await;
        assert_eq!(outcome.error, None, "{create}");
        assert!(outcome.blobs[0].bytes == SAMPLE_MP4);
        let data = &outcome.jsons[0]["data"];
        assert_eq!(data["task_status"], "succeed");
        assert_eq!(data["task_result"]["videos"][0]["url"], outcome.variables["url"]);
        assert_eq!(data["estimated_units"], data["final_unit_deduction"], "{data}");
        for (tool, named) in [
            (query, json!({"task_id": variable(&outcome, "task_id")})),
            (query, json!({"task_id": variable(&outcome, "handle")})),
            ("task_query", json!({"handle": variable(&outcome, "handle")})),
            ("task_query", json!({"external_task_id": data["task_info"]["external_task_id"]})),
        ] {
            let asked = call(&host, tool, &credentials, named).await;
            assert!(asked.blobs[0].bytes == SAMPLE_MP4, "{tool}");
        }
    }
    assert!(
        sim.requests()
            .iter()
            .filter(|request| request.method == "POST")
            .all(|request| !request.path.starts_with("/v1/"))
    );
}

#[tokio::test(start_paused = true)]
async fn with_an_access_key_a_model_of_the_new_surface_is_refused_here() {
    let sim = simulator().await;
    let parameters = json!({"prompt": "a lighthouse", "model_name": "kling-3.0-turbo"});
    let outcome = call(&host(Environment::default()), "text_2_video_create", &key_pair(&sim.url()), parameters).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("API key") && message.contains("kling-v3"), "{message}");
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_the_new_surface_does_not_take_is_refused_here() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for (extra, field) in [
        (json!({"negative_prompt": "blur"}), "negative_prompt"),
        (json!({"cfg_scale": 0.8}), "cfg_scale"),
        (json!({"camera_control": "down_back"}), "camera_control"),
        (json!({"mode": "4k"}), "mode"),
    ] {
        let mut parameters = json!({"prompt": "a lighthouse", "model_name": "kling-3.0-turbo"});
        parameters.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        let outcome = call(&host, "text_2_video_create", &credentials, parameters).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeBadRequestError");
        assert!(message.contains(field), "{field}: {message}");
    }
    assert_eq!(sim.requests().len(), 0);
}

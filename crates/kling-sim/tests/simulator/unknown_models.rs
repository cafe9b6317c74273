use serde_json::json;

use crate::client::{GENERATIONS, IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, URL, post, sim};

#[tokio::test]
async fn v1_tells_unknown_ones_from_those_of_other_endpoints() {
    let sim = sim().await;
    for (path, elsewhere) in [
        (IMAGE2VIDEO, "kling-v3-omni"),
        (OMNI_VIDEO, "kling-v3"),
        (GENERATIONS, "kling-image-o1"),
        (OMNI_IMAGE, "kling-video-o1"),
    ] {
        let body = |model: &str| json!({ "model_name": model, "prompt": "a", "image": URL });
        let unknown = post(&sim, path, &body("kling-v99")).await;
        assert_eq!(unknown.refusal(), (400, 1201, "model is not supported"), "{path}");
        let message = format!("model {elsewhere} is not supported for this API");
        assert_eq!(post(&sim, path, &body(elsewhere)).await.refusal(), (404, 1203, message.as_str()), "{path}");
    }
}

#[tokio::test]
async fn in_a_path_both_are_1203() {
    let sim = sim().await;
    for (path, message) in [
        ("/text-to-video/kling-4.0", "model is not supported"),
        ("/text-to-video/kling-3.0-omni", "model kling-3.0-omni is not supported for this API"),
        ("/omni-video/kling-3.0", "model kling-3.0 is not supported for this API"),
        ("/omni-video/kling-v3-omni", "model kling-v3-omni is not supported for this API"),
        ("/image-to-video/kling-o1", "model kling-o1 is not supported for this API"),
    ] {
        assert_eq!(post(&sim, path, &json!({ "prompt": "a" })).await.refusal(), (404, 1203, message), "{path}");
    }
    assert_eq!(post(&sim, "/text-to-video", &json!({})).await.refusal().1, 1203);
}

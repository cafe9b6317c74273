use std::time::Duration;

use kling_sim::{SAMPLE_PNG, SimOptions, Surface, TaskKind};
use serde_json::{Value, json};

use crate::client::{GENERATIONS, ended, get, http, pass, post, sim, sim_with};

#[tokio::test]
async fn n_images_come_in_ten_seconds() {
    let sim = sim().await;
    let body = json!({ "model_name": "kling-v3", "prompt": "a puppy", "n": 2, "resolution": "2k",
        "aspect_ratio": "3:2", "external_task_id": "puppy" });
    post(&sim, GENERATIONS, &body).await.data();
    pass(Duration::from_secs(9)).await;
    let path = format!("{GENERATIONS}/puppy");
    assert_eq!(get(&sim, &path).await.data()["task_status"], "processing");
    pass(Duration::from_secs(1)).await;
    let answer = get(&sim, &path).await;
    let result = &answer.data()["task_result"];
    assert_eq!(result.as_object().unwrap().keys().collect::<Vec<_>>(), ["images"]);
    let images = result["images"].as_array().unwrap();
    assert_eq!(images.iter().map(|image| &image["index"]).collect::<Vec<_>>(), [0, 1]);
    assert_ne!(images[0]["url"], images[1]["url"]);
    assert_eq!(images[0]["watermark_url"], "");
    let response = http().get(images[1]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.bytes().await.unwrap(), SAMPLE_PNG);
    let view = &sim.tasks()[0];
    assert_eq!((view.kind, view.surface, view.n, view.seconds), (TaskKind::Images, Surface::Legacy, 2, None));
}

#[tokio::test]
async fn watermarked_copies_are_files_of_their_own() {
    let sim = sim().await;
    let task = ended(&sim, GENERATIONS, &json!({ "prompt": "a", "watermark_info": { "enabled": true } })).await;
    let image = &task["task_result"]["images"][0];
    assert_ne!(image["watermark_url"], image["url"]);
    assert_eq!(http().get(image["watermark_url"].as_str().unwrap()).send().await.unwrap().status(), 200);
    assert_eq!(task["watermark_info"], json!({ "enabled": true }));
    assert!(sim.tasks()[0].watermark);
}

#[tokio::test]
async fn one_image_of_3_0_is_what_comes_when_little_is_said() {
    let sim = sim().await;
    let task = ended(&sim, GENERATIONS, &json!({ "prompt": "a" })).await;
    assert_eq!(task["task_result"]["images"].as_array().map(Vec::len), Some(1));
    assert_eq!(sim.tasks()[0].model_name, "kling-v3");
    let listed = get(&sim, GENERATIONS).await;
    assert_eq!(listed.data(), &Value::from(vec![task]));
}

#[tokio::test]
async fn other_bytes_can_be_served() {
    let image = bytes::Bytes::from_static(b"not even a picture");
    let sim = sim_with(SimOptions { image: image.clone(), ..SimOptions::default() }).await;
    let task = ended(&sim, GENERATIONS, &json!({ "prompt": "a" })).await;
    let url = task["task_result"]["images"][0]["url"].as_str().unwrap();
    assert_eq!(http().get(url).send().await.unwrap().bytes().await.unwrap(), image);
}

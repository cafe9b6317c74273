use std::time::Duration;

use kling_sim::SimOptions;
use serde_json::json;
use tokio::time::Instant;

use crate::client::{
    ELEMENTS, GENERATIONS, OMNI_IMAGE, OMNI_VIDEO, TEXT2VIDEO, URL, create, pass, post, sim, sim_with,
};

const FULL: (u16, i64, &str) = (429, 1303, "parallel task over resource pack limit");

#[tokio::test]
async fn every_image_takes_a_slot_until_the_task_has_ended() {
    let sim = sim().await;
    post(&sim, GENERATIONS, &json!({ "prompt": "a", "n": 6 })).await.data();
    assert_eq!(post(&sim, GENERATIONS, &json!({ "prompt": "a", "n": 4 })).await.refusal(), FULL);
    post(&sim, GENERATIONS, &json!({ "prompt": "a", "n": 3 })).await.data();
    assert_eq!(post(&sim, GENERATIONS, &json!({ "prompt": "a" })).await.refusal(), FULL);
    pass(Duration::from_secs(10)).await;
    post(&sim, GENERATIONS, &json!({ "prompt": "a", "n": 9 })).await.data();
}

#[tokio::test]
async fn a_series_takes_as_many_as_it_makes() {
    let sim = sim_with(SimOptions { image_concurrency: 5, ..SimOptions::default() }).await;
    let series = json!({ "model_name": "kling-v3-omni", "prompt": "a", "result_type": "series",
        "series_amount": "auto" });
    post(&sim, OMNI_IMAGE, &series).await.data();
    assert_eq!(sim.tasks()[0].n, 4);
    let single = |n: u32| json!({ "model_name": "kling-v3-omni", "prompt": "a", "n": n });
    assert_eq!(post(&sim, OMNI_IMAGE, &single(2)).await.refusal(), FULL);
    post(&sim, OMNI_IMAGE, &single(1)).await.data();
}

#[tokio::test]
async fn videos_and_images_of_one_model_are_counted_apart() {
    let sim = sim_with(SimOptions { concurrency: 1, image_concurrency: 1, ..SimOptions::default() }).await;
    let body = json!({ "model_name": "kling-v3", "prompt": "a" });
    for path in [TEXT2VIDEO, GENERATIONS] {
        post(&sim, path, &body).await.data();
        assert_eq!(post(&sim, path, &body).await.refusal(), FULL, "{path}");
    }
}

#[tokio::test]
async fn both_surfaces_share_the_slots_of_a_model() {
    let sim = sim_with(SimOptions { concurrency: 1, ..SimOptions::default() }).await;
    let omni = json!({ "model_name": "kling-v3-omni", "prompt": "a", "aspect_ratio": "1:1" });
    post(&sim, OMNI_VIDEO, &omni).await.data();
    let contents = json!({ "contents": [{ "type": "prompt", "text": "a" }], "settings": { "aspect_ratio": "1:1" } });
    assert_eq!(post(&sim, "/omni-video/kling-3.0-omni", &contents).await.refusal(), FULL);
    post(&sim, "/text-to-video/kling-3.0", &json!({ "prompt": "a" })).await.data();
}

#[tokio::test]
async fn elements_take_none() {
    let sim = sim_with(SimOptions { concurrency: 0, image_concurrency: 0, ..SimOptions::default() }).await;
    let body = json!({ "element_name": "Ben", "element_description": "a cook", "reference_type": "video_refer",
        "element_video_list": { "refer_videos": [{ "video_url": URL }] } });
    post(&sim, ELEMENTS, &body).await.data();
    assert_eq!(post(&sim, GENERATIONS, &json!({ "prompt": "a" })).await.refusal(), FULL);
}

#[tokio::test(start_paused = true)]
async fn the_time_that_slots_are_held_is_counted() {
    let sim = sim_with(SimOptions { image_concurrency: 9, ..SimOptions::default() }).await;
    let started = Instant::now();
    // Two images for 10 s, and a video for 42 s.
    post(&sim, GENERATIONS, &json!({ "prompt": "a boat", "n": 2 })).await.data();
    create(&sim, &json!({ "prompt": "a boat" })).await.data();
    let at = |seconds| started + Duration::from_secs(seconds);
    for (from, to, held) in [(0, 5, 15), (0, 10, 30), (0, 20, 40), (0, 1000, 62), (5, 10, 15), (42, 50, 0), (10, 5, 0)]
    {
        assert_eq!((sim.slot_time(at(from), at(to)) + Duration::from_millis(500)).as_secs(), held, "{from} to {to} s");
    }
}

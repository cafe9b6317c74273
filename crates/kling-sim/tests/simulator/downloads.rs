use std::time::Duration;

use kling_sim::{SAMPLE_MP4, SimOptions};
use reqwest::{Method, Response};
use serde_json::json;

use crate::client::{created, http, pass, sim, sim_with, task, video_url};

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

async fn ranged(url: &str, headers: &[(&str, &str)]) -> Response {
    let request = headers.iter().fold(http().get(url), |request, (name, value)| request.header(*name, *value));
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_video_is_fetched_without_credentials() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), Some("video/mp4"));
    assert_eq!(header(&response, "content-length"), Some(SAMPLE_MP4.len().to_string().as_str()));
    assert_eq!(header(&response, "accept-ranges"), Some("bytes"));
    assert_eq!(response.bytes().await.unwrap(), SAMPLE_MP4);
}

#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let (file, _) = url.split_once('?').unwrap();
    for url in [file.to_owned(), format!("{file}?sign="), format!("{url}0")] {
        assert_eq!(http().get(url).send().await.unwrap().status(), 403);
    }
    let unknown = format!("{}/files/1.mp4?sign=1", sim.url());
    assert_eq!(http().get(unknown).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn head_tells_the_length_and_sends_nothing() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let response = http().request(Method::HEAD, &url).header("range", "bytes=0-9").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-length"), Some(SAMPLE_MP4.len().to_string().as_str()));
    assert_eq!(header(&response, "content-type"), Some("video/mp4"));
    assert!(header(&response, "etag").is_some());
    assert!(response.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_range_is_sent_alone() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let len = SAMPLE_MP4.len();
    for (range, start, end) in [("bytes=0-9", 0, 10), ("bytes=100-", 100, len), ("bytes=-7", len - 7, len)] {
        let response = ranged(&url, &[("range", range)]).await;
        assert_eq!(response.status(), 206, "{range}");
        let expected = format!("bytes {start}-{}/{len}", end - 1);
        assert_eq!(header(&response, "content-range"), Some(expected.as_str()));
        assert_eq!(header(&response, "content-length"), Some((end - start).to_string().as_str()));
        assert_eq!(response.bytes().await.unwrap(), &SAMPLE_MP4[start..end]);
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_416() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let len = SAMPLE_MP4.len();
    let response = ranged(&url, &[("range", &format!("bytes={len}-"))]).await;
    assert_eq!(response.status(), 416);
    assert_eq!(header(&response, "content-range"), Some(format!("bytes */{len}").as_str()));
}

#[tokio::test]
async fn if_range_decides_between_part_and_whole() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let etag = header(&http().get(&url).send().await.unwrap(), "etag").unwrap().to_owned();
    assert_eq!(ranged(&url, &[("range", "bytes=5-"), ("if-range", &etag)]).await.status(), 206);
    let changed = ranged(&url, &[("range", "bytes=5-"), ("if-range", "\"other\"")]).await;
    assert_eq!(changed.status(), 200);
    assert_eq!(changed.bytes().await.unwrap(), SAMPLE_MP4);
}

#[tokio::test]
async fn there_is_no_file_before_the_end() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    let early = format!("{}/files/{}.mp4?sign=1", sim.url(), id.replacen("840", "841", 1));
    assert_eq!(http().get(&early).send().await.unwrap().status(), 404);
    pass(Duration::from_secs(42)).await;
    assert_eq!(http().get(&early).send().await.unwrap().status(), 403, "now it is the signature that is wrong");
}

#[tokio::test]
async fn other_bytes_can_be_served() {
    let video = bytes::Bytes::from(vec![7; 100_000]);
    let sim = sim_with(SimOptions { video: video.clone(), ..SimOptions::default() }).await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    pass(Duration::from_secs(42)).await;
    let task = task(&sim, &id).await;
    let url = task["task_result"]["videos"][0]["url"].as_str().unwrap();
    assert_eq!(http().get(url).send().await.unwrap().bytes().await.unwrap(), video);
}

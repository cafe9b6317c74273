use kling_sim::{Fault, SAMPLE_MP4};
use reqwest::Response;

use crate::client::{http, sim, video_url};

/// What arrived, and whether the connection broke after it.
async fn received(mut response: Response) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return (bytes, false),
            Err(_) => return (bytes, true),
        }
    }
}

#[tokio::test]
async fn a_download_is_cut_once() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push(Fault::BreakDownloadAfter(1000));
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.content_length(), Some(SAMPLE_MP4.len() as u64), "the announced length is the true one");
    let (bytes, broken) = received(response).await;
    assert!(broken);
    assert_eq!(bytes, &SAMPLE_MP4[..1000]);

    let rest = http().get(&url).header("range", "bytes=1000-").send().await.unwrap();
    let (rest, broken) = received(rest).await;
    assert!(!broken, "only once");
    assert_eq!([bytes, rest].concat(), SAMPLE_MP4);
}

#[tokio::test]
async fn a_range_can_be_cut_too() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push(Fault::BreakDownloadAfter(10));
    let response = http().get(&url).header("range", "bytes=500-").send().await.unwrap();
    assert_eq!(response.status(), 206);
    assert_eq!(received(response).await, (SAMPLE_MP4[500..510].to_vec(), true));
}

#[tokio::test]
async fn a_length_claimed_too_large_ends_in_a_broken_connection() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let claimed = SAMPLE_MP4.len() + 5000;
    sim.faults().push(Fault::LieAboutLength { claimed });
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.content_length(), Some(claimed as u64));
    assert_eq!(received(response).await, (SAMPLE_MP4.to_vec(), true));
}

#[tokio::test]
async fn a_length_claimed_too_small_loses_the_end() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push(Fault::LieAboutLength { claimed: 100 });
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.content_length(), Some(100));
    assert_eq!(received(response).await, (SAMPLE_MP4[..100].to_vec(), false));
}

#[tokio::test]
async fn a_fault_waits_for_a_download_that_would_deliver() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    let fault = Fault::BreakDownloadAfter(0);
    sim.faults().push(fault);
    http().head(&url).send().await.unwrap();
    http().get(format!("{url}0")).send().await.unwrap();
    assert_eq!(sim.faults().pending(), [fault]);
    assert_eq!(received(http().get(&url).send().await.unwrap()).await, (Vec::new(), true));
    assert_eq!(sim.faults().pending(), []);
}

#[tokio::test]
async fn a_download_can_be_without_a_length() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push(Fault::DownloadWithoutLength);
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(response.content_length(), None);
    assert_eq!(received(response).await, (SAMPLE_MP4.to_vec(), false));
}

#[tokio::test]
async fn a_file_can_break_for_good() {
    let sim = sim().await;
    let (url, other) = (video_url(&sim).await, video_url(&sim).await);
    sim.faults().push(Fault::FileEndsAt(1000));
    for _ in 0..3 {
        let response = http().get(&url).send().await.unwrap();
        assert_eq!(response.content_length(), Some(SAMPLE_MP4.len() as u64));
        assert_eq!(received(response).await, (SAMPLE_MP4[..1000].to_vec(), true));
        for (range, told) in [("bytes=990-", &SAMPLE_MP4[990..1000]), ("bytes=1000-", &[]), ("bytes=2000-2010", &[])] {
            let response = http().get(&url).header("range", range).send().await.unwrap();
            assert_eq!(received(response).await, (told.to_vec(), true), "{range}");
        }
    }
    let before = http().get(&url).header("range", "bytes=0-999").send().await.unwrap();
    assert_eq!(received(before).await, (SAMPLE_MP4[..1000].to_vec(), false));
    assert_eq!(received(http().get(&other).send().await.unwrap()).await, (SAMPLE_MP4.to_vec(), false));
}

#[tokio::test]
async fn a_download_can_trickle() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    tokio::time::pause();
    sim.faults().push(Fault::DownloadTrickles);
    let started = tokio::time::Instant::now();
    let response = http().get(&url).send().await.unwrap();
    assert_eq!(received(response).await, (SAMPLE_MP4.to_vec(), false));
    assert!(started.elapsed() > std::time::Duration::from_secs(3000), "{:?}", started.elapsed());
}

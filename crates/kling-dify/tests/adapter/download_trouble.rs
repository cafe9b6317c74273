//! The video is paid: whatever happens to its file, nothing is lost.

use kling_dify::Environment;
use kling_sim::{Fault, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::json;

use crate::support::{CREATE, api_key, call, failure, host, simulator, variable};

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_off_is_resumed() {
    let sim = simulator().await;
    for cut in [3000, 1, 5000] {
        sim.faults().push(Fault::BreakDownloadAfter(cut));
    }
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), json!({"prompt": "a boat"})).await;
    assert_eq!(outcome.error, None);
    assert!(outcome.blobs[0].bytes == SAMPLE_MP4);
    assert_eq!(sim.faults().pending().len(), 0);
}

/// Promise 2: every failure after the submit carries the handle; here the link as well.
#[tokio::test(start_paused = true)]
async fn a_download_that_never_comes_through_is_an_error_with_link_and_handle() {
    let lie = Fault::LieAboutLength { claimed: SAMPLE_MP4.len() + 1000 };
    for faults in [vec![Fault::BreakDownloadAfter(100); 6], vec![lie; 6]] {
        let sim = simulator().await;
        for fault in faults {
            sim.faults().push(fault);
        }
        let outcome =
            call(&host(Environment::default()), CREATE, &api_key(&sim.url()), json!({"prompt": "a boat"})).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeConnectionError");
        for part in ["made and paid", variable(&outcome, "url"), variable(&outcome, "handle")] {
            assert!(message.contains(part), "{message}");
        }
        assert_eq!(variable(&outcome, "task_status"), "succeed");
        assert_eq!((outcome.jsons.len(), outcome.blobs.len()), (1, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_above_difys_limit_is_a_link_with_the_reason() {
    let mut video = SAMPLE_MP4.to_vec();
    video.resize(30 * 1024 * 1024 + 1, 0);
    let options = SimOptions { speed: 1.0, video: video.into(), ..SimOptions::default() };
    let sim = Simulator::start(options).await.unwrap();
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&sim.url()), json!({"prompt": "a boat"})).await;
    assert_eq!((outcome.error.as_ref(), outcome.blobs.len()), (None, 0));
    assert!(outcome.text().contains("31 MB; Dify takes 30 MB at most"), "{}", outcome.text());
    assert!(outcome.text().contains(variable(&outcome, "url")));
}

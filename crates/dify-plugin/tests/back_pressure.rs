//! A host that stops reading stops the tools, not the memory: what is sent ahead is bounded.

mod support;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use dify_plugin::{BlobMeta, Error};
use futures_util::{StreamExt, stream};
use serde_json::json;

const PIECE: usize = 16 * 1024;
const PIECES: usize = 1024;

#[tokio::test(start_paused = true)]
async fn a_stalled_reader_bounds_what_is_taken_from_the_source() {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let (mut host, _serving) = support::serve(support::plugin(move |_, out| {
        let counter = counter.clone();
        async move {
            let pieces = stream::iter(0..PIECES).map(|_| {
                counter.fetch_add(PIECE, Ordering::Relaxed);
                Ok::<_, Infallible>(Bytes::from_static(&[7; PIECE]))
            });
            let meta = BlobMeta { mime_type: "video/mp4".into(), filename: "f".into() };
            let sent = out.blob(meta, (PIECE * PIECES) as u64, pieces).await;
            sent.map_err(|error| Error::Internal(error.to_string()))
        }
    }));
    // Several at once share the one bound.
    for id in ["a", "b", "c"] {
        host.input.send_line(&support::request(id, &json!({}))).await;
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let ahead = taken.load(Ordering::Relaxed);
    assert!(ahead > 0 && ahead < 512 * 1024, "{ahead} bytes are held");

    // Read on, and all comes: 2 chunks a piece and an end each, and the session's end.
    let lines = support::lines(&mut host, 3).await;
    assert_eq!(lines.len(), 3 * (2 * PIECES + 2));
    assert_eq!(taken.load(Ordering::Relaxed), 3 * PIECE * PIECES);
}

#[tokio::test(start_paused = true)]
async fn requests_are_taken_in_meanwhile() {
    let (mut host, _serving) = support::serve(support::plugin(async |_, out| out.text("x".repeat(300_000)).await));
    for number in 0..50 {
        let request = support::request(&format!("s{number}"), &json!({}));
        tokio::time::timeout(Duration::from_secs(5), host.input.send_line(&request)).await.unwrap();
    }
    assert_eq!(support::lines(&mut host, 50).await.len(), 100);
}

//! Promise 6: no link and no content in what `Debug` and errors print.

mod support;

use kling_media::{Downloader, Input, Limits, LinkPolicy, Prepared};
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::json;
use support::{SIGNED, dify_file, downloader};

#[tokio::test]
async fn inputs_and_what_becomes_of_them_stay_private() {
    let file = Input::from_json(&dify_file(&format!("http://api:5001{SIGNED}"))).unwrap().unwrap();
    let link = Input::from_url("https://cdn.example.com/SECRET.png").unwrap();
    let shown = format!("{file:?} {link:?} {:?}", Input::from_bytes(&b"SECRET"[..]));
    assert!(!shown.contains("SECRET") && !shown.contains("83"), "{shown}");
    let prepared = link.prepare(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE).await.unwrap();
    let shown = format!("{prepared:?} {:?}", Prepared::Base64("SECRET".to_owned()));
    assert_eq!(shown, "Url(..) Base64(6 characters)");
}

#[tokio::test]
async fn downloads_in_progress_stay_private() {
    let server = ScriptedServer::start([Reply::http(200, kling_sim::SAMPLE_PNG)]).await.unwrap();
    let downloader = Downloader::new(LinkPolicy::HttpsOrLoopback).unwrap();
    let download = downloader.open(&server.url("/v.mp4?sign=SECRET"), 1_000_000).await.unwrap();
    let shown = format!("{downloader:?} {download:?}");
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[test]
fn refusals_quote_nothing() {
    for text in
        ["ftp://SECRET/", "/files/SECRET", "SECRET!", "{\"SECRET\"", "data:SECRET", "https://u:SECRET@a.example/"]
    {
        let problem = Input::from_json(&json!(text)).unwrap_err();
        assert!(!format!("{problem} {problem:?}").contains("SECRET"), "{problem}");
    }
}

//! A redirect is judged like a link: none leads to a private host, and Dify's lead to Dify alone.

mod support;

use kling_media::{Input, Limits, LinkPolicy};
use kling_sim::scripted::{Reply, ScriptedServer};
use support::{SIGNED, dify_file, downloader, downloader_beside};

const LIMIT: u64 = 30_000_000;
const NOT_PUBLIC: &str = "the link redirects to an address that is not public";

fn to(location: &str) -> Reply {
    Reply::http(302, "").header("Location", location)
}

#[tokio::test]
async fn a_download_is_not_led_into_private_networks() {
    for location in [
        "https://10.0.0.1/v.mp4",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/v.mp4",
        "https://0xa9fea9fe/v.mp4",
        "https://[fd00::1]/v.mp4",
    ] {
        let server = ScriptedServer::start([to(location)]).await.unwrap();
        let error = downloader(LinkPolicy::HttpsOrLoopback).open(&server.url("/v.mp4"), LIMIT).await.unwrap_err();
        assert_eq!(error.to_string(), NOT_PUBLIC, "{location}");
        // A refusal is final, not a break.
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let target = ScriptedServer::start([Reply::http(200, kling_sim::SAMPLE_MP4)]).await.unwrap();
    let server = ScriptedServer::start([to(&target.url("/v.mp4"))]).await.unwrap();
    let download = downloader(LinkPolicy::HttpsOrLoopback).open(&server.url("/v.mp4"), LIMIT).await.unwrap();
    assert_eq!(download.length(), kling_sim::SAMPLE_MP4.len() as u64);
    let circle = ScriptedServer::start(vec![to("/again"); 20]).await.unwrap();
    let error = downloader(LinkPolicy::HttpsOrLoopback).open(&circle.url("/v.mp4"), LIMIT).await.unwrap_err();
    assert_eq!(error.to_string(), "the link redirects too often or away from https");
    assert_eq!(circle.requests().len(), 6);
}

#[tokio::test]
async fn dify_redirects_within_itself_and_nowhere_else() {
    let other_port = ScriptedServer::start([]).await.unwrap();
    let fetch = async |reply: Reply| {
        let server = ScriptedServer::start([reply, Reply::http(200, kling_sim::SAMPLE_PNG)]).await.unwrap();
        let input = Input::from_json(&dify_file(&server.url(SIGNED))).unwrap().unwrap();
        input.fetch(&downloader_beside(&[&server.url("")]), &Limits::LEGACY_IMAGE).await
    };
    assert_eq!(fetch(to("/files/elsewhere?sign=1")).await.unwrap(), Input::from_bytes(kling_sim::SAMPLE_PNG));
    let other_port_url = other_port.url("/a.png");
    for location in
        ["http://10.0.0.1/a.png", "http://localhost/a.png", "https://cdn.example.test/a.png", &*other_port_url]
    {
        assert_eq!(fetch(to(location)).await.unwrap_err().to_string(), NOT_PUBLIC, "{location}");
    }
    assert_eq!(other_port.requests(), [""; 0]);
}

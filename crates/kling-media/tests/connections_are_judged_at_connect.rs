//! A name is judged by the address that is connected to, each time anew: what it said before does not count.

mod support;

use std::time::Duration;

use futures_util::TryStreamExt;
use kling_media::{DifyOrigins, Downloader, Input, Limits, LinkPolicy, MediaError};
use kling_sim::SAMPLE_MP4;
use kling_sim::scripted::{Reply, ScriptedServer};
use support::{Dns, SIGNED, dify_file};
use tokio::net::TcpListener;

const LIMIT: u64 = 30_000_000;
const NOT_PUBLIC: &str = "the link leads to an address that is not public";

fn downloader(policy: LinkPolicy, answers: &[&[&str]]) -> Downloader {
    Downloader::with_dns(policy, Dns::answering(answers)).unwrap().with_first_pause(Duration::ZERO)
}

#[tokio::test]
async fn a_public_name_for_a_forbidden_address_is_not_connected_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "::1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1"]
    {
        for policy in [LinkPolicy::HttpsOnly, LinkPolicy::HttpsOrLoopback] {
            let downloader = downloader(policy, &[&[address]]);
            let error = downloader.open(&format!("https://cdn.example.test:{port}/v.mp4"), LIMIT).await.unwrap_err();
            assert_eq!(error.to_string(), NOT_PUBLIC, "{address}");
        }
    }
    let knock = tokio::time::timeout(Duration::from_millis(1), listener.accept()).await;
    assert!(knock.is_err(), "nobody came");
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_left_when_the_download_goes_on() {
    let reply = Reply::http(200, SAMPLE_MP4).header("ETag", "\"1\"").cut_after(1000);
    let server = ScriptedServer::start([reply]).await.unwrap();
    let url = server.url("/v.mp4").replace("127.0.0.1", "localhost");
    let downloader = downloader(LinkPolicy::HttpsOrLoopback, &[&["127.0.0.1"], &["10.0.0.1"]]);
    let mut stream = Box::pin(downloader.open(&url, LIMIT).await.unwrap().into_stream());
    let error = loop {
        match stream.try_next().await {
            Ok(chunk) => assert!(chunk.is_some(), "the file ended"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.to_string(), NOT_PUBLIC);
    assert_eq!(server.requests().len(), 1);
}

/// Dify may be anywhere but where metadata services are.
#[tokio::test]
async fn difys_name_may_be_private_and_is_judged_each_time_too() {
    let reply = Reply::http(200, kling_sim::SAMPLE_PNG).header("ETag", "\"1\"").cut_after(100);
    let server = ScriptedServer::start([reply]).await.unwrap();
    let url = server.url(SIGNED).replace("127.0.0.1", "api");
    let origins = DifyOrigins::named([url.split(SIGNED).next().unwrap()]);
    let downloader = downloader(LinkPolicy::HttpsOnly, &[&["127.0.0.1"], &["169.254.169.254"]]);
    let downloader = downloader.with_dify_origins(origins);
    let input = Input::from_json(&dify_file(&url)).unwrap().unwrap();
    let error = input.fetch(&downloader, &Limits::LEGACY_IMAGE).await.unwrap_err();
    assert_eq!(error.to_string(), NOT_PUBLIC);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn odd_spellings_of_forbidden_hosts_are_refused_before_anything_else() {
    let downloader = downloader(LinkPolicy::HttpsOnly, &[&["8.8.8.8"]]);
    for host in
        ["0x7f.1", "0177.0.0.1", "2130706433", "127.1", "[::ffff:127.0.0.1]", "[::ffff:a9fe:a9fe]", "0xa9fea9fe", "0"]
    {
        let error = downloader.open(&format!("https://{host}/v.mp4"), LIMIT).await.unwrap_err();
        assert!(matches!(error, MediaError::BadLink("does not lead to a public host")), "{host}: {error}");
    }
}

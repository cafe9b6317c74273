//! A download goes straight into a writer, whole or with an error.

mod support;

use kling_media::{LinkPolicy, MediaError};
use kling_sim::SAMPLE_MP4;
use kling_sim::scripted::{Reply, ScriptedServer};
use support::downloader;

const LIMIT: u64 = 30_000_000;

#[tokio::test]
async fn every_byte_arrives_across_a_break() {
    let (size, rest) = (SAMPLE_MP4.len(), &SAMPLE_MP4[2000..]);
    let replies = [
        Reply::http(200, SAMPLE_MP4).header("ETag", "\"1\"").cut_after(2000),
        Reply::http(206, rest)
            .header("ETag", "\"1\"")
            .header("Content-Range", &format!("bytes 2000-{}/{size}", size - 1)),
    ];
    let server = ScriptedServer::start(replies).await.unwrap();
    let download = downloader(LinkPolicy::HttpsOrLoopback).open(&server.url("/v.mp4"), LIMIT).await.unwrap();
    let mut written = Vec::new();
    assert_eq!(download.to_writer(&mut written).await.unwrap(), size as u64);
    assert!(written == SAMPLE_MP4);
}

#[tokio::test]
async fn a_writer_that_refuses_ends_it() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_MP4)]).await.unwrap();
    let download = downloader(LinkPolicy::HttpsOrLoopback).open(&server.url("/v.mp4"), LIMIT).await.unwrap();
    let mut room = [0_u8; 100];
    let mut full = std::io::Cursor::new(&mut room[..]);
    let error = download.to_writer(&mut full).await.unwrap_err();
    assert!(matches!(error, MediaError::Io(_)), "{error}");
}

//! A download that breaks off goes on by `Range`, and delivers every byte once or an error.

use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt;
use kling_media::{Download, Downloader, LinkPolicy, MAX_RESUMPTIONS, MAX_SPOOL_BYTES, MediaError};
use kling_sim::SAMPLE_MP4;
use kling_sim::scripted::{Reply, ScriptedServer};

const LIMIT: u64 = 30_000_000;
const ETAG: &str = "\"v1\"";

async fn open(server: &ScriptedServer, limit: u64) -> Result<Download, MediaError> {
    let downloader = Downloader::new(LinkPolicy::HttpsOrLoopback).unwrap().with_first_pause(Duration::ZERO);
    downloader.open(&server.url("/v.mp4?sign=SECRET"), limit).await
}

async fn bytes(server: &ScriptedServer) -> Result<Vec<u8>, MediaError> {
    let chunks: Vec<Bytes> = open(server, LIMIT).await?.into_stream().try_collect().await?;
    Ok(chunks.concat())
}

fn whole() -> Reply {
    Reply::http(200, SAMPLE_MP4).header("ETag", ETAG)
}

fn part(from: usize) -> Reply {
    let range = format!("bytes {from}-{}/{}", SAMPLE_MP4.len() - 1, SAMPLE_MP4.len());
    Reply::http(206, &SAMPLE_MP4[from..]).header("Content-Range", &range).header("ETag", ETAG)
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[tokio::test]
async fn a_whole_file_comes_with_length_and_type_by_content() {
    let server = ScriptedServer::start([whole().header("Content-Type", "text/plain")]).await.unwrap();
    let download = open(&server, LIMIT).await.unwrap();
    assert_eq!(download.length(), SAMPLE_MP4.len() as u64);
    assert_eq!((download.kind().mime_type(), download.kind().extension()), ("video/mp4", "mp4"));
    let chunks: Vec<Bytes> = download.into_stream().try_collect().await.unwrap();
    assert!(chunks.concat() == SAMPLE_MP4);
}

#[tokio::test]
async fn breaks_are_resumed_where_they_happened() {
    let replies = [whole().cut_after(1000), part(1000).cut_after(9000), part(10_000)];
    let server = ScriptedServer::start(replies).await.unwrap();
    assert!(bytes(&server).await.unwrap() == SAMPLE_MP4);
    let requests = server.requests();
    let ranges: Vec<_> = requests.iter().map(|request| header(request, "range")).collect();
    assert_eq!(ranges, [None, Some("bytes=1000-"), Some("bytes=10000-")]);
    assert_eq!(header(&requests[1], "if-range"), Some(ETAG));
    assert!(requests.iter().all(|request| header(request, "authorization").is_none()));
}

#[tokio::test]
async fn a_server_without_ranges_sends_again_and_nothing_is_doubled() {
    let server = ScriptedServer::start([whole().cut_after(1000), whole().cut_after(600), whole()]).await.unwrap();
    assert!(bytes(&server).await.unwrap() == SAMPLE_MP4);
}

#[tokio::test]
async fn server_trouble_and_dead_connections_count_as_breaks() {
    let server = ScriptedServer::start([Reply::http(503, "busy"), whole().cut_after(0), whole()]).await.unwrap();
    assert!(bytes(&server).await.unwrap() == SAMPLE_MP4);
}

#[tokio::test]
async fn breaks_without_end_are_an_error_that_tells_how_far_it_came() {
    let mut replies = vec![whole().cut_after(1000)];
    replies.extend((0..MAX_RESUMPTIONS).map(|_| part(1000).cut_after(0)));
    let server = ScriptedServer::start(replies).await.unwrap();
    let error = bytes(&server).await.unwrap_err();
    assert!(matches!(error, MediaError::Broken { received: 1000, .. }), "{error}");
    assert_eq!(server.requests().len(), 1 + MAX_RESUMPTIONS as usize);
    // Promise 6: no signed link in an error.
    assert!(!format!("{error} {error:?}").contains("SECRET"));
}

#[tokio::test]
async fn a_length_that_is_a_lie_is_an_error() {
    let too_much = SAMPLE_MP4.len() as u64 + 100;
    let server = ScriptedServer::start([whole().claiming(too_much), Reply::http(416, "")]).await.unwrap();
    let error = bytes(&server).await.unwrap_err();
    let all = SAMPLE_MP4.len() as u64;
    assert!(
        matches!(error, MediaError::WrongLength { received, expected: Some(expected) } if received == all && expected == too_much),
        "{error}"
    );
}

#[tokio::test]
async fn a_file_that_changed_meanwhile_is_not_mixed() {
    let other = Reply::http(200, "another file").header("ETag", "\"v2\"");
    let server = ScriptedServer::start([whole().cut_after(1000), other]).await.unwrap();
    assert!(matches!(bytes(&server).await, Err(MediaError::Changed)));
    let shifted = Reply::http(206, &SAMPLE_MP4[999..]).header("Content-Range", "bytes 999-1/2").header("ETag", ETAG);
    let server = ScriptedServer::start([whole().cut_after(1000), shifted]).await.unwrap();
    assert!(matches!(bytes(&server).await, Err(MediaError::Changed)));
}

#[tokio::test]
async fn without_a_length_the_file_is_read_to_its_end_first() {
    let server = ScriptedServer::start([whole().chunked()]).await.unwrap();
    let download = open(&server, LIMIT).await.unwrap();
    assert_eq!(download.length(), SAMPLE_MP4.len() as u64);
    let server = ScriptedServer::start([whole().chunked().cut_after(1000), part(1000)]).await.unwrap();
    assert!(bytes(&server).await.unwrap() == SAMPLE_MP4);
}

/// Promise 9: whatever a server tells or does not tell, so much is held and no more.
#[tokio::test]
async fn without_a_length_a_long_file_is_not_held() {
    let file = |length| {
        let mut file = SAMPLE_MP4.to_vec();
        file.resize(length, 7);
        file
    };
    let server = ScriptedServer::start([Reply::http(200, file(MAX_SPOOL_BYTES)).chunked()]).await.unwrap();
    assert_eq!(open(&server, LIMIT).await.unwrap().length(), MAX_SPOOL_BYTES as u64);
    let server = ScriptedServer::start([Reply::http(200, file(MAX_SPOOL_BYTES + 1)).chunked()]).await.unwrap();
    let error = open(&server, LIMIT).await.unwrap_err();
    assert!(matches!(error, MediaError::UnknownLength { limit } if limit == MAX_SPOOL_BYTES as u64), "{error}");
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_before_it_is_read() {
    let server = ScriptedServer::start([whole()]).await.unwrap();
    let error = open(&server, 100).await.unwrap_err();
    assert!(matches!(error, MediaError::TooLarge { length: Some(_), limit: 100 }), "{error}");
    let server = ScriptedServer::start([whole().chunked()]).await.unwrap();
    let error = open(&server, 100).await.unwrap_err();
    assert!(matches!(error, MediaError::TooLarge { length: None, limit: 100 }), "{error}");
}

#[tokio::test]
async fn refusals_pages_and_nothing_are_told_apart() {
    let cases = [
        (Reply::http(403, "expired"), "the file server answered HTTP 403"),
        (Reply::http(200, "<html>sign in</html>"), "the link leads to a web page and not to a media file"),
        (Reply::http(200, "{\"code\":1}"), "the link leads to a message and not to a media file"),
        (Reply::http(200, ""), "the link leads to an empty file and not to a media file"),
        (
            Reply::http(302, "").header("Location", "http://cdn.example.test/v.mp4"),
            "the link redirects too often or away from https",
        ),
    ];
    for (reply, text) in cases {
        let server = ScriptedServer::start([reply]).await.unwrap();
        assert_eq!(open(&server, LIMIT).await.unwrap_err().to_string(), text);
    }
}

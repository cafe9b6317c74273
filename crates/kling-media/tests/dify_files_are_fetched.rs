//! A file that Dify holds is fetched at once and goes out as Base64, wherever that Dify stands.

mod support;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kling_media::{Downloader, FETCH_TIME, Facts, FileKind, Input, Limits, LinkPolicy, MediaError, Misfit, Prepared};
use kling_sim::SAMPLE_PNG;
use kling_sim::scripted::{Reply, ScriptedServer};
use serde_json::json;
use support::{Dns, SIGNED, dify_file, downloader, downloader_beside, png};

async fn prepare(url: &str, policy: LinkPolicy) -> Result<Prepared, MediaError> {
    let input = Input::from_json(&dify_file(url)).unwrap().unwrap();
    input.prepare(&downloader(policy), &Limits::LEGACY_IMAGE).await
}

async fn prepare_from(reply: Reply) -> Result<Prepared, MediaError> {
    let server = ScriptedServer::start([reply]).await.unwrap();
    prepare_beside(&server, SIGNED).await
}

/// Where the environment names the server as Dify.
async fn prepare_beside(server: &ScriptedServer, path: &str) -> Result<Prepared, MediaError> {
    let input = Input::from_json(&dify_file(&server.url(path))).unwrap().unwrap();
    input.prepare(&downloader_beside(&[&server.url("")]), &Limits::LEGACY_IMAGE).await
}

#[tokio::test]
async fn over_plain_http_from_this_machine_without_credentials_and_as_bare_base64() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap();
    let prepared = prepare(&server.url(SIGNED), LinkPolicy::HttpsOnly).await.unwrap();
    assert_eq!(prepared, Prepared::Base64(STANDARD.encode(SAMPLE_PNG)));
    assert!(!prepared.as_str().starts_with("data:"));
    let request = &server.requests()[0];
    assert!(request.starts_with(&format!("GET {SIGNED} HTTP/1.1\r\n")), "{request}");
    let head = request.to_ascii_lowercase();
    assert!(!head.contains("authorization") && !head.contains("cookie"), "{request}");
}

#[tokio::test]
async fn from_a_private_network_by_name() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap();
    let url = server.url(SIGNED).replace("127.0.0.1", "api");
    let downloader = Downloader::with_dns(LinkPolicy::HttpsOnly, Dns::answering(&[&["127.0.0.1"]])).unwrap();
    let input = Input::from_json(&dify_file(&url)).unwrap().unwrap();
    let fetched = input.fetch(&downloader, &Limits::LEGACY_IMAGE).await.unwrap();
    assert_eq!(fetched, Input::from_bytes(SAMPLE_PNG));
}

#[tokio::test]
async fn also_when_the_connection_breaks_in_between() {
    let (size, rest) = (SAMPLE_PNG.len(), &SAMPLE_PNG[100..]);
    let replies = [
        Reply::http(200, SAMPLE_PNG).header("ETag", "\"1\"").cut_after(100),
        Reply::http(206, rest)
            .header("ETag", "\"1\"")
            .header("Content-Range", &format!("bytes 100-{}/{size}", size - 1)),
    ];
    let server = ScriptedServer::start(replies).await.unwrap();
    let prepared = prepare(&server.url(SIGNED), LinkPolicy::HttpsOnly).await.unwrap();
    assert_eq!(prepared, Prepared::Base64(STANDARD.encode(SAMPLE_PNG)));
}

/// The mark alone is not enough: a user's own link can stand in a file object too.
#[tokio::test]
async fn a_link_that_dify_did_not_sign_is_fetched_from_public_hosts_alone() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap();
    for path in ["/a.png", "/files/a.png", "/a.png?sign=1", "/files/a.png?sign="] {
        let error = prepare(&server.url(path), LinkPolicy::HttpsOnly).await.unwrap_err();
        assert!(matches!(error, MediaError::PrivateAddress), "{error}");
        let beside = prepare_beside(&server, path).await;
        assert!(matches!(beside, Err(MediaError::PrivateAddress)), "{beside:?}");
    }
    assert!(server.requests().is_empty());
    // Unless it is a simulator's.
    let prepared = prepare(&server.url("/a.png"), LinkPolicy::HttpsOrLoopback).await.unwrap();
    assert_eq!(prepared, Prepared::Base64(STANDARD.encode(SAMPLE_PNG)));
}

#[tokio::test]
async fn what_kling_would_refuse_is_refused_with_its_measures() {
    let error = prepare_from(Reply::http(200, png(200, 200))).await.unwrap_err();
    assert_eq!(error.to_string(), "the image is 200 x 200 pixels: each side needs at least 300");
    // Its name says PNG.
    let error = prepare_from(Reply::http(200, "8BPS\0\x01\0\0\0\0")).await.unwrap_err();
    let MediaError::Unfit(Misfit::Kind { found, allowed }) = error else { panic!("{error}") };
    assert_eq!((found.mime_type(), allowed), ("image/vnd.adobe.photoshop", &[FileKind::JPEG, FileKind::PNG][..]));
}

#[tokio::test]
async fn a_picture_that_kling_does_not_take_is_converted() {
    let mut webp = Vec::new();
    let picture = image::DynamicImage::new_rgb8(400, 300);
    picture.write_to(&mut std::io::Cursor::new(&mut webp), image::ImageFormat::WebP).unwrap();
    let prepared = prepare_from(Reply::http(200, webp)).await.unwrap();
    let conversion = prepared.conversion().unwrap_or_else(|| panic!("{prepared:?}"));
    assert_eq!((conversion.from.kind, conversion.to.kind), (FileKind::WEBP, FileKind::PNG));
    let png = STANDARD.decode(prepared.as_str()).unwrap();
    assert_eq!(Facts::read(&png).unwrap(), conversion.to);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_read() {
    // More than Kling takes, because it can be made smaller.
    let max = Limits::LEGACY_IMAGE.max_source_bytes();
    assert_eq!(max, 50 * 1024 * 1024);
    let error = prepare_from(Reply::http(200, SAMPLE_PNG).claiming(max + 1)).await.unwrap_err();
    assert!(
        matches!(error, MediaError::Unfit(Misfit::Bytes { bytes: Some(bytes), .. }) if bytes == max + 1),
        "{error}"
    );
    // Dify knows its size: nobody is asked.
    let server = ScriptedServer::start([]).await.unwrap();
    let mut file = dify_file(&server.url(SIGNED));
    file["size"] = json!(max + 1);
    let input = Input::from_json(&file).unwrap().unwrap();
    let error = input.fetch(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::Bytes { .. })), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn refusals_pages_and_nothing_are_told_apart() {
    for (reply, text) in [
        (Reply::http(403, "expired"), "the file server answered HTTP 403"),
        (Reply::http(200, "<html>sign in</html>"), "the link leads to a web page and not to a media file"),
        (Reply::http(200, "{\"code\":\"unauthorized\"}"), "the link leads to a message and not to a media file"),
        (Reply::http(200, ""), "the link leads to an empty file and not to a media file"),
    ] {
        assert_eq!(prepare_from(reply).await.unwrap_err().to_string(), text);
    }
}

#[tokio::test]
async fn a_server_in_trouble_is_called_that() {
    for status in [500, 502, 503] {
        let server = ScriptedServer::start(std::iter::repeat_n(Reply::http(status, "trouble"), 3)).await.unwrap();
        let error = prepare_beside(&server, SIGNED).await.unwrap_err();
        assert!(matches!(error, MediaError::Refused { status: told } if told == status), "{error}");
        assert_eq!(server.requests().len(), 3, "it is tried again first");
    }
}

#[tokio::test]
async fn a_dify_that_is_not_there_names_the_setting_to_fix() {
    let server = ScriptedServer::start([]).await.unwrap();
    let (address, url) = (server.url(""), server.url(SIGNED));
    drop(server);
    // The port is free once the server's task has ended.
    tokio::task::yield_now().await;
    let input = Input::from_json(&dify_file(&url)).unwrap().unwrap();
    let error = input.prepare(&downloader_beside(&[&address]), &Limits::LEGACY_IMAGE).await.unwrap_err();
    assert!(matches!(error, MediaError::DifyUnreachable { .. }), "{error}");
    assert!(error.to_string().contains("INTERNAL_FILES_URL"), "{error}");
    assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_left_after_half_a_minute() {
    let server = ScriptedServer::start([Reply::silence()]).await.unwrap();
    let (address, input) = (server.url(""), Input::from_json(&dify_file(&server.url(SIGNED))).unwrap().unwrap());
    let fetched =
        tokio::spawn(async move { input.prepare(&downloader_beside(&[&address]), &Limits::LEGACY_IMAGE).await });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    tokio::time::pause();
    let before = tokio::time::Instant::now();
    let error = fetched.await.unwrap().unwrap_err();
    assert!(matches!(error, MediaError::TimedOut { seconds: 30 }), "{error}");
    assert!(before.elapsed() <= FETCH_TIME + Duration::from_secs(1));
}

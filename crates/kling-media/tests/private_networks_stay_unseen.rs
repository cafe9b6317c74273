//! Whoever gives Dify a file by link may name a host of the plugin's own network: nothing tells what is there.

mod support;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use kling_media::{Input, Limits, LinkPolicy, MediaError, Misfit, PRIVATE_FETCH_TIME, Prepared};
use kling_sim::SAMPLE_PNG;
use kling_sim::scripted::{Reply, ScriptedServer};
use support::{SIGNED, dify_file, downloader, downloader_beside, png};
use tokio::net::TcpListener;
use tokio::time::Instant;

async fn prepare(url: &str) -> Result<Prepared, MediaError> {
    let input = Input::from_json(&dify_file(url)).unwrap().unwrap();
    input.prepare(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE).await
}

/// Fails, and answers the text and how long it took.
async fn fail(url: &str) -> (String, Duration) {
    let started = Instant::now();
    let error = prepare(url).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("127.0.0.1"), "{error:?}");
    (format!("{error} {error:?}"), started.elapsed())
}

/// A closed port.
async fn nobody() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    listener.local_addr().unwrap()
}

/// Where nobody says which host is Dify, a link of its shape may lead into a private network.
#[tokio::test(start_paused = true)]
async fn every_failure_there_is_the_same_and_takes_the_same_time() {
    let page = "internal page, nobody's business, ".repeat(20);
    let replies = [
        Reply::http(200, "<html>admin</html>"),
        Reply::http(200, page.clone()),
        Reply::http(200, page).chunked(),
        Reply::http(200, "{\"secret\":1}"),
        Reply::http(200, "%PDF-1.7 internal"),
        Reply::http(200, ""),
        Reply::http(200, SAMPLE_PNG).claiming(Limits::LEGACY_IMAGE.max_bytes + 1),
        Reply::http(200, SAMPLE_PNG).cut_after(100),
        Reply::http(204, ""),
        Reply::http(302, "").header("Location", "http://127.0.0.1:1/"),
        Reply::http(302, "").header("Location", "https://cdn.example.test/"),
        Reply::http(401, "who are you"),
        Reply::http(403, "no"),
        Reply::http(404, "not here"),
        Reply::http(416, ""),
        Reply::http(503, "busy"),
        Reply::silence(),
    ];
    let mut seen = vec![fail(&format!("http://{}{SIGNED}", nobody().await)).await];
    for reply in replies {
        let server = ScriptedServer::start([reply]).await.unwrap();
        seen.push(fail(&server.url(SIGNED)).await);
        assert!(!server.requests().is_empty(), "it was asked");
    }
    let (text, _) = seen[0].clone();
    assert!(text.contains("not public") && text.contains("INTERNAL_FILES_URL"), "{text}");
    for (number, (other, took)) in seen.iter().enumerate() {
        assert_eq!(*other, text, "case {number}");
        let late = took.saturating_sub(PRIVATE_FETCH_TIME);
        assert!(*took >= PRIVATE_FETCH_TIME && late < Duration::from_millis(100), "case {number}: {took:?}");
    }
    // What is no link of Dify's is not asked for at all, in the same words.
    for link in [
        "http://127.0.0.1:9/a.png",
        "https://10.0.0.1/a.png",
        "http://10.0.0.1/a.png",
        "https://nas/a.png",
        "http://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/a.png",
        "http://x.internal/a.png",
    ] {
        assert_eq!(fail(link).await.0, text, "{link}");
    }
}

/// Whoever debugs a plugin from a machine of their own, beside a Dify that tells no address.
#[tokio::test]
async fn a_picture_from_there_is_taken_and_measured() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_PNG), Reply::http(200, png(20, 20))]).await.unwrap();
    assert!(matches!(prepare(&server.url(SIGNED)).await, Ok(Prepared::Base64(_))));
    let error = prepare(&server.url(SIGNED)).await.unwrap_err();
    assert!(matches!(error, MediaError::Unfit(Misfit::SideTooSmall { .. })), "{error}");
}

/// The administrator said where Dify is: only that host and port is asked.
#[tokio::test(start_paused = true)]
async fn where_dify_is_named_no_other_host_of_the_network_is_asked() {
    let (dify, other) = (ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap(), nobody().await);
    let listener = TcpListener::bind(other).await.unwrap();
    let downloader = downloader_beside(&[&dify.url("")]);
    let fetch = async |url: &str| {
        let input = Input::from_json(&dify_file(url)).unwrap().unwrap();
        input.fetch(&downloader, &Limits::LEGACY_IMAGE).await
    };
    let before = Instant::now();
    let error = fetch(&format!("http://{other}{SIGNED}")).await.unwrap_err();
    assert!(matches!(error, MediaError::PrivateAddress), "{error}");
    assert_eq!(before.elapsed(), Duration::ZERO, "nobody was asked");
    assert!(tokio::time::timeout(Duration::from_millis(1), listener.accept()).await.is_err(), "nobody came");
    assert_eq!(fetch(&dify.url(SIGNED)).await.unwrap(), Input::from_bytes(SAMPLE_PNG));
}

//! A proxy of the environment may stand in a private network, is no host for files, and is left aside for a Dify on this
//! machine. The environment of a process is set before it starts: each case is a test that another one runs.

mod support;

use std::process::Command;
use std::time::Duration;

use kling_media::{Downloader, Input, Limits, LinkPolicy};
use kling_sim::SAMPLE_PNG;
use kling_sim::scripted::{Reply, ScriptedServer};
use support::{Dns, SIGNED, dify_file, downloader};

const PROXY_NAME: &str = "ssrf_proxy";

/// Runs one of the ignored tests with a proxy in its environment.
fn run(test: &str, proxy: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--ignored", "--nocapture"]);
    for name in ["ALL_PROXY", "all_proxy", "http_proxy", "https_proxy", "NO_PROXY", "no_proxy"] {
        command.env_remove(name);
    }
    let output = command.env("HTTP_PROXY", proxy).env("HTTPS_PROXY", proxy).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_leads_through_a_proxy_in_a_private_network() {
    let replies = vec![Reply::http(403, "not today"); 10];
    let proxy = ScriptedServer::start(replies).await.unwrap();
    run("child_asks_for_a_file_on_the_internet", &proxy.url("").replace("127.0.0.1", PROXY_NAME));
    let requests = proxy.requests();
    assert!(!requests.is_empty());
    assert!(requests.iter().all(|request| request.starts_with("CONNECT cdn.example.test:443 ")), "{requests:?}");
}

#[tokio::test]
#[ignore = "needs a proxy in the environment"]
async fn child_asks_for_a_file_on_the_internet() {
    let downloader = Downloader::with_dns(LinkPolicy::HttpsOnly, Dns::answering(&[&["127.0.0.1"]])).unwrap();
    let downloader = downloader.with_first_pause(Duration::ZERO);
    let error = downloader.open("https://cdn.example.test/v.mp4", 1000).await.unwrap_err();
    assert!(error.to_string().starts_with("the download stopped"), "{error}");
    let error = downloader.open(&format!("https://{PROXY_NAME}/v.mp4"), 1000).await.unwrap_err();
    assert_eq!(error.to_string(), "the link does not lead to a public host");
}

#[test]
fn a_dify_on_this_machine_is_asked_directly() {
    // Nobody listens there.
    run("child_fetches_a_file_from_this_machine", "http://127.0.0.1:9");
}

#[tokio::test]
#[ignore = "needs a proxy in the environment"]
async fn child_fetches_a_file_from_this_machine() {
    let server = ScriptedServer::start([Reply::http(200, SAMPLE_PNG)]).await.unwrap();
    let input = Input::from_json(&dify_file(&server.url(SIGNED))).unwrap().unwrap();
    let fetched = input.fetch(&downloader(LinkPolicy::HttpsOnly), &Limits::LEGACY_IMAGE).await.unwrap();
    assert_eq!(fetched, Input::from_bytes(SAMPLE_PNG));
}

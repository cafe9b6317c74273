use std::time::Duration;

use kling_sim::{Credential, DEMO_API_KEY};
use reqwest::Method;
use serde_json::json;

use crate::client::{TEXT2VIDEO, create, get, http, pass, request, send, sim, video_url};

#[tokio::test]
async fn every_request_is_written_down_with_its_answer() {
    let sim = sim().await;
    let body = json!({ "prompt": "a boat", "duration": "99" });
    create(&sim, &body).await;
    pass(Duration::from_secs(7)).await;
    get(&sim, &format!("{TEXT2VIDEO}?pageNum=2&pageSize=3")).await;
    send(request(&sim, Method::DELETE, "/nowhere").body("not json")).await;

    let [post, list, nowhere] = &sim.requests()[..] else { panic!("three requests") };
    assert_eq!((post.method.as_str(), post.path.as_str(), post.query.as_str()), ("POST", TEXT2VIDEO, ""));
    assert_eq!(post.status, 400);
    assert_eq!(post.body.as_ref(), Some(&body));
    assert_eq!(post.body_len, body.to_string().len());
    assert_eq!(post.headers["content-type"], "application/json");
    assert_eq!((list.method.as_str(), list.query.as_str()), ("GET", "pageNum=2&pageSize=3"));
    assert_eq!((list.status, list.body.as_ref(), list.body_len), (200, None, 0));
    let between = list.at - post.at;
    assert!((7..8).contains(&between.as_secs()), "{between:?}");
    assert_eq!((nowhere.method.as_str(), nowhere.path.as_str(), nowhere.status), ("DELETE", "/nowhere", 401));
    assert_eq!((nowhere.body.as_ref(), nowhere.body_len), (None, 8));
}

#[tokio::test]
async fn the_kind_of_credential_is_kept_and_its_value_is_not() {
    let sim = sim().await;
    for (header, credential) in [
        (Some(format!("Bearer {DEMO_API_KEY}")), Credential::ApiKey),
        (Some("Bearer secret.jwt.value".to_owned()), Credential::Jwt),
        (Some("Basic secretvalue".to_owned()), Credential::Other),
        (None, Credential::None),
    ] {
        let plain = request(&sim, Method::GET, TEXT2VIDEO);
        send(match &header {
            Some(header) => plain.header("authorization", header),
            None => plain,
        })
        .await;
        let recorded = sim.requests().pop().unwrap();
        assert_eq!(recorded.credential, credential);
        let shown = recorded.headers.get("authorization").map(String::as_str);
        assert_eq!(shown, header.is_some().then_some("REDACTED"));
    }
    let everything = format!("{:?}", sim.requests());
    for secret in [DEMO_API_KEY, "secret.jwt.value", "secretvalue"] {
        assert!(!everything.contains(secret));
    }
}

#[tokio::test]
async fn the_signature_of_a_download_is_not_kept() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    http().get(&url).send().await.unwrap();
    let recorded = sim.requests().pop().unwrap();
    assert!(recorded.path.starts_with("/files/"));
    assert_eq!(recorded.query, "sign=REDACTED");
    assert_eq!(recorded.credential, Credential::None);
    let (_, sign) = url.split_once("sign=").unwrap();
    assert!(!format!("{:?} {sim:?}", sim.requests()).contains(sign));
}

#[tokio::test]
async fn large_pictures_leave_a_mark_and_prompts_stay() {
    let sim = sim().await;
    let prompt = "a boat in the rain ".repeat(100);
    let body = json!({ "prompt": prompt, "image": "A".repeat(20_000_000) });
    create(&sim, &body).await;
    let recorded = sim.requests().pop().unwrap();
    let kept = recorded.body.unwrap();
    assert_eq!(kept["prompt"], prompt);
    assert_eq!(kept["image"], "<base64, 20000000 characters>");
    assert_eq!(recorded.body_len, body.to_string().len());
}

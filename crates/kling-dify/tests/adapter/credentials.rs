//! Saving credentials checks them for free, and tells a wrong region from a wrong key.

use kling_api::Region;
use kling_dify::{Environment, PROVIDER};
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_sim::{DEMO_API_KEY, Simulator};
use serde_json::{Map, Value, json};

use crate::support::{api_key, call, failure, host, key_pair, map, simulator};

const UNKNOWN: &str = r#"{"code":1002,"message":"api key not found"}"#;

async fn check(environment: Environment, credentials: Map<String, Value>) -> Result<(), (String, String)> {
    let verdict = host(environment).validate_credentials(PROVIDER, credentials).await;
    verdict.map_err(|failure| (failure.error_type, failure.message))
}

fn asked_only_for_costs(sim: &Simulator) -> bool {
    sim.requests().iter().all(|request| request.method == "GET" && request.path == "/account/costs")
}

#[tokio::test(start_paused = true)]
async fn good_keys_of_either_kind_pass_and_nothing_is_bought() {
    let sim = simulator().await;
    for credentials in [api_key(&sim.url()), key_pair(&sim.url())] {
        assert_eq!(check(Environment::default(), credentials).await, Ok(()));
    }
    assert_eq!(sim.requests().len(), 2);
    assert!(asked_only_for_costs(&sim) && sim.tasks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_key_of_the_other_region_is_told_so() {
    let singapore = simulator().await;
    let beijing = ScriptedServer::start([Reply::http(401, UNKNOWN)]).await.unwrap();
    let environment = Environment::default()
        .with_region_url(Region::Beijing, beijing.url(""))
        .with_region_url(Region::Singapore, singapore.url());
    let (kind, message) =
        check(environment, map(json!({"api_key": DEMO_API_KEY, "language": "en_US"}))).await.unwrap_err();
    assert_eq!(kind, "CredentialsValidateFailedError");
    assert!(message.contains("set the region to International (kling.ai)"), "{message}");
    assert!(asked_only_for_costs(&singapore));
    assert_eq!((beijing.requests().len(), singapore.requests().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_nobody_knows_is_refused_after_one_look_on_each_side() {
    let beijing = ScriptedServer::start([Reply::http(401, UNKNOWN)]).await.unwrap();
    let singapore = ScriptedServer::start([Reply::http(401, UNKNOWN)]).await.unwrap();
    let environment = Environment::default()
        .with_region_url(Region::Beijing, beijing.url(""))
        .with_region_url(Region::Singapore, singapore.url(""));
    let credentials = map(json!({"api_key": "api-key-of-nobody", "language": "en_US"}));
    let (_, message) = check(environment, credentials).await.unwrap_err();
    assert!(message.contains("code 1002") && message.contains("Check the key and its region"), "{message}");
    assert_eq!((beijing.requests().len(), singapore.requests().len()), (1, 1));
}

/// Promise 6: credentials go to the chosen host only.
#[tokio::test(start_paused = true)]
async fn with_a_host_of_the_users_own_no_other_is_asked() {
    let gateway = ScriptedServer::start([Reply::http(401, UNKNOWN)]).await.unwrap();
    let elsewhere = ScriptedServer::start([]).await.unwrap();
    let environment = Environment::default()
        .with_region_url(Region::Beijing, elsewhere.url(""))
        .with_region_url(Region::Singapore, elsewhere.url(""));
    let credentials = api_key(&gateway.url(""));
    assert!(check(environment, credentials).await.is_err());
    assert_eq!(elsewhere.requests(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_account_without_units_has_a_good_key() {
    let body = r#"{"code":1102,"message":"resource pack exhausted"}"#;
    let server = ScriptedServer::start([Reply::http(429, body)]).await.unwrap();
    assert_eq!(check(Environment::default(), api_key(&server.url(""))).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn what_keeps_the_check_from_an_answer_is_named() {
    let cases = [
        (Reply::http(502, "<html>bad gateway</html>"), "HTTP 502"),
        (Reply::http(401, r#"{"code":1004,"message":"token expired"}"#), "clock"),
        (Reply::http(429, r#"{"code":1304,"message":"ip not allowed"}"#), "allow-list"),
    ];
    for (reply, text) in cases {
        // What may pass is asked again.
        let server = ScriptedServer::start(vec![reply; 4]).await.unwrap();
        let (_, message) = check(Environment::default(), api_key(&server.url(""))).await.unwrap_err();
        assert!(message.contains(text), "{message}");
    }
    let server = ScriptedServer::start([]).await.unwrap();
    let credentials = api_key(&server.url(""));
    drop(server);
    tokio::task::yield_now().await;
    let (_, message) = check(Environment::default(), credentials).await.unwrap_err();
    assert!(message.contains("could not be reached") && message.to_lowercase().contains("refused"), "{message}");
    let (kind, message) = check(Environment::default(), map(json!({"language": "en_US"}))).await.unwrap_err();
    assert_eq!(kind, "CredentialsValidateFailedError");
    assert!(message.contains("No Kling key is set"), "{message}");
}

/// Nobody chose a language, so that whoever set the key up reads one he knows.
#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_the_key_is_told_in_both_languages_unless_one_was_chosen() {
    for (region, language, order) in [
        ("beijing", "auto", &["可灵拒绝了请求", "Kling refused"][..]),
        ("singapore", "", &["Kling refused", "可灵拒绝了请求"]),
        ("singapore", "zh_Hans", &["可灵拒绝了请求"]),
        ("beijing", "en_US", &["Kling refused"]),
    ] {
        let server = ScriptedServer::start(vec![Reply::http(401, UNKNOWN); 2]).await.unwrap();
        let mut credentials = api_key(&server.url(""));
        credentials.extend(map(json!({"region": region, "language": language})));
        let (_, saved) = check(Environment::default(), credentials.clone()).await.unwrap_err();
        let outcome = call(&host(Environment::default()), "account_balance", &credentials, json!({})).await;
        let (kind, called) = failure(&outcome);
        assert_eq!((kind, called), ("InvokeAuthorizationError", &*saved));
        let lines: Vec<_> = saved.lines().collect();
        assert_eq!(lines.len(), order.len(), "{saved}");
        for (line, start) in lines.iter().zip(order) {
            assert!(line.starts_with(start) && line.contains("1002"), "{saved}");
        }
    }
}

/// Only what is wrong with the key is told twice: other errors are read by the users of a workflow.
#[tokio::test(start_paused = true)]
async fn other_errors_come_in_one_language() {
    let mut credentials = api_key("https://kling.example.test");
    credentials.extend(map(json!({"language": "auto"})));
    let outcome = call(&host(Environment::default()), "text_2_video_create", &credentials, json!({})).await;
    assert_eq!(failure(&outcome).1, "`prompt` 为空：请输入提示词。");
}

//! Whatever answers, the caller learns what it means: refusals by code, odd bodies as such, nothing quoted.

use std::time::Duration;

use kling_api::{Meaning, Region, Task, TaskPath, Text2VideoRequest};
use kling_auth::{ApiHost, Credentials};
use kling_client::{Answer, BadAnswer, KlingClient, KlingError};
use kling_sim::scripted::{Reply, ScriptedServer};

const TASK: &str =
    r#"{"code":0,"message":"SUCCEED","request_id":"r-1","data":{"task_id":"84","task_status":"submitted"}}"#;

async fn create(reply: Reply) -> (Result<Answer<Task>, KlingError>, Vec<String>) {
    let server = ScriptedServer::start([reply]).await.unwrap();
    let client = client(&server);
    let request = Text2VideoRequest { prompt: Some("PROMPT".into()), ..Text2VideoRequest::default() };
    let result = client.create_text2video(&request.check().unwrap()).await;
    (result, server.requests())
}

fn client(server: &ScriptedServer) -> KlingClient {
    let host = ApiHost::custom(Region::Beijing, &server.url("")).unwrap();
    KlingClient::new(host, Credentials::api_key("api-key-kling-FAKE").unwrap()).unwrap()
}

async fn refused(reply: Reply) -> KlingError {
    let error = create(reply).await.0.expect_err("not a success");
    // Promise 6: nothing the user typed and no key in any error.
    let text = format!("{error} {error:?}");
    assert!(!text.contains("PROMPT") && !text.contains("FAKE") && !text.contains("http://"), "{text}");
    error
}

#[tokio::test]
async fn a_task_is_created_with_one_bearer_and_json() {
    let (result, requests) = create(Reply::http(200, TASK)).await;
    assert_eq!(result.unwrap().data.task_id.as_str(), "84");
    let request = &requests[0];
    assert!(request.starts_with("POST /v1/videos/text2video HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer api-key-kling-FAKE\r\n"), "{request}");
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.ends_with(r#"{"prompt":"PROMPT"}"#), "{request}");
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_read_from_its_code_whatever_the_http_status() {
    for (status, code, meaning) in [
        (429, 1102, Meaning::Account),
        (200, 1102, Meaning::Account),
        (429, 1303, Meaning::Concurrency),
        (401, 1002, Meaning::Credential),
        (400, 1301, Meaning::ContentPolicy),
        (503, 5001, Meaning::Server),
    ] {
        let body = format!(r#"{{"code":{code},"message":"no","request_id":"r-9","data":["odd"]}}"#);
        let error = refused(Reply::http(status, body).header("Retry-After", "7")).await;
        let refusal = error.refusal().expect("an envelope with a code is a refusal");
        assert_eq!((refusal.code, refusal.http_status, refusal.meaning()), (code, status, meaning));
        assert_eq!(refusal.request_id.as_deref(), Some("r-9"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
}

#[tokio::test]
async fn odd_bodies_are_told_apart() {
    for (status, body, expected) in [
        (502, "<html><body>bad gateway</body></html>", BadAnswer::NotJson),
        (200, "", BadAnswer::Empty),
        (200, " \n", BadAnswer::Empty),
        (200, r#"{"code":0,"mess"#, BadAnswer::NotJson),
        (200, r#"["code",0]"#, BadAnswer::UnexpectedShape),
        (200, r#"{"code":0,"data":{"task_id":"84"}}"#, BadAnswer::UnexpectedShape),
        (200, r#"{"code":0,"message":"SUCCEED"}"#, BadAnswer::NoData),
    ] {
        match refused(Reply::http(status, body)).await {
            KlingError::BadAnswer { what, status: seen, .. } => assert_eq!((what, seen), (expected, status), "{body}"),
            other => panic!("{body}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_not_kept_in_memory() {
    let body = vec![b' '; kling_client::MAX_ANSWER_BYTES + 1];
    let error = refused(Reply::http(200, body)).await;
    assert!(matches!(error, KlingError::BadAnswer { what: BadAnswer::TooLarge, .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let elsewhere = ScriptedServer::start([Reply::http(200, TASK)]).await.unwrap();
    let redirect = Reply::http(307, "").header("Location", &elsewhere.url("/"));
    let error = refused(redirect).await;
    assert!(matches!(error, KlingError::BadAnswer { what: BadAnswer::Redirect, .. }), "{error}");
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_broken_answer_may_have_arrived_and_a_closed_port_cannot_have() {
    let broken = refused(Reply::http(200, TASK).cut_after(10)).await;
    assert!(matches!(broken, KlingError::Interrupted(_)) && broken.may_have_arrived(), "{broken:?}");

    let server = ScriptedServer::start([]).await.unwrap();
    let client = client(&server);
    drop(server);
    tokio::task::yield_now().await;
    let unreachable = client.get_text2video("84").await.unwrap_err();
    assert!(matches!(unreachable, KlingError::Unreachable(_)) && !unreachable.may_have_arrived(), "{unreachable:?}");
}

#[tokio::test]
async fn data_as_a_list_of_one_and_ids_as_numbers_are_read() {
    let body = r#"{"code":0,"data":[{"task_id":840000000000000001,"task_status":"succeeded"}]}"#;
    let server = ScriptedServer::start([Reply::http(200, body)]).await.unwrap();
    let answer = client(&server).get_task(&TaskPath::TEXT2VIDEO, "my id/1").await.unwrap();
    assert_eq!(answer.data.task_id.as_str(), "840000000000000001");
    assert!(server.requests()[0].starts_with("GET /v1/videos/text2video/my%20id%2F1 HTTP/1.1\r\n"));
}

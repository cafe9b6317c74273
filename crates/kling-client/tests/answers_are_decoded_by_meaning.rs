//! Whatever answers, the caller learns what it means: refusals by code, odd bodies as such, nothing quoted.

use std::time::Duration;

use kling_api::{Meaning, Region, Task, TaskPath, Text2VideoRequest};
use kling_auth::{ApiHost, Credentials};
use kling_client::{Answer, BadAnswer, KlingClient, KlingError, Sought};
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
    let unreachable = client.get_task(&TaskPath::TEXT2VIDEO, Sought::Id("84")).await.unwrap_err();
    assert!(matches!(unreachable, KlingError::Unreachable(_)) && !unreachable.may_have_arrived(), "{unreachable:?}");
}

/// Gateways answer in JSON too, with codes of their own: that is no refusal of Kling's.
#[tokio::test]
async fn a_gateways_own_code_is_a_lost_answer() {
    for (status, code) in [
        (502, "502"),
        (504, "504"),
        (500, "500"),
        (503, "-1"),
        (520, "520"),
        (502, "\"502\""),
        (503, "1"),
        (502, "200"),
        (500, "1999"),
        (502, "0"),
        (408, "408"),
        (425, "425"),
        (429, "429"),
        (429, "10003"),
        (200, "500"),
        (200, "-1"),
    ] {
        let body =
            format!(r#"{{"code":{code},"message":"upstream","data":{{"task_id":"84","task_status":"submitted"}}}}"#);
        let error = refused(Reply::http(status, body).header("Retry-After", "7")).await;
        assert!(
            matches!(error, KlingError::BadAnswer { what: BadAnswer::ForeignCode(_), .. }),
            "{status} {code}: {error}"
        );
        assert!(error.may_have_arrived() && error.is_transient(), "{status} {code}");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    }
    for body in [r#"{"message":"no healthy upstream"}"#, r#"{"error":{"code":502}}"#, r#"{"code":null}"#] {
        let error = refused(Reply::http(502, body)).await;
        assert!(error.may_have_arrived() && error.is_transient(), "{body}: {error}");
    }
    // A gateway that refuses the request, and codes of Kling's that this release does not know.
    for (status, code) in [(403, 403), (404, 404), (413, 413), (400, 1999), (200, 1999)] {
        let error = refused(Reply::http(status, format!(r#"{{"code":{code},"message":"no"}}"#))).await;
        assert!(error.refusal().is_some() && !error.may_have_arrived(), "{status} {code}: {error}");
    }
}

/// Promise 6: what Kling says may quote the request, and controls nothing.
#[tokio::test]
async fn a_refusal_is_one_line_of_plain_text() {
    let message = "bad \\u001b[31mimage\\n https://cdn.example.test/a.png?x-sign=SECRET";
    let body = format!(r#"{{"code":1201,"message":"{message}","request_id":"r\n?sign=SECRET"}}"#).replace("\\\\", "\\");
    let text = refused(Reply::http(400, body)).await.to_string();
    assert!(!text.contains("SECRET") && !text.contains(char::is_control), "{text:?}");
    assert!(text.contains("bad image https://cdn.example.test/a.png?…"), "{text:?}");
}

/// Two bytes on the wire can be hundreds in memory.
#[tokio::test]
async fn an_answer_of_countless_objects_is_not_read() {
    let body = format!(r#"{{"code":0,"data":[{}{{}}]}}"#, r#"{"":0},"#.repeat(kling_client::MAX_ANSWER_OBJECTS));
    assert!(body.len() < kling_client::MAX_ANSWER_BYTES);
    let error = refused(Reply::http(200, body)).await;
    assert!(matches!(error, KlingError::BadAnswer { what: BadAnswer::TooLarge, .. }), "{error}");
}

async fn found(body: &str, sought: Sought<'_>) -> (Result<Answer<Task>, KlingError>, String) {
    let server = ScriptedServer::start([Reply::http(200, body)]).await.unwrap();
    let answer = client(&server).get_task(&TaskPath::TEXT2VIDEO, sought).await;
    (answer, server.requests().pop().unwrap_or_default())
}

#[tokio::test]
async fn data_as_a_list_of_one_and_ids_as_numbers_are_read() {
    let body = r#"{"code":0,"data":[{"task_id":840000000000000001,"task_status":"succeeded"}]}"#;
    let (answer, _) = found(body, Sought::Id("840000000000000001")).await;
    assert_eq!(answer.unwrap().data.task_id.as_str(), "840000000000000001");
}

/// What a path or a list makes of an id must not lead to somebody else's task.
#[tokio::test]
async fn only_the_task_that_was_asked_for_is_found() {
    let body =
        r#"{"code":0,"data":{"task_id":"84","task_status":"submitted","task_info":{"external_task_id":"job-1"}}}"#;
    for (sought, found_it) in [
        (Sought::Id("84"), true),
        (Sought::ExternalId("job-1"), true),
        (Sought::AnyId("84"), true),
        (Sought::AnyId("job-1"), true),
        (Sought::Id("job-1"), false),
        (Sought::ExternalId("84"), false),
        (Sought::AnyId("job-2"), false),
    ] {
        match found(body, sought).await.0 {
            Ok(_) => assert!(found_it, "{sought:?}"),
            Err(KlingError::BadAnswer { what: BadAnswer::OtherTask, .. }) => assert!(!found_it, "{sought:?}"),
            Err(other) => panic!("{sought:?}: {other}"),
        }
    }
    let v2 = r#"{"code":0,"data":[{"id":"93","status":"submitted","external_id":"job-1"}]}"#;
    for (sought, queries) in [
        (Sought::ExternalId("job-2"), vec!["external_task_ids=job-2"]),
        (Sought::Id("job-1"), vec!["task_ids=job-1"]),
        (Sought::AnyId("job-2"), vec!["task_ids=job-2", "external_task_ids=job-2"]),
    ] {
        let server = ScriptedServer::start([Reply::http(200, v2), Reply::http(200, v2)]).await.unwrap();
        let error = client(&server).find_path_task(sought).await.unwrap_err();
        assert!(matches!(error, KlingError::BadAnswer { what: BadAnswer::OtherTask, .. }), "{sought:?}: {error}");
        let asked = server.requests();
        assert_eq!(asked.len(), queries.len());
        for (request, query) in asked.iter().zip(queries) {
            assert!(request.starts_with(&format!("GET /tasks?{query} HTTP/1.1\r\n")), "{request}");
        }
    }
}

#[tokio::test]
async fn an_id_that_would_be_read_as_something_else_is_not_sent() {
    for id in ["..", ".", "", " ", "a/b", "a?b", "a#b", "a%2fb", "a,b", "a;b", "a b", "a\nb", &"x".repeat(129)] {
        for sought in [Sought::Id(id), Sought::ExternalId(id), Sought::AnyId(id)] {
            let (answer, request) = found("{}", sought).await;
            assert!(matches!(answer, Err(KlingError::BadTaskId(_))), "{id:?}");
            assert_eq!(request, "", "{id:?}");
            let server = ScriptedServer::start([]).await.unwrap();
            let answer = client(&server).find_path_task(sought).await;
            assert!(matches!(answer, Err(KlingError::BadTaskId(_))), "{id:?}");
            assert!(server.requests().is_empty(), "{id:?}");
        }
    }
    let (_, request) = found("{}", Sought::ExternalId("a:b@c=d&e+图")).await;
    assert!(request.starts_with("GET /v1/videos/text2video/a%3Ab%40c%3Dd%26e%2B%E5%9B%BE HTTP/1.1\r\n"), "{request}");
}

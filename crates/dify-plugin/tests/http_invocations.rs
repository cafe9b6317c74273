//! Serverless mode answers as the Python SDK was recorded to: health, invocations as a stream, and nothing else.

#![cfg(feature = "serverless")]

mod support;

use std::sync::Arc;

use serde_json::json;
use support::http::{invoke, messages, piece, plugin};
use tokio::sync::Semaphore;

const NO_DAEMON: &str = "http://127.0.0.1:1";

#[tokio::test]
async fn health_is_ok_and_all_other_paths_are_unknown() {
    let url = plugin(support::echo(), NO_DAEMON).await;
    let http = support::http();
    let healthy = http.get(format!("{url}/health")).send().await.unwrap();
    assert_eq!((healthy.status().as_u16(), healthy.text().await.unwrap().as_str()), (200, "OK"));
    for path in ["/", "/invoke", "/health/", "/nope?x=1"] {
        assert_eq!(http.get(format!("{url}{path}")).send().await.unwrap().status(), 404, "GET {path}");
    }
    for path in ["/", "/health", "/nope"] {
        assert_eq!(http.post(format!("{url}{path}")).send().await.unwrap().status(), 404, "POST {path}");
    }
}

#[tokio::test]
async fn messages_come_at_once_and_the_answer_ends_with_the_session() {
    let go = Arc::new(Semaphore::new(0));
    let gate = go.clone();
    let ticking = support::plugin(move |_, out| {
        let gate = gate.clone();
        async move {
            for tick in 0..2 {
                out.text(format!("tick {tick}")).await?;
                gate.acquire().await.unwrap().forget();
            }
            Ok(())
        }
    });
    let url = plugin(ticking, NO_DAEMON).await;
    let mut answer = invoke(&url, support::request("sl1", &json!({}))).await;
    assert_eq!(answer.status(), 200);
    let line = |data: &str| format!("{{\"event\":\"session\",\"session_id\":\"sl1\",\"data\":{data}}}\n\n");
    let tick = |number: u32| {
        line(&format!(
            r#"{{"type":"stream","data":{{"type":"text","message":{{"text":"tick {number}"}},"meta":null}}}}"#
        ))
    };
    for number in 0..2 {
        assert_eq!(piece(&mut answer).await.unwrap(), tick(number));
        go.add_permits(1);
    }
    assert_eq!(piece(&mut answer).await.unwrap(), line(r#"{"type":"end","data":{}}"#));
    assert_eq!(piece(&mut answer).await, None);
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_what_is_a_bad_one_is_answered() {
    let url = plugin(support::echo(), NO_DAEMON).await;
    for body in [r#"{"bad": 1}"#, "", "[]", "not json", r#"{"session_id":"s","event":"backwards_response","data":{}}"#]
    {
        let refused = invoke(&url, body).await;
        assert_eq!(refused.status(), 500, "{body}");
        assert!(refused.text().await.unwrap().starts_with("the request cannot be read: "));
    }
    let answer = invoke(&url, r#"{"session_id":"s","event":"request","data":{}}"#).await;
    assert_eq!(answer.status(), 200);
    let messages = messages(&answer.text().await.unwrap());
    assert_eq!(messages[0]["data"]["data"]["error_type"], "ValidationError");
    assert_eq!(messages[1]["data"]["type"], "end");
}

#[tokio::test]
async fn a_large_answer_comes_whole() {
    let url = plugin(
        support::plugin(async |_, out| {
            for _ in 0..40 {
                out.text("x".repeat(100_000)).await?;
            }
            Ok(())
        }),
        NO_DAEMON,
    )
    .await;
    let answer = invoke(&url, support::request("s", &json!({}))).await.text().await.unwrap();
    let messages = messages(&answer);
    assert_eq!(messages.len(), 41);
    assert!(messages[..40].iter().all(|it| it["data"]["data"]["message"]["text"].as_str().unwrap().len() == 100_000));
}

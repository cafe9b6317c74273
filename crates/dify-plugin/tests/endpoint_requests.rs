//! Requests to endpoints: found by path and method, read whole, answered in one chunk.
//!
//! The fixture holds a conversation recorded with the Python SDK, its hex written out as text. Where the answers differ
//! on purpose it says so.

mod support;

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use dify_plugin::endpoint::{MAX_ENDPOINT_BODY_BYTES, Method, StatusCode};
use dify_plugin::host::Host;
use dify_plugin::{EndpointRequest, EndpointResponse, Error, Plugin};
use serde_json::{Value, json};
use support::{At, ask, finish};

/// Tells all it was asked.
async fn callback(request: EndpointRequest) -> Result<EndpointResponse, Error> {
    request.dify.storage().set("cb", "x").await?;
    let query: BTreeMap<_, _> = request.query.iter().cloned().collect();
    let headers: BTreeMap<_, _> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
    let told = json!({
        "variables": request.variables,
        "endpoint": request.session.endpoint_id,
        "secret": request.settings.get_str("secret"),
        "query": query,
        "headers": headers,
        "body": String::from_utf8_lossy(&request.body),
    });
    EndpointResponse::json(&told)?.status(StatusCode::ACCEPTED).header("X-A", "1")
}

fn probe() -> Plugin {
    Plugin::builder("probe")
        .endpoint(At(Method::POST, "/cb/<task_id>", callback))
        .endpoint(At(Method::GET, "/stream", async |_| Ok(EndpointResponse::text("chunk0\nchunk1\nchunk2\n"))))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_recorded_conversation_is_answered_alike() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/endpoint_requests.json")).unwrap();
    let host = Host::in_memory(probe());
    host.on_call(|call| {
        assert_eq!(json!(call.request), json!({"opt": "set", "key": "cb", "value": "78"}));
        vec![Ok(json!({"data": "ok"}))]
    });
    for (index, exchange) in fixture["exchanges"].as_array().unwrap().iter().enumerate() {
        let http = exchange["http"].as_str().unwrap();
        let raw = HEXLOWER.encode(http.as_bytes());
        let session = format!("ep{index}");
        let request = json!({
            "session_id": session, "conversation_id": null, "message_id": null, "app_id": null, "endpoint_id": "ep-1",
            "context": null, "event": "request", "data": {
                "user_id": "", "type": "endpoint", "action": "invoke_endpoint", "raw_http_request": raw,
                "settings": {"secret": "shh"},
            },
        });
        let events = host.listen(&session);
        host.send_line(&request.to_string()).await;
        let mut answer = support::answer(&finish(events).await);
        let length = answer.headers.as_object_mut().unwrap().remove("content-length").unwrap();
        assert_eq!(length, answer.body.len().to_string(), "{http}");
        let expected = &exchange["answer"];
        assert_eq!(
            (json!(answer.status), &answer.headers),
            (expected["status"].clone(), &expected["headers"]),
            "{http}"
        );
        match &expected["json"] {
            Value::Null => assert_eq!(answer.body, expected["text"].as_str().unwrap(), "{http}"),
            told => assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), *told, "{http}"),
        }
    }
}

#[tokio::test]
async fn headers_are_found_in_any_case_and_kept_when_repeated() {
    let plugin = Plugin::builder("probe").endpoint(At(Method::GET, "/", async |request: EndpointRequest| {
        let all: Vec<_> = request.headers.get_all("x-tag").iter().map(|value| value.to_str().unwrap()).collect();
        Ok(EndpointResponse::text(format!("{:?} {all:?} {:?}", request.header("X-TAG"), request.query("a"))))
    }));
    let host = Host::in_memory(plugin.build().unwrap());
    let answer = ask(&host, "GET /?a=1&a=2 HTTP/1.1\r\nX-Tag: one\r\nx-tag: two\r\n\r\n").await;
    assert_eq!(answer.body, r#"Some("one") ["one", "two"] Some("1")"#);
}

#[tokio::test]
async fn a_body_of_ten_mebibytes_arrives_byte_for_byte() {
    let body = b"\0\r\n\xFF\"{}7".repeat(MAX_ENDPOINT_BODY_BYTES / 8);
    let http = [b"PUT / HTTP/1.1\r\nHost: h\r\n\r\n", body.as_slice()].concat();
    let plugin = Plugin::builder("probe").endpoint(At(Method::PUT, "/", move |request: EndpointRequest| {
        let same = request.body == body;
        std::future::ready(Ok(EndpointResponse::text(same.to_string())))
    }));
    let host = Host::in_memory(plugin.build().unwrap());
    assert_eq!(ask(&host, http).await.body, "true");
}

#[tokio::test]
async fn head_is_answered_by_get_without_its_body() {
    let answer = ask(&Host::in_memory(probe()), "HEAD /stream HTTP/1.1\r\n\r\n").await;
    assert_eq!((answer.status, answer.body.as_str(), &answer.headers["content-length"]), (200, "", &json!("21")));
}

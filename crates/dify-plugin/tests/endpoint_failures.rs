//! What goes wrong at an endpoint becomes one answer that tells a stranger nothing.

mod support;

use dify_plugin::endpoint::{MAX_RESPONSE_BODY_BYTES, Method, StatusCode};
use dify_plugin::host::Host;
use dify_plugin::{Dify, EndpointRequest, EndpointResponse, Error, Plugin};
use serde_json::json;
use support::{At, ask, finish};

/// Fails in the way its variable says.
async fn fail(request: EndpointRequest) -> Result<EndpointResponse, Error> {
    match request.variable("how").unwrap_or_default() {
        "error" => Err(Error::Unauthorized("the private key is wrong".into())),
        "panic" => panic!("a private wish"),
        "large" => EndpointResponse::bytes("a/b", vec![b'x'; MAX_RESPONSE_BODY_BYTES + 1]),
        "largest" => EndpointResponse::bytes("a/b", vec![b'x'; MAX_RESPONSE_BODY_BYTES]),
        "status" => Ok(EndpointResponse::text("private").status(StatusCode::CONTINUE)),
        "header" => EndpointResponse::text("private").header("Location", "/\r\nprivate: 1"),
        "call" => Err(request.dify.storage().get("..").await.unwrap_err().into()),
        "ended" => Err(Dify::detached().storage().get("k").await.unwrap_err().into()),
        _ => Ok(EndpointResponse::text("fine")),
    }
}

fn host() -> Host {
    Host::in_memory(Plugin::builder("probe").endpoint(At(Method::GET, "/<how>", fail)).build().unwrap())
}

#[tokio::test]
async fn failures_are_one_answer_that_tells_nothing() {
    let host = host();
    for how in ["error", "panic", "large", "status", "header", "call", "ended"] {
        let answer = ask(&host, format!("GET /{how} HTTP/1.1\r\n\r\n")).await;
        assert_eq!(answer.status, 500, "{how}");
        assert!(answer.body.starts_with("Internal server error"), "{how}: {}", answer.body);
        assert!(!answer.body.contains("private") && answer.body.len() < 80, "{how}: {}", answer.body);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    }
    let answer = ask(&host, "GET /fine HTTP/1.1\r\n\r\n").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "fine"));
}

#[tokio::test]
async fn the_largest_answer_passes_and_one_byte_more_is_told() {
    let host = host();
    let answer = ask(&host, "GET /largest HTTP/1.1\r\n\r\n").await;
    assert_eq!((answer.status, answer.body.len()), (200, MAX_RESPONSE_BODY_BYTES));
    let answer = ask(&host, "GET /large HTTP/1.1\r\n\r\n").await;
    assert_eq!((answer.status, answer.body.as_str()), (500, "Internal server error: the response is too large"));
}

#[tokio::test]
async fn malformed_requests_are_answered_with_400() {
    let host = host();
    for http in ["", "\u{0}", "GET", "GET / HTTP/1.1\r\n", "GET nowhere HTTP/1.1\r\n\r\n", "GET /%FF HTTP/1.1\r\n\r\n"]
    {
        let answer = ask(&host, http).await;
        assert_eq!(answer.status, 400, "{http:?}");
        assert!(answer.body.starts_with("Bad request: "), "{}", answer.body);
    }
    let data = json!({"type": "endpoint", "action": "invoke_endpoint", "raw_http_request": "xyz", "settings": {}});
    let answer = support::answer(&finish(host.request(data).await).await);
    assert_eq!((answer.status, answer.body.as_str()), (400, "Bad request: it is not hex"));
    assert_eq!(ask(&host, "GET /fine HTTP/1.1\r\n\r\n").await.status, 200);
}

#[tokio::test]
async fn a_request_of_the_host_without_its_fields_is_an_error() {
    let outcome = finish(host().request(json!({"type": "endpoint", "action": "invoke_endpoint"})).await).await;
    let error = outcome.error.unwrap();
    assert_eq!(error.error_type, "ValidationError");
    assert_eq!(error.message, "field `settings` is missing; field `raw_http_request` is missing");
}

#[tokio::test]
async fn a_plugin_without_endpoints_finds_nothing() {
    let host = Host::in_memory(support::echo());
    assert_eq!(ask(&host, "GET / HTTP/1.1\r\n\r\n").await.status, 404);
}

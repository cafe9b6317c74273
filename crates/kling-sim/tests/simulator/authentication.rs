use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, Simulator};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Answer, TEXT2VIDEO, request, send, sim};

const COSTS: &str = "/account/costs?start_time=1&end_time=2";

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

fn claims() -> Value {
    json!({ "iss": DEMO_ACCESS_KEY, "exp": now() + 1800, "nbf": now() - 5 })
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &str) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

fn token(claims: &Value) -> String {
    signed(Algorithm::HS256, claims, DEMO_SECRET_KEY)
}

async fn with_header(sim: &Simulator, path: &str, authorization: &str) -> Answer {
    send(request(sim, Method::GET, path).header("authorization", authorization)).await
}

const NOT_FOUND: (u16, i64, &str) = (401, 1002, "api key not found");

#[tokio::test]
async fn the_demo_credentials_open_v1_and_account() {
    let sim = sim().await;
    for path in [TEXT2VIDEO, COSTS] {
        with_header(&sim, path, &format!("Bearer {DEMO_API_KEY}")).await.data();
        with_header(&sim, path, &format!("Bearer {}", token(&claims()))).await.data();
    }
}

#[tokio::test]
async fn no_header_is_1001_without_a_request_id() {
    let sim = sim().await;
    let answer = send(request(&sim, Method::GET, TEXT2VIDEO)).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.body, json!({ "code": 1001, "message": "Authorization is empty" }));
    assert_eq!(with_header(&sim, TEXT2VIDEO, "").await.refusal().1, 1001);
}

#[tokio::test]
async fn anything_but_bearer_one_space_and_a_word_is_1000() {
    let sim = sim().await;
    for header in [
        DEMO_API_KEY.to_owned(),
        "Bearer".to_owned(),
        format!("Bearer  {DEMO_API_KEY}"),
        format!("Bearer\t{DEMO_API_KEY}"),
        format!("Bearer {DEMO_API_KEY} more"),
        format!("Basic {DEMO_API_KEY}"),
        format!("bearer {DEMO_API_KEY}"),
    ] {
        let answer = with_header(&sim, TEXT2VIDEO, &header).await;
        assert_eq!((answer.status, answer.body["code"].as_i64()), (401, Some(1000)), "{header}");
    }
}

#[tokio::test]
async fn unknown_keys_are_1002() {
    let sim = sim().await;
    for credential in [
        "api-key-kling-another".to_owned(),
        token(&json!({ "iss": "AKOTHER", "exp": now() + 1800 })),
        signed(Algorithm::HS256, &claims(), "another secret"),
        token(&json!({ "exp": now() + 1800 })),
        token(&json!({ "iss": DEMO_ACCESS_KEY })),
        "a.b.c".to_owned(),
    ] {
        let answer = with_header(&sim, TEXT2VIDEO, &format!("Bearer {credential}")).await;
        assert_eq!(answer.refusal(), NOT_FOUND, "{credential}");
    }
}

#[tokio::test]
async fn only_hs256_is_taken() {
    let sim = sim().await;
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = signed(algorithm, &claims(), DEMO_SECRET_KEY);
        assert_eq!(with_header(&sim, TEXT2VIDEO, &format!("Bearer {token}")).await.refusal(), NOT_FOUND);
    }
    // {"alg":"none","typ":"JWT"} in front of good claims, with and without the good signature.
    let good = token(&claims());
    let [_, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    for signature in ["", signature] {
        let unsigned = format!("Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.{signature}");
        assert_eq!(with_header(&sim, TEXT2VIDEO, &unsigned).await.refusal(), NOT_FOUND);
    }
}

#[tokio::test]
async fn tokens_before_and_after_their_time_have_codes_of_their_own() {
    let sim = sim().await;
    let early = token(&json!({ "iss": DEMO_ACCESS_KEY, "exp": now() + 1800, "nbf": now() + 600 }));
    let late = token(&json!({ "iss": DEMO_ACCESS_KEY, "exp": now() - 1, "nbf": now() - 1806 }));
    assert_eq!(with_header(&sim, TEXT2VIDEO, &format!("Bearer {early}")).await.refusal().1, 1003);
    assert_eq!(with_header(&sim, TEXT2VIDEO, &format!("Bearer {late}")).await.refusal().1, 1004);
}

#[tokio::test]
async fn the_clock_of_tasks_does_not_age_tokens() {
    let sim = sim().await;
    let token = format!("Bearer {}", token(&claims()));
    crate::client::pass(Duration::from_secs(3600)).await;
    with_header(&sim, TEXT2VIDEO, &token).await.data();
}

use jsonwebtoken::{EncodingKey, Header};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, Simulator};
use reqwest::Method;
use serde_json::json;

use crate::client::{TEXT2VIDEO, request, send, sim};

/// HTTP status and code of a request with this credential.
async fn asked(sim: &Simulator, credential: &str) -> (u16, i64) {
    let answer = send(request(sim, Method::GET, TEXT2VIDEO).bearer_auth(credential)).await;
    (answer.status, answer.body["code"].as_i64().unwrap())
}

/// Valid from five seconds ago on, for half an hour, as Kling's documentation advises.
fn token(access_key: &str, secret_key: &str) -> String {
    let now = jsonwebtoken::get_current_timestamp();
    let claims = json!({ "iss": access_key, "nbf": now - 5, "exp": now + 1800 });
    jsonwebtoken::encode(&Header::default(), &claims, &EncodingKey::from_secret(secret_key.as_bytes())).unwrap()
}

#[tokio::test]
async fn one_account_has_several_keys_and_loses_some() {
    let sim = sim().await;
    sim.add_api_key("api-key-kling-second");
    sim.add_key_pair("AKSECOND", "SKSECOND");
    let second_token = token("AKSECOND", "SKSECOND");
    for credential in [DEMO_API_KEY, "api-key-kling-second", &token(DEMO_ACCESS_KEY, DEMO_SECRET_KEY), &second_token] {
        assert_eq!(asked(&sim, credential).await, (200, 0));
    }
    assert_eq!(asked(&sim, &token("AKSECOND", DEMO_SECRET_KEY)).await, (401, 1002), "the keys of two pairs");
    for key in [DEMO_API_KEY, DEMO_ACCESS_KEY] {
        sim.revoke_key(key);
    }
    assert_eq!(asked(&sim, DEMO_API_KEY).await, (401, 1002));
    assert_eq!(asked(&sim, &token(DEMO_ACCESS_KEY, DEMO_SECRET_KEY)).await, (401, 1002));
    assert_eq!(asked(&sim, &second_token).await, (200, 0));
}

#[tokio::test]
async fn tokens_are_judged_by_a_clock_that_can_be_wrong() {
    let sim = sim().await;
    let token = token(DEMO_ACCESS_KEY, DEMO_SECRET_KEY);
    for (ahead, answer) in [(3600, (401, 1004)), (-3600, (401, 1003)), (0, (200, 0))] {
        sim.set_token_clock_ahead(ahead);
        assert_eq!(asked(&sim, &token).await, answer);
        assert_eq!(asked(&sim, DEMO_API_KEY).await, (200, 0), "API keys have no time");
    }
}

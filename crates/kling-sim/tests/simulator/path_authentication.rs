use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_SECRET_KEY, Simulator};
use reqwest::Method;
use serde_json::json;

use crate::client::{ELEMENTS, GENERATIONS, IMAGE2VIDEO, OMNI_IMAGE, OMNI_VIDEO, get, request, send, sim};

const CALLS: [(Method, &str); 5] = [
    (Method::GET, "/tasks?task_ids=1"),
    (Method::POST, "/tasks"),
    (Method::POST, "/text-to-video/kling-3.0"),
    (Method::POST, "/image-to-video/kling-3.0"),
    (Method::POST, "/omni-video/kling-o1"),
];

fn token() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "iss": DEMO_ACCESS_KEY, "exp": now + 1800, "nbf": now - 5 });
    let key = EncodingKey::from_secret(DEMO_SECRET_KEY.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap()
}

async fn with_token(sim: &Simulator, method: Method, path: &str) -> (u16, i64) {
    let answer = send(request(sim, method, path).bearer_auth(token()).json(&json!({}))).await;
    (answer.status, answer.body["code"].as_i64().unwrap())
}

#[tokio::test]
async fn a_good_token_is_an_unknown_key_here() {
    let sim = sim().await;
    for (method, path) in CALLS {
        assert_eq!(with_token(&sim, method, path).await, (401, 1002), "{path}");
    }
    assert_eq!(sim.tasks(), []);
}

#[tokio::test]
async fn the_same_token_opens_all_of_v1() {
    let sim = sim().await;
    for path in [IMAGE2VIDEO, OMNI_VIDEO, GENERATIONS, OMNI_IMAGE, ELEMENTS] {
        assert_eq!(with_token(&sim, Method::GET, path).await, (200, 0), "{path}");
        assert_eq!(with_token(&sim, Method::POST, path).await, (400, 1201), "{path}");
    }
    assert_eq!(with_token(&sim, Method::GET, "/v1/general/advanced-presets-elements").await, (200, 0));
}

#[tokio::test]
async fn an_api_key_opens_it_and_no_key_is_told_from_a_wrong_one() {
    let sim = sim().await;
    get(&sim, "/tasks?task_ids=1").await.data();
    for (method, path) in CALLS {
        let none = send(request(&sim, method.clone(), path)).await;
        assert_eq!(none.refusal().1, 1001, "{path}");
        let wrong = send(request(&sim, method, path).bearer_auth("api-key-of-nobody")).await;
        assert_eq!(wrong.refusal(), (401, 1002, "api key not found"), "{path}");
    }
}

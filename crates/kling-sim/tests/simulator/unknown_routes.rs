use kling_sim::DEMO_API_KEY;
use reqwest::Method;

use crate::client::{TEXT2VIDEO, get, request, send, sim};

#[tokio::test]
async fn an_unknown_path_is_1203() {
    let sim = sim().await;
    for path in ["/", "/v1/videos", "/v1/videos/text2video/a/b", "/v2/anything"] {
        let answer = get(&sim, path).await;
        assert_eq!((answer.status, answer.body["code"].as_i64()), (404, Some(1203)), "{path}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_wrong_method_is_1202() {
    let sim = sim().await;
    for (method, path) in
        [(Method::PUT, TEXT2VIDEO), (Method::DELETE, "/v1/videos/text2video/1"), (Method::POST, "/account/costs")]
    {
        let answer = send(request(&sim, method.clone(), path).bearer_auth(DEMO_API_KEY)).await;
        assert_eq!((answer.status, answer.body["code"].as_i64()), (404, Some(1202)), "{method} {path}");
    }
}

#[tokio::test]
async fn credentials_come_before_the_route() {
    let sim = sim().await;
    assert_eq!(send(request(&sim, Method::GET, "/v2/anything")).await.refusal().1, 1001);
}

use kling_sim::{DEMO_API_KEY, Fault};
use reqwest::Method;
use serde_json::json;

use crate::client::{TEXT2VIDEO, create, get, request, sim, video_url};

#[tokio::test]
async fn a_status_is_answered_once_in_the_envelope() {
    let sim = sim().await;
    for (status, code) in
        [(400, 1200), (401, 1000), (403, 1103), (404, 1203), (429, 1302), (500, 5000), (503, 5001), (504, 5002)]
    {
        sim.faults().push(Fault::Status(status));
        let answer = get(&sim, TEXT2VIDEO).await;
        assert_eq!((answer.status, answer.body["code"].as_i64()), (status, Some(code)));
        get(&sim, TEXT2VIDEO).await.data();
    }
}

#[tokio::test]
async fn the_request_it_hits_is_not_processed() {
    let sim = sim().await;
    sim.faults().push(Fault::Status(503));
    assert_eq!(create(&sim, &json!({ "prompt": "a boat" })).await.status, 503);
    assert_eq!(sim.tasks(), []);
}

#[tokio::test]
async fn other_statuses_come_as_a_gateways_page() {
    let sim = sim().await;
    for (fault, status) in [(502, 502), (418, 418), (100, 500), (42, 500)] {
        sim.faults().push(Fault::Status(fault));
        let response = request(&sim, Method::GET, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).send().await.unwrap();
        assert_eq!(response.status(), status);
        if status == fault {
            assert_eq!(response.headers()["content-type"], "text/html");
        }
    }
}

#[tokio::test]
async fn downloads_are_not_concerned() {
    let sim = sim().await;
    let url = video_url(&sim).await;
    sim.faults().push(Fault::Status(500));
    assert_eq!(crate::client::http().get(url).send().await.unwrap().status(), 200);
    sim.faults().clear();
    get(&sim, TEXT2VIDEO).await.data();
}

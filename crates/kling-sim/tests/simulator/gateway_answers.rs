use kling_sim::{DEMO_API_KEY, Fault, GATEWAY_ANSWERS, Reply, RequestKind, Requests, Simulator, WRONG_STATUS_ANSWERS};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, create, created, get, request, sim};

/// Status, type and body of whatever is answered.
async fn answered(sim: &Simulator, method: Method, path: &str) -> (u16, String, String) {
    let sent = request(sim, method, path).bearer_auth(DEMO_API_KEY).json(&json!({ "prompt": "a boat" }));
    let answer = sent.send().await.unwrap();
    let (status, kind) = (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap().to_owned());
    (status, kind, answer.text().await.unwrap())
}

#[tokio::test]
async fn a_gateway_speaks_json_of_its_own_before_or_after_the_work() {
    let sim = sim().await;
    for (number, &reply) in (1..).zip(GATEWAY_ANSWERS.iter().chain(WRONG_STATUS_ANSWERS)) {
        let Reply::Json { status, body } = reply else { panic!("{reply}") };
        let told = (status, "application/json".to_owned(), body.to_owned());
        sim.faults().push(Fault::NotProcessed(reply));
        assert_eq!(answered(&sim, Method::POST, TEXT2VIDEO).await, told);
        assert_eq!(sim.tasks().len(), number - 1, "not processed: {reply}");
        sim.faults().push(Fault::Processed(reply));
        // Other slots than those before.
        sim.occupy_slots("kling-v3", 0, std::time::Duration::ZERO);
        assert_eq!(answered(&sim, Method::POST, TEXT2VIDEO).await, told);
        assert_eq!(sim.tasks().len(), number, "processed: {reply}");
        crate::client::pass(std::time::Duration::from_secs(42)).await;
    }
}

#[tokio::test]
async fn queries_and_lists_meet_gateways_too() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    let single = format!("{TEXT2VIDEO}/{id}");
    for (method, path) in [
        (Method::GET, single.as_str()),
        (Method::GET, TEXT2VIDEO),
        (Method::GET, "/tasks?task_ids=1"),
        (Method::POST, "/tasks"),
    ] {
        sim.faults().push(Fault::NotProcessed(GATEWAY_ANSWERS[0]));
        let told = answered(&sim, method.clone(), path).await;
        assert_eq!((told.0, serde_json::from_str::<Value>(&told.2).unwrap()["code"].clone()), (502, json!(502)));
    }
}

#[tokio::test]
async fn an_outage_lasts_until_it_is_cleared() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    let single = format!("{TEXT2VIDEO}/{id}");
    sim.faults().push_from(Requests::of(RequestKind::Query).nth(2), Fault::NotProcessed(GATEWAY_ANSWERS[0]));
    get(&sim, &single).await.data();
    for _ in 0..5 {
        assert_eq!(get(&sim, &single).await.status, 502);
    }
    assert_eq!(sim.faults().pending().len(), 1);
    create(&sim, &json!({ "prompt": "a boat" })).await.data();
    sim.faults().clear();
    get(&sim, &single).await.data();
}

/// Who follows it posts twice, with whatever headers.
#[tokio::test]
async fn a_redirection_leads_to_the_same_path() {
    let sim = sim().await;
    sim.faults().push(Fault::Processed(Reply::Redirect(307)));
    let body = json!({ "prompt": "a boat", "external_task_id": "job-1" });
    assert_eq!(create(&sim, &body).await.refusal().1, 1201, "the second post meets the first one");
    let told: Vec<_> = sim.requests().iter().map(|request| (request.status, request.query.clone())).collect();
    assert_eq!(told, [(307, String::new()), (400, "again".to_owned())]);
}

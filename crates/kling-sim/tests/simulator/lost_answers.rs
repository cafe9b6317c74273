use std::time::Duration;

use kling_sim::{DEMO_API_KEY, Fault, Reply, Simulator};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{TEXT2VIDEO, create, get, request, sim};

const SILENCE: Duration = Duration::from_secs(70);

fn body() -> Value {
    json!({ "model_name": "kling-v3", "prompt": "a boat", "external_task_id": "job-1" })
}

/// A create whose answer never comes.
async fn lost(sim: &Simulator) {
    let sent = request(sim, Method::POST, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).json(&body()).send().await;
    assert!(sent.is_err(), "nothing is answered");
}

#[tokio::test]
async fn a_connection_closes_before_or_after_the_work() {
    let sim = sim().await;
    sim.faults().push(Fault::NotProcessed(Reply::Drop));
    lost(&sim).await;
    assert_eq!(sim.tasks(), []);
    sim.faults().push(Fault::Processed(Reply::Drop));
    lost(&sim).await;
    assert_eq!(sim.tasks().len(), 1);
    assert_eq!(create(&sim, &body()).await.refusal().1, 1201, "its id is taken");
}

/// The record tells what no answer does.
#[tokio::test]
async fn the_record_knows_which_creates_were_accepted() {
    let sim = sim().await;
    for fault in [Fault::NotProcessed(Reply::Drop), Fault::Processed(Reply::Drop)] {
        sim.faults().push(fault);
        lost(&sim).await;
    }
    create(&sim, &body()).await.refusal();
    create(&sim, &json!({ "prompt": "another boat" })).await.data();
    let told: Vec<_> = sim
        .requests()
        .into_iter()
        .map(|request| (request.external_task_id().map(str::to_owned), request.created, request.status))
        .collect();
    let ids: Vec<_> = sim.tasks().into_iter().map(|task| Some(task.id)).collect();
    let job = Some("job-1".to_owned());
    assert_eq!(
        told,
        [(job.clone(), None, 0), (job.clone(), ids[0].clone(), 0), (job, None, 400), (None, ids[1].clone(), 200)]
    );
}

#[tokio::test(start_paused = true)]
async fn silence_lasts_as_long_as_told() {
    let sim = sim().await;
    for (fault, tasks) in
        [(Fault::NotProcessed(Reply::Silence(SILENCE)), 0), (Fault::Processed(Reply::Silence(SILENCE)), 1)]
    {
        let started = Instant::now();
        sim.faults().push(fault);
        lost(&sim).await;
        assert_eq!(started.elapsed().as_secs(), SILENCE.as_secs());
        assert_eq!(sim.tasks().len(), tasks);
    }
}

#[tokio::test(start_paused = true)]
async fn late_work_is_done_although_the_caller_has_gone() {
    let sim = sim().await;
    sim.faults().push(Fault::ProcessedLate(SILENCE));
    let impatient = request(&sim, Method::POST, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).json(&body());
    assert!(impatient.timeout(Duration::from_secs(60)).send().await.unwrap_err().is_timeout());
    assert_eq!(sim.tasks(), []);
    tokio::time::sleep(Duration::from_secs(15)).await;
    assert_eq!(sim.tasks().len(), 1);
    assert_eq!(sim.requests()[0].created.as_ref(), Some(&sim.tasks()[0].id));
}

#[tokio::test]
async fn every_code_comes_with_its_status() {
    let sim = sim().await;
    for (code, status) in [
        (1003, 401),
        (1004, 401),
        (1100, 429),
        (1101, 429),
        (1102, 429),
        (1103, 403),
        (1203, 404),
        (1301, 400),
        (1302, 429),
        (1303, 429),
        (1304, 429),
        (5000, 500),
        (5001, 503),
        (5002, 504),
    ] {
        sim.faults().push(Fault::NotProcessed(Reply::Code { code, retry_after: Some(7) }));
        let answer = create(&sim, &body()).await;
        assert_eq!((answer.status, answer.body["code"].as_u64()), (status, Some(u64::from(code))));
        assert_eq!(answer.headers["retry-after"], "7");
    }
    sim.faults().push(Fault::NotProcessed(Reply::code(1302)));
    assert!(!get(&sim, TEXT2VIDEO).await.headers.contains_key("retry-after"));
    assert_eq!(sim.tasks(), []);
}

#[tokio::test]
async fn a_retired_model_is_one_of_the_codes() {
    let sim = sim().await;
    sim.faults().push(Fault::NotProcessed(Reply::code(1203)));
    assert_eq!(create(&sim, &body()).await.refusal(), (404, 1203, "model is not supported"));
}

#[tokio::test]
async fn a_gateways_page_can_hide_work_that_was_done() {
    let sim = sim().await;
    for (status, fault) in [(502, Fault::NotProcessed(Reply::Page(502))), (504, Fault::Processed(Reply::Page(504)))] {
        sim.faults().push(fault);
        let sent =
            request(&sim, Method::POST, TEXT2VIDEO).bearer_auth(DEMO_API_KEY).json(&body()).send().await.unwrap();
        assert_eq!((sent.status().as_u16(), &sent.headers()["content-type"]), (status, &"text/html".parse().unwrap()));
    }
    assert_eq!(sim.tasks().len(), 1);
}

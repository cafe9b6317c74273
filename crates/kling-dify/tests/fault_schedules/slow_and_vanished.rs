//! Slow is not stuck, and a failed question is not a failed task: promises 2 and 3 while waiting.

use std::time::Duration;

use futures_util::future::join_all;
use kling_sim::{Damage, Fault, FaultPlan, Misfortune, RequestKind, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::json;

use crate::support::{CREATE, PROMPT, QUERY, call, demo_key, failure, host, invocation, simulator, timed, variable};

async fn with(misfortune: Misfortune) -> Simulator {
    let sim = simulator(SimOptions::default()).await;
    sim.faults().push(Fault::Task(misfortune));
    sim
}

#[tokio::test(start_paused = true)]
async fn a_stuck_task_ends_the_wait_at_its_deadline_and_nothing_else() {
    let sim = with(Misfortune::StuckFor(Duration::from_secs(3600))).await;
    let parameters = json!({"prompt": PROMPT, "max_wait_seconds": "100"});
    let (outcome, took) = timed(&host(), invocation(CREATE, demo_key(&sim), parameters)).await;
    assert_eq!(outcome.error, None);
    assert!((90..=100).contains(&took.as_secs()), "{took:?}");
    let handle = variable(&outcome, "handle");
    assert_eq!(variable(&outcome, "task_status"), "processing");
    assert!(outcome.text().contains(handle));
    assert_eq!(sim.requests().iter().filter(|request| request.method != "GET").count(), 1, "nothing is cancelled");

    tokio::time::sleep(Duration::from_secs(3600)).await;
    let later = call(&host(), QUERY, &demo_key(&sim), json!({"task_id": handle})).await;
    assert!(later.blobs[0].bytes == SAMPLE_MP4);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_vanishes_for_good_is_told_with_its_handle() {
    let sim = with(Misfortune::Vanishes { after: Duration::from_secs(10), lasting: None }).await;
    let (outcome, took) = timed(&host(), invocation(CREATE, demo_key(&sim), json!({"prompt": PROMPT}))).await;
    let (_, message) = failure(&outcome);
    assert!(message.contains(variable(&outcome, "handle")), "{message}");
    assert!(took.as_secs() < 300, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_task_that_comes_back_is_delivered() {
    for misfortune in [
        Misfortune::Vanishes { after: Duration::from_secs(5), lasting: Some(Duration::from_secs(40)) },
        Misfortune::HiddenFor(Duration::from_secs(30)),
    ] {
        let sim = with(misfortune).await;
        let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
        assert_eq!(outcome.error, None);
        assert!(outcome.blobs[0].bytes == SAMPLE_MP4);
    }
}

/// Hidden and its answer lost: the service says "already exists" and "not found" in turn.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_and_a_list_that_lags_make_no_second_task() {
    let sim = with(Misfortune::HiddenFor(Duration::from_secs(25))).await;
    sim.faults().push(Fault::Processed(kling_sim::Reply::Drop));
    let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT})).await;
    assert_eq!((outcome.error.as_ref(), outcome.blobs.len()), (None, 1));
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_word_for_success_is_understood() {
    for model in ["kling-v3", "kling-3.0-turbo"] {
        let sim = simulator(SimOptions::default()).await;
        for _ in 0..20 {
            sim.faults()
                .push_on(kling_sim::Requests::of(RequestKind::Query), Fault::Damaged(Damage::OtherWordForSuccess));
        }
        let outcome = call(&host(), CREATE, &demo_key(&sim), json!({"prompt": PROMPT, "model_name": model})).await;
        assert_eq!(outcome.error, None);
        assert_eq!((variable(&outcome, "task_status"), outcome.blobs.len()), ("succeed", 1));
    }
}

/// Nobody answers until the deadline: that is told, and the handle works when the trouble is over.
#[tokio::test(start_paused = true)]
async fn an_outage_while_waiting_leaves_the_handle() {
    let sim = simulator(SimOptions::default()).await;
    let outage = FaultPlan::seeded(5)
        .with_chance(RequestKind::Create, 0.0)
        .with_hostility(0.0)
        .with_misfortune(0.0)
        .with_chance(RequestKind::Query, 1.0)
        .at_most_in_a_row(1000)
        .ending_after(1000);
    sim.faults().follow(outage);
    let (outcome, took) = timed(&host(), invocation(CREATE, demo_key(&sim), json!({"prompt": PROMPT}))).await;
    assert!(took.as_secs() <= 480, "{took:?}");
    let handle = variable(&outcome, "handle");
    let told = outcome.error.as_ref().map_or_else(|| outcome.text(), |error| error.message.clone());
    assert!(told.contains(handle), "{told}");
    sim.faults().clear();
    let later = call(&host(), QUERY, &demo_key(&sim), json!({"task_id": handle})).await;
    assert!(later.blobs[0].bytes == SAMPLE_MP4);
}

#[tokio::test(start_paused = true)]
async fn many_callers_of_one_task_ask_as_one() {
    let sim = with(Misfortune::StuckFor(Duration::from_secs(200))).await;
    let host = host();
    let created = call(&host, CREATE, &demo_key(&sim), json!({"prompt": PROMPT, "wait_for_result": "false"})).await;
    let handle = variable(&created, "handle");
    let before = sim.requests().len();
    let calls = (0..20).map(|_| {
        timed(&host, invocation(QUERY, demo_key(&sim), json!({"task_id": handle, "wait_for_result": "true"})))
    });
    for (outcome, _) in join_all(calls).await {
        assert_eq!((outcome.error.as_ref(), outcome.blobs.len()), (None, 1));
    }
    let looks = sim.requests()[before..].iter().filter(|request| request.path.starts_with("/v1/")).count();
    assert!(looks <= 20 + 30, "each finds the task once, one of them waits: {looks}");
}

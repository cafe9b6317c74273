use std::time::Duration;

use kling_sim::{Fault, Misfortune, SimOptions, Simulator};
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, create, created, get, pass, post, sim, sim_with, task};

const SECOND: Duration = Duration::from_secs(1);

fn body() -> Value {
    json!({ "model_name": "kling-v3", "prompt": "a boat", "external_task_id": "job-1" })
}

async fn with(misfortune: Misfortune) -> (Simulator, String) {
    let sim = sim().await;
    sim.faults().push(Fault::Task(misfortune));
    let id = created(&sim, &body()).await;
    (sim, id)
}

/// Whether a query by id, one by the caller's own id and a list show the task: all or none.
async fn is_shown(sim: &Simulator, id: &str) -> bool {
    let single = get(sim, &format!("{TEXT2VIDEO}/{id}")).await.status == 200;
    let own = get(sim, &format!("{TEXT2VIDEO}/job-1")).await.status == 200;
    let listed = get(sim, TEXT2VIDEO).await.data().as_array().unwrap().len() == 1;
    assert!(single == own && own == listed, "{single} {own} {listed}");
    single
}

#[tokio::test]
async fn a_stuck_task_is_processed_longer_and_holds_its_slot() {
    let sim = sim_with(SimOptions { concurrency: 1, ..SimOptions::default() }).await;
    sim.faults().push(Fault::Task(Misfortune::StuckFor(100 * SECOND)));
    let id = created(&sim, &body()).await;
    pass(141 * SECOND).await;
    assert_eq!(task(&sim, &id).await["task_status"], "processing");
    let other = json!({ "model_name": "kling-v3", "prompt": "a boat" });
    assert_eq!(create(&sim, &other).await.refusal().1, 1303);
    pass(SECOND).await;
    assert_eq!(task(&sim, &id).await["task_status"], "succeed");
}

#[tokio::test]
async fn stuck_can_be_for_ever() {
    let (sim, id) = with(Misfortune::StuckFor(Duration::MAX)).await;
    pass(1_000_000 * SECOND).await;
    assert_eq!(task(&sim, &id).await["task_status"], "processing");
}

#[tokio::test]
async fn a_new_task_can_be_hidden_at_first() {
    let (sim, id) = with(Misfortune::HiddenFor(5 * SECOND)).await;
    assert!(!is_shown(&sim, &id).await);
    assert_eq!(create(&sim, &body()).await.refusal().1, 1201, "its id is taken all the same");
    pass(5 * SECOND).await;
    assert!(is_shown(&sim, &id).await);
}

#[tokio::test]
async fn a_task_can_vanish_for_a_while_or_for_good() {
    let after = 10 * SECOND;
    for (lasting, back) in [(Some(20 * SECOND), true), (None, false)] {
        let (sim, id) = with(Misfortune::Vanishes { after, lasting }).await;
        assert!(is_shown(&sim, &id).await);
        pass(after).await;
        assert!(!is_shown(&sim, &id).await);
        pass(20 * SECOND).await;
        assert_eq!(is_shown(&sim, &id).await, back);
    }
}

#[tokio::test]
async fn tasks_of_the_other_surface_have_the_same_misfortunes() {
    let sim = sim().await;
    sim.faults().push(Fault::Task(Misfortune::HiddenFor(5 * SECOND)));
    let body = json!({ "prompt": "a boat", "options": { "external_task_id": "job-1" } });
    let id = post(&sim, "/text-to-video/kling-3.0-turbo", &body).await.data()["id"].as_str().unwrap().to_owned();
    for (asked, found) in [(0, 0), (5, 1)] {
        pass(asked * SECOND).await;
        for query in [format!("task_ids={id}"), "external_task_ids=job-1".to_owned()] {
            assert_eq!(get(&sim, &format!("/tasks?{query}")).await.data().as_array().unwrap().len(), found);
        }
    }
}

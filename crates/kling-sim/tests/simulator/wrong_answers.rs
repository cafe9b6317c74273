//! Answers in good form that are not the answer to what was asked.

use std::time::Duration;

use kling_sim::{Damage, Fault, Simulator};
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, create, created, get, pass, post, sim};

const PATH: &str = "/text-to-video/kling-3.0-turbo";

/// What a query of the task answers with this damage, on either surface.
async fn asked(sim: &Simulator, id: &str, on_path: bool, damage: Damage) -> Value {
    sim.faults().push(Fault::Damaged(damage));
    let path = if on_path { format!("/tasks?task_ids={id}") } else { format!("{TEXT2VIDEO}/{id}") };
    let answer = get(sim, &path).await;
    let data = answer.data();
    if on_path { data[0].clone() } else { data.clone() }
}

/// An ended task of either surface.
async fn tasks(sim: &Simulator) -> [(String, bool); 2] {
    let legacy = created(sim, &json!({ "prompt": "a boat", "external_task_id": "job-1" })).await;
    let path = post(sim, PATH, &json!({ "prompt": "a boat", "options": { "external_task_id": "job-2" } })).await;
    pass(Duration::from_secs(42)).await;
    [(legacy, false), (path.data()["id"].as_str().unwrap().to_owned(), true)]
}

#[tokio::test]
async fn a_strangers_finished_task_comes_in_the_form_of_the_surface() {
    let sim = sim().await;
    for (id, on_path) in tasks(&sim).await {
        let stranger = asked(&sim, &id, on_path, Damage::OfAStranger).await;
        let (its_id, word, own, url) = if on_path {
            (&stranger["id"], &stranger["status"], &stranger["external_id"], &stranger["outputs"][0]["url"])
        } else {
            let own = &stranger["task_info"]["external_task_id"];
            (&stranger["task_id"], &stranger["task_status"], own, &stranger["task_result"]["videos"][0]["url"])
        };
        assert_ne!(its_id.as_str().unwrap(), id);
        assert!(word.as_str().unwrap().starts_with("succeed"), "{stranger}");
        assert_eq!(own, "stranger");
        assert!(url.as_str().unwrap().starts_with("http://127.0.0.1:9/stranger.mp4"), "{url}");
    }
}

#[tokio::test]
async fn an_answer_can_be_outdated_or_come_before_its_results() {
    let sim = sim().await;
    for (id, on_path) in tasks(&sim).await {
        for (damage, word) in [(Damage::Outdated, "submitted"), (Damage::WithoutResults, "succeed")] {
            let task = asked(&sim, &id, on_path, damage).await;
            let status = if on_path { &task["status"] } else { &task["task_status"] };
            assert!(status.as_str().unwrap().starts_with(word), "{task}");
            assert!(task["task_result"].is_null() && task["outputs"][0].is_null(), "{task}");
            assert!(!task.to_string().contains("http"), "{task}");
        }
    }
}

#[tokio::test]
async fn a_page_of_tasks_is_changed_task_by_task() {
    let sim = sim().await;
    tasks(&sim).await;
    sim.faults().push(Fault::Damaged(Damage::OfAStranger));
    let page = post(&sim, "/tasks", &json!({})).await;
    assert_eq!(page.data()["result"][0]["external_id"], "stranger");
    assert_eq!(page.data()["count"], 1);
}

#[tokio::test]
async fn ids_can_be_numbers_with_all_their_digits() {
    let sim = sim().await;
    for (id, on_path) in tasks(&sim).await {
        let task = asked(&sim, &id, on_path, Damage::IdsAsNumbers).await;
        let number = if on_path { &task["id"] } else { &task["task_id"] };
        assert_eq!(number.as_u64(), id.parse().ok());
    }
}

#[tokio::test]
async fn success_can_be_empty() {
    let sim = sim().await;
    sim.faults().push(Fault::Damaged(Damage::WithoutData));
    assert_eq!(*create(&sim, &json!({ "prompt": "a boat" })).await.data(), Value::Null);
    assert_eq!(sim.tasks().len(), 1);
}

/// Before it there was a task, or there was none: the words are the same.
#[tokio::test]
async fn a_duplicate_can_be_a_phantom() {
    let sim = sim().await;
    for (path, body) in [
        (TEXT2VIDEO, json!({ "prompt": "a boat", "external_task_id": "job-1" })),
        (PATH, json!({ "prompt": "a boat", "options": { "external_task_id": "job-1" } })),
    ] {
        sim.faults().push(Fault::NotProcessed(kling_sim::Reply::Duplicate));
        let answer = post(&sim, path, &body).await;
        assert_eq!(answer.refusal(), (400, 1201, "External_task_id job-1 already exists"));
    }
    assert_eq!(sim.tasks(), []);
}

use std::time::Duration;

use kling_sim::{Fault, Misfortune, Simulator};
use serde_json::{Value, json};

use crate::client::{TEXT2VIDEO, create, get, pass, post, sim};

const SECOND: Duration = Duration::from_secs(1);
const PATH: &str = "/text-to-video/kling-3.0-turbo";

/// The parts of the service that know the task `job-1`.
#[derive(Debug, PartialEq, Eq)]
struct Known {
    queries: bool,
    lists: bool,
}

/// Each with its own time, so that none stands for another.
fn lagging(sim: &Simulator, [queries, lists, duplicates]: [u32; 3]) {
    let [queries, lists, duplicates] = [queries, lists, duplicates].map(|seconds| seconds * SECOND);
    sim.faults().push(Fault::Task(Misfortune::Lagging { queries, lists, duplicates }));
}

fn body() -> Value {
    json!({ "model_name": "kling-v3", "prompt": "a boat", "external_task_id": "job-1" })
}

fn path_body() -> Value {
    json!({ "prompt": "a boat", "options": { "external_task_id": "job-1" } })
}

async fn legacy(sim: &Simulator, id: &str) -> Known {
    let single = get(sim, &format!("{TEXT2VIDEO}/{id}")).await.status == 200;
    let own = get(sim, &format!("{TEXT2VIDEO}/job-1")).await.status == 200;
    assert_eq!(single, own);
    Known { queries: single, lists: !get(sim, TEXT2VIDEO).await.data().as_array().unwrap().is_empty() }
}

async fn path(sim: &Simulator, id: &str) -> Known {
    let found = async |query: String| !get(sim, &query).await.data().as_array().unwrap().is_empty();
    let (single, own) =
        (found(format!("/tasks?task_ids={id}")).await, found("/tasks?external_task_ids=job-1".into()).await);
    assert_eq!(single, own);
    Known { queries: single, lists: post(sim, "/tasks", &json!({})).await.data()["count"] != 0 }
}

#[tokio::test]
async fn each_part_of_the_service_hears_of_a_task_in_its_own_time() {
    for [queries, lists] in [[5, 10], [10, 5]] {
        let sim = sim().await;
        lagging(&sim, [queries, lists, 0]);
        let id = create(&sim, &body()).await.data()["task_id"].as_str().unwrap().to_owned();
        for seconds in [0, 5, 10] {
            let known = Known { queries: seconds >= queries, lists: seconds >= lists };
            assert_eq!(legacy(&sim, &id).await, known, "after {seconds} s");
            pass(5 * SECOND).await;
        }
    }
}

#[tokio::test]
async fn so_does_the_other_surface() {
    for [queries, lists] in [[5, 10], [10, 5]] {
        let sim = sim().await;
        lagging(&sim, [queries, lists, 0]);
        let id = post(&sim, PATH, &path_body()).await.data()["id"].as_str().unwrap().to_owned();
        for seconds in [0, 5, 10] {
            let known = Known { queries: seconds >= queries, lists: seconds >= lists };
            assert_eq!(path(&sim, &id).await, known, "after {seconds} s");
            pass(5 * SECOND).await;
        }
    }
}

/// The double payment there is to be prevented.
#[tokio::test]
async fn while_the_check_for_duplicates_lags_the_same_id_is_paid_twice() {
    let sim = sim().await;
    lagging(&sim, [0, 0, 25]);
    create(&sim, &body()).await.data();
    pass(24 * SECOND).await;
    create(&sim, &body()).await.data();
    let ids: Vec<_> = sim.tasks().into_iter().map(|task| (task.external_task_id, task.id)).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids.iter().all(|(id, _)| id.as_deref() == Some("job-1")));
    // The second one is known at once, so there is no third.
    assert_eq!(create(&sim, &body()).await.refusal().1, 1201);
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/job-1")).await.data()["task_id"], *ids[1].1, "the newest is found");
}

#[tokio::test]
async fn once_the_check_knows_the_id_it_is_taken_though_no_query_shows_it() {
    let sim = sim().await;
    lagging(&sim, [60, 60, 25]);
    create(&sim, &body()).await.data();
    pass(25 * SECOND).await;
    assert_eq!(create(&sim, &body()).await.refusal(), (400, 1201, "External_task_id job-1 already exists"));
    assert_eq!(get(&sim, &format!("{TEXT2VIDEO}/job-1")).await.status, 400);
}

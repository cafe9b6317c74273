use kling_sim::{SimOptions, Simulator};
use serde_json::json;

use crate::client::{TEXT2VIDEO, created, get, sim, sim_with};

async fn ids(sim: &Simulator, query: &str) -> Vec<String> {
    let answer = get(sim, &format!("{TEXT2VIDEO}{query}")).await;
    let tasks = answer.data().as_array().expect("a list").clone();
    tasks.iter().map(|task| task["task_info"]["external_task_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tasks_are_listed_newest_first_in_pages() {
    let sim = sim_with(SimOptions { concurrency: 100, ..SimOptions::default() }).await;
    assert!(ids(&sim, "").await.is_empty());
    for number in 1..=35 {
        created(&sim, &json!({ "prompt": "a boat", "external_task_id": format!("job-{number}") })).await;
    }
    let usual = ids(&sim, "").await;
    assert_eq!(usual.len(), 30, "the documented page size");
    assert_eq!(usual[0], "job-35");
    assert_eq!(ids(&sim, "?pageNum=2").await, ["job-5", "job-4", "job-3", "job-2", "job-1"]);
    assert_eq!(ids(&sim, "?pageNum=2&pageSize=2").await, ["job-33", "job-32"]);
    assert_eq!(ids(&sim, "?pageSize=500").await.len(), 35);
    assert!(ids(&sim, "?pageNum=1000&pageSize=500").await.is_empty());
}

#[tokio::test]
async fn an_entry_is_what_the_single_query_answers() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    let single = crate::client::task(&sim, &id).await;
    assert_eq!(get(&sim, TEXT2VIDEO).await.data(), &json!([single]));
}

#[tokio::test]
async fn pages_outside_their_ranges_are_refused() {
    let sim = sim().await;
    for (query, message) in [
        ("pageNum=0", "pageNum value '0' is invalid"),
        ("pageNum=1001", "pageNum value '1001' is invalid"),
        ("pageNum=x", "pageNum value 'x' is invalid"),
        ("pageSize=0", "pageSize value '0' is invalid"),
        ("pageSize=501", "pageSize value '501' is invalid"),
    ] {
        assert_eq!(get(&sim, &format!("{TEXT2VIDEO}?{query}")).await.refusal(), (400, 1201, message));
    }
}

//! Promise 2: a handle works from another process, after an upgrade, with other keys of the account.

use std::time::Duration;

use kling_sim::{DEMO_API_KEY, Fault, Misfortune, Reply, RequestKind, Requests, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::json;

use crate::support::{CREATE, PROMPT, QUERY, api_key, call, demo_key, failure, host, map, simulator, variable};

/// The simulator's first text-to-video task, as the first version of this plugin wrote its handle. Saved workflows and
/// databases hold such texts: every later version must read it.
const FIRST_HANDLE: &str = "kling1_bApiZWlqaW5nCi92MS92aWRlb3MvdGV4dDJ2aWRlbwo4NDAwMDAwMDAwMDAwMDAwMDEXdN9O";

async fn created(sim: &Simulator) -> String {
    let parameters = json!({"prompt": PROMPT, "wait_for_result": "false"});
    let outcome = call(&host(), CREATE, &demo_key(sim), parameters).await;
    variable(&outcome, "handle").to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_the_first_version_is_read_and_written() {
    let sim = simulator(SimOptions::default()).await;
    assert_eq!(created(&sim).await, FIRST_HANDLE);
    let later =
        call(&host(), QUERY, &demo_key(&sim), json!({"task_id": FIRST_HANDLE, "wait_for_result": "true"})).await;
    assert_eq!(later.error, None);
    assert!(later.blobs[0].bytes == SAMPLE_MP4);
}

#[tokio::test(start_paused = true)]
async fn the_accounts_new_keys_open_its_old_tasks() {
    let sim = simulator(SimOptions::default()).await;
    let handle = created(&sim).await;
    sim.add_api_key("api-key-kling-rotated");
    sim.add_key_pair("AKROTATED", "SKROTATED");
    sim.revoke_key(DEMO_API_KEY);
    let pair = map(json!({
        "access_key": "AKROTATED", "secret_key": "SKROTATED", "base_url": sim.url(), "language": "en_US",
    }));
    for credentials in [api_key(&sim, "api-key-kling-rotated"), pair] {
        let later = call(&host(), QUERY, &credentials, json!({"task_id": handle, "wait_for_result": "true"})).await;
        assert_eq!(later.error, None);
        assert!(later.blobs[0].bytes == SAMPLE_MP4);
    }
    let revoked = call(&host(), QUERY, &demo_key(&sim), json!({"task_id": handle})).await;
    assert_eq!(failure(&revoked).0, "InvokeAuthorizationError");
}

#[tokio::test(start_paused = true)]
async fn a_damaged_handle_is_one_clear_error_and_no_request() {
    let sim = simulator(SimOptions::default()).await;
    let handle = created(&sim).await;
    let before = sim.requests().len();
    let changed = format!("{}A{}", &handle[..20], &handle[21..]);
    let shortened = &handle[..handle.len() - 1];
    let doubled = format!("{handle}{handle}");
    for damaged in [&changed, shortened, &doubled, "kling1_", "kling9_AAAA"] {
        let outcome = call(&host(), QUERY, &demo_key(&sim), json!({"task_id": damaged})).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeBadRequestError", "{damaged}");
        assert!(message.to_lowercase().contains("handle"), "{damaged}: {message}");
    }
    assert_eq!(sim.requests().len(), before, "nothing is asked");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_handle_is_one_clear_error() {
    let (ours, theirs) = (simulator(SimOptions::default()).await, simulator(SimOptions::default()).await);
    let handle = created(&theirs).await;
    let stranger = call(&host(), QUERY, &demo_key(&ours), json!({"task_id": handle})).await;
    // It may be a task that is only slow to be listed.
    let (kind, message) = failure(&stranger);
    assert_eq!(kind, "InvokeServerUnavailableError");
    assert!(message.contains("account"), "{message}");

    let mut other_region = demo_key(&theirs);
    other_region.insert("region".to_owned(), "singapore".into());
    let elsewhere = call(&host(), QUERY, &other_region, json!({"task_id": handle})).await;
    let (kind, message) = failure(&elsewhere);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("beijing") && message.contains("singapore"), "{message}");
}

/// The task of a handle exists: that Kling does not list it yet is no answer.
#[tokio::test(start_paused = true)]
async fn a_handles_task_that_is_listed_late_is_found() {
    let sim = simulator(SimOptions::default()).await;
    let lag = Duration::from_secs(25);
    sim.faults().push(Fault::Task(Misfortune::Lagging { queries: lag, lists: lag, duplicates: lag }));
    let handle = created(&sim).await;
    for wait in ["false", "true"] {
        let asked = call(&host(), QUERY, &demo_key(&sim), json!({"task_id": handle, "wait_for_result": wait})).await;
        assert_eq!(asked.error, None);
        assert_eq!(variable(&asked, "handle"), handle);
    }
}

/// What the account may not use says nothing of its other tasks.
#[tokio::test(start_paused = true)]
async fn a_path_without_permission_does_not_end_a_search_over_several() {
    let sim = simulator(SimOptions::default()).await;
    let parameters = json!({"prompt": PROMPT, "wait_for_result": "false"});
    let image = call(&host(), "image_generation_create", &demo_key(&sim), parameters).await;
    for path in ["/v1/videos/text2video", "/v1/videos/omni-video"] {
        let refused = Fault::NotProcessed(Reply::code(1103));
        sim.faults().push_on(Requests::of(RequestKind::Query).under(path), refused);
    }
    let id = variable(&image, "task_id");
    let asked = call(&host(), "task_query", &demo_key(&sim), json!({"task_id": id})).await;
    assert_eq!(asked.error, None);
    assert_eq!(variable(&asked, "task_id"), id);

    // Absent is only what was looked for everywhere.
    sim.faults().push_on(Requests::of(RequestKind::Query), Fault::NotProcessed(Reply::code(1103)));
    let asked = call(&host(), "task_query", &demo_key(&sim), json!({"task_id": "84"})).await;
    assert!(failure(&asked).1.contains("1103"), "{}", failure(&asked).1);
}

//! Promise 2: a handle works from another process, after an upgrade, with other keys of the account.

use kling_sim::{DEMO_API_KEY, SAMPLE_MP4, SimOptions, Simulator};
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

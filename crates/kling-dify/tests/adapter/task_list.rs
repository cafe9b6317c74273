//! Whatever was paid for is found again: the account's tasks in one list, newest first, whichever list of Kling's they
//! stand in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use dify_plugin::host::{Host, Outcome};
use kling_dify::Environment;
use kling_sim::scripted::{Reply as Scripted, ScriptedServer};
use kling_sim::{DEMO_API_KEY, Fault, Reply, RequestKind, Requests};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::support::{api_key, call, failure, host, key_pair, map, simulator, variable};

const PICTURE: &str = "https://media.example.test/a.png";
const PROMPT: &str = "a secret boat";
const LISTS: usize = 7;

/// A create tool of every list.
fn creates() -> Vec<(&'static str, Value)> {
    vec![
        ("text_2_video_create", json!({"prompt": PROMPT})),
        ("image_2_video_create", json!({"prompt": PROMPT, "image": PICTURE})),
        ("omni_video_create", json!({"prompt": PROMPT})),
        ("image_generation_create", json!({"prompt": PROMPT})),
        ("omni_image_create", json!({"prompt": PROMPT})),
        (
            "element_create",
            json!({
                "element_name": "Mira", "element_description": PROMPT, "reference_type": "image_refer",
                "element_frontal_image": PICTURE, "element_refer_images": ["https://media.example.test/b.png"],
            }),
        ),
        ("text_2_video_create", json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo"})),
    ]
}

/// Makes a task, and lets a second pass. Answers its id.
async fn make(host: &Host, credentials: &Map<String, Value>, tool: &str, parameters: Value) -> String {
    let outcome = call(host, tool, credentials, parameters).await;
    assert_eq!(outcome.error, None, "{tool}");
    tokio::time::sleep(Duration::from_secs(1)).await;
    variable(&outcome, "task_id").to_owned()
}

async fn list(host: &Host, credentials: &Map<String, Value>, parameters: Value) -> Outcome {
    let outcome = call(host, "task_list", credentials, parameters).await;
    assert_eq!(outcome.error, None);
    assert_eq!((outcome.jsons.len(), outcome.texts.len(), outcome.blobs.len()), (1, 1, 0));
    let mut sent: Vec<_> = outcome.variables.keys().map(String::as_str).collect();
    sent.sort_unstable();
    let table = kling_dify::tables().into_iter().find(|table| table.name == "task_list").unwrap();
    let mut declared = table.outputs.to_vec();
    declared.sort_unstable();
    assert_eq!(sent, declared);
    // Nothing private, and no link, outside the JSON.
    for private in [PROMPT, "http", DEMO_API_KEY] {
        assert!(!outcome.text().contains(private), "{}", outcome.text());
        assert!(!format!("{:?}", outcome.logs).contains(private));
    }
    outcome
}

fn ids(outcome: &Outcome) -> Vec<String> {
    let ids = outcome.variables["task_ids"].as_array().unwrap();
    assert_eq!(outcome.variables["count"], ids.len());
    ids.iter().map(|id| id.as_str().expect("ids are texts").to_owned()).collect()
}

fn unavailable(outcome: &Outcome) -> Vec<&str> {
    outcome.variables["unavailable"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

fn listing_requests(sim: &kling_sim::Simulator) -> Vec<String> {
    let lists = |request: &kling_sim::RecordedRequest| {
        request.query.contains("pageNum") || (request.method == "POST" && request.path == "/tasks")
    };
    sim.requests().iter().filter(|request| lists(request)).map(|request| request.path.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn tasks_of_every_list_come_newest_first() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let mut made = Vec::new();
    for (tool, parameters) in creates() {
        made.push(make(&host, &credentials, tool, parameters).await);
    }
    made.reverse();
    let outcome = list(&host, &credentials, json!({})).await;
    assert_eq!(ids(&outcome), made);
    assert_eq!(unavailable(&outcome), [""; 0]);
    assert_eq!(listing_requests(&sim).len(), LISTS, "one page of each list");
    let tasks = outcome.jsons[0]["data"]["tasks"].as_array().unwrap();
    let field = |name: &str| tasks.iter().map(|task| task[name].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(field("task_id"), made);
    assert_eq!(field("kind"), ["video", "element", "image", "image", "video", "video", "video"]);
    assert_eq!(field("task_status"), ["succeed"; LISTS], "in the words of /v1");
    assert_eq!(json!(field("handle")), outcome.variables["handles"]);
    assert_eq!(field("handle")[0], variable(&outcome, "handle"));
    assert_eq!(field("path")[..2], ["/tasks", "/v1/general/advanced-custom-elements"]);
    assert!(tasks[0]["task_result"]["videos"][0]["url"].is_string(), "the result is in the JSON");
    for (task, summary) in tasks.iter().zip(outcome.variables["tasks"].as_array().unwrap()) {
        assert_eq!((&task["task_id"], &task["handle"]), (&summary["task_id"], &summary["handle"]));
        assert_eq!(task["task_info"]["external_task_id"], summary["external_task_id"]);
        assert!(summary["created_at"].as_str().unwrap().ends_with('Z') && summary.get("task_result").is_none());
    }
    // A line a task, between the first line and the advice.
    assert_eq!(outcome.text().lines().count(), LISTS + 2, "{}", outcome.text());
    assert!(field("handle").iter().all(|handle| outcome.text().contains(handle.as_str())));
}

#[tokio::test(start_paused = true)]
async fn each_handle_of_the_list_leads_to_its_task() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for (tool, parameters) in creates() {
        make(&host, &credentials, tool, parameters).await;
    }
    let outcome = list(&host, &credentials, json!({})).await;
    for (id, handle) in ids(&outcome).iter().zip(outcome.variables["handles"].as_array().unwrap()) {
        let task = call(&host, "task_query", &credentials, json!({"handle": handle, "download_video": "false"})).await;
        assert_eq!((task.error.as_ref(), variable(&task, "task_id")), (None, id.as_str()));
    }
}

/// Promise 2: a process that is killed between the post and its answer loses nothing.
#[tokio::test(start_paused = true)]
async fn a_lost_paid_task_is_found_again_and_carried_on_with() {
    for (model, own) in
        [("kling-v3", "order-7"), ("kling-3.0-turbo", "order-7"), ("kling-v3", ""), ("kling-3.0-turbo", "")]
    {
        let sim = simulator().await;
        let credentials = api_key(&sim.url());
        sim.faults()
            .push_on(Requests::of(RequestKind::Create), Fault::Processed(Reply::Silence(Duration::from_secs(10_000))));
        let parameters = json!({"prompt": PROMPT, "model_name": model, "external_task_id": own});
        let lost = host(Environment::default());
        let killed = call(&lost, "text_2_video_create", &credentials, parameters);
        assert!(tokio::time::timeout(Duration::from_secs(5), killed).await.is_err(), "no answer came");
        drop(lost);
        let other_process = host(Environment::default());
        let part = if own.is_empty() { "dify-" } else { "der-7" };
        let outcome = list(&other_process, &credentials, json!({"external_task_id": part})).await;
        assert_eq!(ids(&outcome), [sim.tasks()[0].id.clone()]);
        let resumed = json!({"handle": variable(&outcome, "handle"), "wait_for_result": "true"});
        let resumed = call(&other_process, "task_query", &credentials, resumed).await;
        assert_eq!((resumed.error.as_ref(), variable(&resumed, "task_status")), (None, "succeed"));
        assert_eq!((resumed.blobs.len(), sim.tasks().len()), (1, 1), "paid once");
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_are_picked_by_kind_status_and_own_id() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let image = make(&host, &credentials, "omni_image_create", json!({"prompt": PROMPT})).await;
    let turbo = json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo", "external_task_id": "job-a"});
    let done = make(&host, &credentials, "text_2_video_create", turbo).await;
    let later = json!({"prompt": PROMPT, "external_task_id": "job-b", "wait_for_result": "false"});
    let begun = make(&host, &credentials, "text_2_video_create", later).await;
    for (parameters, expected) in [
        (json!({"kind": "image"}), vec![&image]),
        (json!({"kind": "video"}), vec![&begun, &done]),
        (json!({"kind": "Video", "task_status": "succeed"}), vec![&done]),
        (json!({"kind": "element"}), vec![]),
        (json!({"task_status": "submitted"}), vec![&begun]),
        (json!({"task_status": "succeeded"}), vec![&done, &image]),
        (json!({"task_status": "failed"}), vec![]),
        (json!({"external_task_id": "job-"}), vec![&begun, &done]),
        (json!({"external_task_id": "job-a"}), vec![&done]),
        (json!({"kind": null, "task_status": "", "within_hours": " 1 ", "limit": 5.0}), vec![&begun, &done, &image]),
    ] {
        let outcome = list(&host, &credentials, parameters.clone()).await;
        assert_eq!(ids(&outcome), expected.into_iter().cloned().collect::<Vec<_>>(), "{parameters}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_the_newest_are_listed_and_that_there_are_more_is_told() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let mut made = Vec::new();
    for _ in 0..3 {
        for model in ["kling-v3", "kling-3.0-turbo"] {
            let parameters = json!({"prompt": PROMPT, "model_name": model, "download_video": "false"});
            made.push(make(&host, &credentials, "text_2_video_create", parameters).await);
        }
    }
    made.reverse();
    for (limit, more) in [(1, true), (4, true), (5, true), (6, false), (100, false)] {
        let outcome = list(&host, &credentials, json!({"limit": limit})).await;
        assert_eq!(ids(&outcome), made[..limit.min(6)], "{limit}");
        assert_eq!(outcome.text().contains("raise limit"), more, "{limit}: {}", outcome.text());
        assert_eq!(outcome.jsons[0]["data"]["more"], more, "{limit}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_key_pair_the_lists_that_take_it_are_asked() {
    let sim = simulator().await;
    let host = host(Environment::default());
    let listed = make(&host, &api_key(&sim.url()), "text_2_video_create", json!({"prompt": PROMPT})).await;
    let turbo = json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo"});
    make(&host, &api_key(&sim.url()), "text_2_video_create", turbo).await;
    let outcome = list(&host, &key_pair(&sim.url()), json!({})).await;
    assert_eq!(ids(&outcome), [listed]);
    assert!(outcome.text().contains("with an API key only"), "{}", outcome.text());
    let asked = listing_requests(&sim);
    assert!(asked.len() == LISTS - 1 && !asked.contains(&"/tasks".to_owned()), "{asked:?}");
    let elements = list(&host, &key_pair(&sim.url()), json!({"kind": "element"})).await;
    assert!(!elements.text().contains("API key only"), "elements have no other list: {}", elements.text());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_refused_or_fails_does_not_end_the_others() {
    const OMNI: &str = "/v1/images/omni-image";
    let refused = Fault::NotProcessed(Reply::code(1103));
    let gateway = Fault::NotProcessed(Reply::Page(502));
    let hangs = Fault::NotProcessed(Reply::Silence(Duration::from_secs(10_000)));
    // The new API's list is the last and image to video one of the first that are asked.
    for (list_path, name) in [(OMNI, "omni image"), ("/tasks", "new API"), ("/v1/videos/image2video", "image to video")]
    {
        for (fault, times, reason) in [(refused, 1, "code 1103"), (gateway, 4, "HTTP 502"), (hangs, 1, "")] {
            let sim = simulator().await;
            let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
            let made = make(&host, &credentials, "text_2_video_create", json!({"prompt": PROMPT})).await;
            for _ in 0..times {
                sim.faults().push_on(Requests::of(RequestKind::List).under(list_path), fault);
            }
            let started = Instant::now();
            let outcome = list(&host, &credentials, json!({})).await;
            assert!(started.elapsed() <= Duration::from_secs(31), "{:?}", started.elapsed());
            assert_eq!((ids(&outcome), unavailable(&outcome)), (vec![made], vec![list_path]), "{fault}");
            let text = outcome.text();
            let line = text.lines().find(|line| line.starts_with("Not listed in full: ")).unwrap();
            assert!(line.contains(name) && line.contains(reason), "{line}");
            assert_eq!(sim.faults().pending(), []);
        }
    }
}

/// Five of seven lists hang, more than are asked at once: the others are read all the same.
#[tokio::test(start_paused = true)]
async fn lists_that_hang_leave_time_for_the_others() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let turbo = json!({"prompt": PROMPT, "model_name": "kling-3.0-turbo"});
    let made = make(&host, &credentials, "text_2_video_create", turbo).await;
    for path in ["/v1/videos/text2video", "/v1/videos/image2video", "/v1/videos/omni-video", "/v1/images/"] {
        let hangs = Fault::NotProcessed(Reply::Silence(Duration::from_secs(10_000)));
        sim.faults().push_on(Requests::of(RequestKind::List).under(path), hangs);
        if path == "/v1/images/" {
            sim.faults().push_on(Requests::of(RequestKind::List).under(path), hangs);
        }
    }
    let started = Instant::now();
    let outcome = list(&host, &credentials, json!({})).await;
    assert_eq!((ids(&outcome), unavailable(&outcome).len()), (vec![made], 5));
    assert!(started.elapsed() <= Duration::from_secs(61), "{:?}", started.elapsed());
}

#[tokio::test(start_paused = true)]
async fn lists_that_all_fail_are_a_failure() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for _ in 0..LISTS {
        let hangs = Fault::NotProcessed(Reply::Silence(Duration::from_secs(10_000)));
        sim.faults().push_on(Requests::of(RequestKind::List), hangs);
    }
    let started = Instant::now();
    let outcome = call(&host, "task_list", &credentials, json!({})).await;
    assert_eq!(failure(&outcome).0, "InvokeConnectionError");
    assert!(started.elapsed() <= Duration::from_secs(61), "{:?}", started.elapsed());
    sim.faults().clear();
    sim.revoke_key(DEMO_API_KEY);
    let outcome = call(&host, "task_list", &credentials, json!({})).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeAuthorizationError");
    assert!(message.contains("code 1002"), "{message}");
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_says_where_was_looked() {
    let sim = simulator().await;
    let host = host(Environment::default());
    for (region, language, words) in [
        ("singapore", "en_US", "No such task in the last 2 h in region singapore"),
        ("beijing", "zh_Hans", "区域 beijing"),
    ] {
        let mut credentials = api_key(&sim.url());
        credentials.extend(map(json!({"region": region, "language": language})));
        let outcome = list(&host, &credentials, json!({"within_hours": 2})).await;
        assert_eq!((ids(&outcome).len(), variable(&outcome, "handle")), (0, ""));
        assert!(outcome.text().contains(words), "{}", outcome.text());
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_is_refused_here() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for (parameters, text) in [
        (json!({"limit": 0}), "`limit` is 0: 1 to 100"),
        (json!({"limit": 101}), "`limit` is 101: 1 to 100"),
        (json!({"limit": "some"}), "`limit` must be a whole number"),
        (json!({"within_hours": 0}), "`within_hours` is 0: 0.1 to 8760"),
        (json!({"within_hours": -24}), "`within_hours` is -24: 0.1 to 8760"),
        (json!({"within_hours": 1e300}), "`within_hours` is 1"),
        (json!({"within_hours": "today"}), "`within_hours` must be a number"),
        (json!({"kind": "sound"}), "`kind` must be one of all, video, image, element"),
        (json!({"task_status": "lost"}), "`task_status` must be one of any, submitted"),
        (json!({"external_task_id": ["a"]}), "`external_task_id` must be a text"),
    ] {
        let outcome = call(&host, "task_list", &credentials, parameters).await;
        let (kind, message) = failure(&outcome);
        assert_eq!(kind, "InvokeBadRequestError");
        assert!(message.contains(text), "{message}");
    }
    assert_eq!(sim.requests().len(), 0);
}

fn page(tasks: &[(u64, u64, &str)]) -> Scripted {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let task = |(id, hours, own): &(u64, u64, &str)| {
        let created_at = now.checked_sub(Duration::from_secs(hours * 3600)).unwrap().as_millis();
        format!(
            r#"{{"task_id":{id},"task_status":"succeed","task_info":{{"external_task_id":"{own}"}},"created_at":{created_at}}}"#
        )
    };
    let tasks: Vec<_> = tasks.iter().map(task).collect();
    Scripted::http(200, format!(r#"{{"code":0,"message":"SUCCEED","data":[{}]}}"#, tasks.join(",")))
}

/// Elements have one list only, so a script can answer it. Ids come as numbers here.
async fn elements(pages: Vec<Scripted>, parameters: Value) -> (Vec<String>, Vec<String>) {
    let server = ScriptedServer::start(pages).await.unwrap();
    let mut asked = map(json!({"kind": "element"}));
    asked.extend(map(parameters));
    let outcome = list(&host(Environment::default()), &key_pair(&server.url("")), asked.into()).await;
    let first_line = |request: &String| request.lines().next().unwrap_or_default().to_owned();
    (ids(&outcome), server.requests().iter().map(first_line).collect())
}

#[tokio::test]
async fn older_tasks_than_asked_for_are_left_out() {
    let tasks =
        [(840_000_000_000_000_003, 1, ""), (840_000_000_000_000_002, 30, ""), (840_000_000_000_000_001, 800, "")];
    for (parameters, count) in [
        (json!({}), 1),
        (json!({"within_hours": 48}), 2),
        (json!({"within_hours": "0.5"}), 0),
        (json!({"within_hours": 8760}), 3),
    ] {
        let (ids, requests) = elements(vec![page(&tasks)], parameters.clone()).await;
        let expected: Vec<_> = tasks.iter().take(count).map(|(id, ..)| id.to_string()).collect();
        assert_eq!((ids, requests.len()), (expected, 1), "{parameters}");
    }
}

#[tokio::test]
async fn pages_are_followed_as_far_as_they_are_needed() {
    let many: Vec<_> = (0..100).map(|n| (1000 - n, 1, "other")).collect();
    let last = [(7, 2, "order-7")];
    let two = || vec![page(&many), page(&last)];
    let (ids, requests) = elements(two(), json!({"external_task_id": "order-7"})).await;
    assert_eq!(ids, ["7"]);
    assert!(requests[0].contains("pageNum=1&") && requests[1].contains("pageNum=2&"), "{requests:?}");
    let (ids, requests) = elements(two(), json!({"limit": 100})).await;
    assert_eq!((ids.len(), requests.len()), (100, 1), "the limit is reached");
    let old: Vec<_> = (0..100).map(|n| (1000 - n, 24 + n, "other")).collect();
    let (_, requests) = elements(vec![page(&old), page(&last)], json!({"external_task_id": "order-7"})).await;
    assert_eq!(requests.len(), 1, "the time is reached");
    // A list that never ends is given up, and that is told.
    let server = ScriptedServer::start((0..50).map(|_| page(&many)).collect::<Vec<_>>()).await.unwrap();
    let parameters = json!({"kind": "element", "external_task_id": "order-7"});
    let outcome = list(&host(Environment::default()), &key_pair(&server.url("")), parameters).await;
    assert_eq!(server.requests().len(), 10);
    assert!(outcome.text().contains("elements (only the newest 1,000 tasks were read)"), "{}", outcome.text());
}

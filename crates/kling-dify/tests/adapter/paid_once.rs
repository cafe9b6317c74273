//! Promise 1: never pay twice, whatever becomes of the answer.

use kling_dify::{Environment, PROVIDER};
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_tasks::Jitter;
use serde_json::json;

use crate::support::{CREATE, api_key, call, failure, host, simulator, variable};

const CREATED: &str = r#"{"code":0,"message":"SUCCEED","data":{"task_id":"84","task_status":"submitted"}}"#;
const DONE: &str = r#"{"code":0,"message":"SUCCEED","data":{"task_id":"84","task_status":"succeed",
    "task_result":{"videos":[{"id":"85","url":"https://cdn.example.test/v.mp4","duration":"5.041"}]}}}"#;
const NOT_FOUND: &str = r#"{"code":1201,"message":"Task not found by id/external id: x"}"#;

fn posts(server: &ScriptedServer) -> usize {
    server.requests().iter().filter(|request| request.starts_with("POST ")).count()
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_task_is_found_by_its_own_id() {
    for lost in [
        Reply::http(200, CREATED).cut_after(20),
        Reply::http(502, "<html>bad gateway</html>"),
        Reply::http(500, r#"{"code":5000,"message":"internal error"}"#),
        Reply::http(200, ""),
    ] {
        let found =
            CREATED.replace("\"task_status\"", "\"task_info\":{\"external_task_id\":\"order-7\"},\"task_status\"");
        let found = Reply::http(200, found);
        let absent = || Reply::http(400, NOT_FOUND);
        let replies = [absent(), lost, absent(), found, Reply::http(200, DONE)];
        let server = ScriptedServer::start(replies).await.unwrap();
        let parameters = json!({"prompt": "a boat", "external_task_id": "order-7", "download_video": "false"});
        let outcome = call(&host(Environment::default()), CREATE, &api_key(&server.url("")), parameters).await;
        assert_eq!(outcome.error, None);
        assert_eq!(variable(&outcome, "task_status"), "succeed");
        assert_eq!(posts(&server), 1);
        assert!(
            [0, 2].iter().all(|lookup| server.requests()[*lookup].starts_with("GET /v1/videos/text2video/order-7 "))
        );
        assert!(outcome.logs.iter().any(|log| log.label.contains("nothing is paid twice")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_surely_not_there_is_sent_again_with_the_same_id() {
    // Without jitter five lookups prove the absence; with it, it may be four.
    let environment = Environment::default().with_jitter(Jitter::none());
    let mut replies = vec![Reply::http(504, "")];
    replies.extend((0..5).map(|_| Reply::http(400, NOT_FOUND)));
    replies.extend([Reply::http(200, CREATED), Reply::http(200, DONE)]);
    let server = ScriptedServer::start(replies).await.unwrap();
    let parameters = json!({"prompt": "a boat", "download_video": "false"});
    let outcome = call(&host(environment), CREATE, &api_key(&server.url("")), parameters).await;
    assert_eq!(outcome.error, None);
    assert_eq!((variable(&outcome, "task_id"), posts(&server)), ("84", 2));
    let requests = server.requests();
    let id = |request: &str| {
        let from = request.find("dify-").expect("the request names its own id");
        request[from..from + "dify-".len() + 36].to_owned()
    };
    let ids: Vec<_> = requests[..7].iter().map(|request| id(request)).collect();
    assert!(ids.iter().all(|other| *other == ids[0]), "{ids:?}");
}

#[tokio::test(start_paused = true)]
async fn a_fate_that_stays_unknown_is_told_with_the_id_to_look_for_and_nothing_is_sent_again() {
    // Every lookup fails, so nobody can say that the task is not there.
    let replies = [Reply::http(400, NOT_FOUND), Reply::http(504, "")];
    let server = ScriptedServer::start(replies).await.unwrap();
    let parameters = json!({"prompt": "a boat", "external_task_id": "order-7", "max_wait_seconds": 90});
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&server.url("")), parameters).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeServerUnavailableError");
    assert!(message.contains("external_task_id = order-7") && message.contains("not known"), "{message}");
    assert_eq!(posts(&server), 1);
    assert!(server.requests().len() > 3, "it is looked for more than once");
}

#[tokio::test(start_paused = true)]
async fn an_own_id_that_was_used_for_another_kind_of_task_is_told_with_its_handle() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let parameters = json!({"prompt": "a boat", "external_task_id": "order-7", "wait_for_result": "false"});
    let first = call(&host, CREATE, &credentials, parameters.clone()).await;
    let other = call(&host, "image_generation_create", &credentials, parameters).await;
    let (kind, message) = failure(&other);
    assert_eq!(kind, "InvokeBadRequestError");
    assert!(message.contains("other parameters") && message.contains(variable(&first, "handle")), "{message}");
    assert_eq!(sim.tasks().len(), 1);
}

/// A host may deliver one call twice, to two processes: they know nothing of each other and still make one task.
#[tokio::test(start_paused = true)]
async fn a_call_that_arrives_twice_is_one_task() {
    let sim = simulator().await;
    let session = "7f0c2d34-6a0e-4f5e-9d0c-0123456789ab";
    let line = json!({"session_id": session, "event": "request", "data": {
        "type": "tool", "action": "invoke_tool", "user_id": "", "provider": PROVIDER, "tool": CREATE,
        "tool_parameters": {"prompt": "a boat", "wait_for_result": "false"}, "credentials": api_key(&sim.url()),
    }});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let host = host(Environment::default());
        let events = host.listen(session);
        host.send_line(&line.to_string()).await;
        let outcome = events.collect().await;
        ids.push(variable(&outcome, "task_id").to_owned());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_own_id_twice_is_one_task() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    let parameters = json!({"prompt": "a boat", "external_task_id": "order-7"});
    let first = call(&host, CREATE, &credentials, parameters.clone()).await;
    let second = call(&host, CREATE, &credentials, parameters).await;
    assert_eq!(second.error, None);
    assert_eq!(variable(&first, "task_id"), variable(&second, "task_id"));
    assert_eq!(second.blobs.len(), 1);
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn every_create_carries_an_id_of_its_own() {
    let sim = simulator().await;
    let (host, credentials) = (host(Environment::default()), api_key(&sim.url()));
    for _ in 0..2 {
        call(&host, CREATE, &credentials, json!({"prompt": "a boat", "wait_for_result": "false"})).await;
    }
    let ids: Vec<_> = sim.tasks().into_iter().filter_map(|task| task.external_task_id).collect();
    assert!(ids.len() == 2 && ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("dify-")), "{ids:?}");
}

/// A task without an id, or with one that leads elsewhere, cannot be asked for: its answer counts as lost.
#[tokio::test(start_paused = true)]
async fn a_task_that_cannot_be_asked_for_is_looked_up_by_its_own_id() {
    for id in ["", "..", "84/../85", "84,85"] {
        let created = CREATED.replace("\"84\"", &format!("{id:?}"));
        let server = ScriptedServer::start([Reply::http(200, created), Reply::http(504, "")]).await.unwrap();
        let parameters = json!({"prompt": "a boat", "max_wait_seconds": "60"});
        let outcome = call(&host(Environment::default()), CREATE, &api_key(&server.url("")), parameters).await;
        assert!(failure(&outcome).1.contains("not known"), "{id}: {}", failure(&outcome).1);
        assert_eq!((outcome.variables.get("handle"), posts(&server)), (None, 1), "{id}");
        assert!(server.requests()[1].contains("/dify-"), "{id}");
    }
}

/// The id is told before the post, so that a call that is cut off leaves a way to its task.
#[tokio::test(start_paused = true)]
async fn the_id_is_told_before_anything_is_posted() {
    let server = ScriptedServer::start([Reply::silence()]).await.unwrap();
    let host = host(Environment::default());
    let mut invocation = dify_plugin::host::ToolInvocation::new(PROVIDER, CREATE).parameter("prompt", "a boat");
    invocation.credentials = api_key(&server.url(""));
    let mut events = host.invoke(invocation).await;
    let mut told = Vec::new();
    while posts(&server) == 0 {
        tokio::select! {
            Some(event) = events.next() => told.push(event),
            () = tokio::task::yield_now() => {}
        }
    }
    let told: Vec<_> = told.iter().map(|event| format!("{event:?}")).collect();
    let body = server.requests().remove(0);
    let id = &body[body.find("dify-").unwrap()..][.."dify-".len() + 36];
    assert!(told.iter().filter(|event| event.contains(id)).count() >= 2, "a variable and a log entry: {told:?}");
}

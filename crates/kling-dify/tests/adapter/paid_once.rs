//! Promise 1: never pay twice, whatever becomes of the answer.

use kling_dify::Environment;
use kling_sim::scripted::{Reply, ScriptedServer};
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
        let found = Reply::http(200, CREATED);
        let replies = [lost, Reply::http(400, NOT_FOUND), found, Reply::http(200, DONE)];
        let server = ScriptedServer::start(replies).await.unwrap();
        let parameters = json!({"prompt": "a boat", "external_task_id": "order-7", "download_video": "false"});
        let outcome = call(&host(Environment::default()), CREATE, &api_key(&server.url("")), parameters).await;
        assert_eq!(outcome.error, None);
        assert_eq!(variable(&outcome, "task_status"), "succeed");
        assert_eq!(posts(&server), 1);
        assert!(server.requests()[1].starts_with("GET /v1/videos/text2video/order-7 "));
        assert!(outcome.logs.iter().any(|log| log.label.contains("nothing is paid twice")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_fate_that_stays_unknown_is_told_with_the_id_to_look_for() {
    let replies =
        [Reply::http(504, ""), Reply::http(400, NOT_FOUND), Reply::http(400, NOT_FOUND), Reply::http(400, NOT_FOUND)];
    let server = ScriptedServer::start(replies).await.unwrap();
    let parameters = json!({"prompt": "a boat", "external_task_id": "order-7"});
    let outcome = call(&host(Environment::default()), CREATE, &api_key(&server.url("")), parameters).await;
    let (kind, message) = failure(&outcome);
    assert_eq!(kind, "InvokeServerUnavailableError");
    assert!(message.contains("external_task_id = order-7") && message.contains("not sent again"), "{message}");
    assert_eq!(posts(&server), 1);
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

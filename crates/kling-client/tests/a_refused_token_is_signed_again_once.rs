//! 1003 and 1004 mean the token's time: one more try with a new token, for signed tokens only.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kling_api::{Region, TaskPath};
use kling_auth::{ApiHost, Clock, Credentials};
use kling_client::{KlingClient, KlingError, Sought};
use kling_sim::scripted::{Reply, ScriptedServer};

/// Moves a second at every look, so that no two tokens are alike.
#[derive(Debug)]
struct MovingClock(AtomicU64);

impl Clock for MovingClock {
    fn unix_seconds(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

fn expired() -> Reply {
    Reply::http(401, r#"{"code":1004,"message":"Authorization has expired"}"#)
}

fn found() -> Reply {
    Reply::http(200, r#"{"code":0,"data":{"task_id":"84","task_status":"processing"}}"#)
}

async fn get(credentials: Credentials, replies: [Reply; 2]) -> (Result<String, KlingError>, Vec<String>) {
    let server = ScriptedServer::start(replies).await.unwrap();
    let host = ApiHost::custom(Region::Beijing, &server.url("")).unwrap();
    let clock = Arc::new(MovingClock(1_790_000_000.into()));
    let client = KlingClient::with_clock(host, credentials, clock).unwrap();
    let result =
        client.get_task(&TaskPath::TEXT2VIDEO, Sought::Id("84")).await.map(|answer| answer.data.task_id.to_string());
    let bearer =
        |request: &String| request.lines().find(|line| line.starts_with("authorization: ")).unwrap().to_owned();
    (result, server.requests().iter().map(bearer).collect())
}

fn pair() -> Credentials {
    Credentials::key_pair("AK-FAKE", "SK-FAKE").unwrap()
}

#[tokio::test]
async fn an_expired_token_is_replaced_and_the_call_repeated() {
    let (result, bearers) = get(pair(), [expired(), found()]).await;
    assert_eq!(result.unwrap(), "84");
    assert_eq!(bearers.len(), 2);
    assert_ne!(bearers[0], bearers[1]);
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let (result, bearers) = get(pair(), [expired(), expired()]).await;
    assert_eq!(result.unwrap_err().refusal().map(|refusal| refusal.code), Some(1004));
    assert_eq!(bearers.len(), 2);
}

#[tokio::test]
async fn an_api_key_has_no_time_and_is_not_tried_again() {
    let (result, bearers) = get(Credentials::api_key("api-key-FAKE").unwrap(), [expired(), found()]).await;
    assert_eq!(result.unwrap_err().refusal().map(|refusal| refusal.code), Some(1004));
    assert_eq!(bearers.len(), 1);
}

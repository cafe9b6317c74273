//! The whole client against a Kling that checks what it is sent.

use kling_api::{Meaning, Region, TaskPath, TaskStatus, Text2VideoRequest};
use kling_auth::{ApiHost, Credentials};
use kling_client::{KlingClient, ListPage, Sought};
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, SimOptions, Simulator};

async fn simulator() -> Simulator {
    Simulator::start(SimOptions { speed: 1_000_000.0, ..SimOptions::default() }).await.unwrap()
}

fn client(sim: &Simulator, credentials: Credentials) -> KlingClient {
    KlingClient::new(ApiHost::custom(Region::Beijing, &sim.url()).unwrap(), credentials).unwrap()
}

fn both_kinds() -> [Credentials; 2] {
    [Credentials::api_key(DEMO_API_KEY).unwrap(), Credentials::key_pair(DEMO_ACCESS_KEY, DEMO_SECRET_KEY).unwrap()]
}

fn request(external_task_id: &str) -> Text2VideoRequest {
    Text2VideoRequest {
        model_name: Some("kling-v3".into()),
        prompt: Some("a paper boat".into()),
        duration: Some("5".into()),
        external_task_id: Some(external_task_id.into()),
        ..Text2VideoRequest::default()
    }
}

#[tokio::test]
async fn a_task_is_created_found_and_listed_with_either_kind_of_key() {
    for credentials in both_kinds() {
        let sim = simulator().await;
        let client = client(&sim, credentials);
        let created = client.create_text2video(&request("job-1").check().unwrap()).await.unwrap().data;
        assert_eq!(created.external_task_id(), Some("job-1"));
        let by_id = client.get_task(&TaskPath::TEXT2VIDEO, Sought::Id(created.task_id.as_str())).await.unwrap().data;
        let by_own_id =
            client.find_task(&TaskPath::TEXT2VIDEO, Sought::ExternalId("job-1")).await.unwrap().unwrap().data;
        assert_eq!(by_id.task_id, by_own_id.task_id);
        let listed = client.list_text2video(ListPage::default()).await.unwrap().data;
        assert_eq!(listed.iter().map(|task| &task.task_id).collect::<Vec<_>>(), [&created.task_id]);
    }
}

#[tokio::test]
async fn a_finished_task_has_its_video() {
    let sim = simulator().await;
    let [key, _] = both_kinds();
    let client = client(&sim, key);
    let id = client.create_text2video(&request("").check().unwrap()).await.unwrap().data.task_id;
    let mut task = client.get_task(&TaskPath::TEXT2VIDEO, Sought::Id(id.as_str())).await.unwrap().data;
    while !task.task_status.is_terminal() {
        tokio::task::yield_now().await;
        task = client.get_task(&TaskPath::TEXT2VIDEO, Sought::Id(id.as_str())).await.unwrap().data;
    }
    assert_eq!(task.task_status, TaskStatus::Succeed);
    assert!(task.videos()[0].url.starts_with(&sim.url()));
    assert!(task.expires_at().is_some());
}

#[tokio::test]
async fn duplicates_and_strangers_are_recognised() {
    let sim = simulator().await;
    let [key, _] = both_kinds();
    let client = client(&sim, key);
    let request = request("job-1").check().unwrap();
    client.create_text2video(&request).await.unwrap();
    let duplicate = client.create_text2video(&request).await.unwrap_err();
    assert!(duplicate.refusal().unwrap().is_duplicate_task(), "{duplicate}");
    assert_eq!(client.find_task(&TaskPath::TEXT2VIDEO, Sought::AnyId("nope")).await.unwrap(), None);
    assert_eq!(sim.tasks().len(), 1);
}

#[tokio::test]
async fn the_account_is_read_and_a_wrong_key_refused_by_meaning() {
    let sim = simulator().await;
    let [key, _] = both_kinds();
    let costs = client(&sim, key).account_costs(1_789_900_000_000, 1_790_000_000_000).await.unwrap().data;
    assert!(!costs.packs.is_empty());
    let stranger = client(&sim, Credentials::api_key("api-key-of-nobody").unwrap());
    let error = stranger.account_costs(1_789_900_000_000, 1_790_000_000_000).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.code, refusal.meaning()), (1002, Meaning::Credential));
}

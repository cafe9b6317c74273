//! The account's task lists, read to the end, by time and by status.

use std::time::Duration;

use kling_api::{Region, Task, TaskPath, TaskStatus, Text2VideoRequest};
use kling_auth::{ApiHost, Credentials};
use kling_client::{BadAnswer, KlingClient, KlingError, TaskListFilter};
use kling_sim::scripted::{Reply, ScriptedServer};
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};

fn client(url: &str) -> KlingClient {
    let host = ApiHost::custom(Region::Beijing, url).unwrap();
    KlingClient::new(host, Credentials::api_key(DEMO_API_KEY).unwrap()).unwrap()
}

/// Makes a task, and lets a second pass.
async fn make(client: &KlingClient, list: &TaskPath) -> Task {
    let model = if *list == TaskPath::NEW_TASKS { "kling-3.0-turbo" } else { "kling-v3" };
    let request = Text2VideoRequest {
        model_name: Some(model.into()),
        prompt: Some("a paper boat".into()),
        duration: Some("5".into()),
        ..Text2VideoRequest::default()
    };
    let task = if *list == TaskPath::NEW_TASKS {
        let request = request.for_new_surface().unwrap().check().unwrap();
        client.create_path_task(&request).await.unwrap().data.into_legacy()
    } else {
        client.create_text2video(&request.check().unwrap()).await.unwrap().data
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    task
}

/// All wanted tasks, and how many pages they took.
async fn read(client: &KlingClient, list: &TaskPath, filter: &TaskListFilter) -> (Vec<Task>, usize) {
    let (mut tasks, mut pages, mut at) = (Vec::new(), 0, None);
    loop {
        let page = client.task_list_page(list, filter, at.as_ref()).await.unwrap().data;
        assert!(page.newest_first);
        pages += 1;
        tasks.extend(page.tasks);
        match page.next {
            Some(next) => at = Some(next),
            None => return (tasks, pages),
        }
    }
}

fn ids(tasks: &[Task]) -> Vec<&str> {
    tasks.iter().map(|task| task.task_id.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn every_list_is_read_to_its_end_or_to_where_the_time_begins() {
    let sim = Simulator::start(SimOptions { speed: 1000.0, ..SimOptions::default() }).await.unwrap();
    let client = client(&sim.url());
    for list in [TaskPath::TEXT2VIDEO, TaskPath::NEW_TASKS] {
        assert_eq!(read(&client, &list, &TaskListFilter::default()).await, (Vec::new(), 1), "{list} is empty");
        let mut made = Vec::new();
        for _ in 0..201 {
            made.push(make(&client, &list).await);
        }
        made.reverse();
        let (all, pages) = read(&client, &list, &TaskListFilter::default()).await;
        assert_eq!((ids(&all), pages), (ids(&made), 3), "{list}");
        // The time ends the list before its last page.
        let since = TaskListFilter { since: made[119].created_at, ..TaskListFilter::default() };
        let (recent, pages) = read(&client, &list, &since).await;
        assert_eq!((ids(&recent), pages), (ids(&made[..120]), 2), "{list}");
    }
}

#[tokio::test(start_paused = true)]
async fn tasks_of_one_status_are_told_in_the_words_of_either_list() {
    let sim = Simulator::start(SimOptions { speed: 1.0, ..SimOptions::default() }).await.unwrap();
    let client = client(&sim.url());
    for list in [TaskPath::TEXT2VIDEO, TaskPath::NEW_TASKS] {
        let done = make(&client, &list).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let new = make(&client, &list).await;
        for (status, expected) in
            [(TaskStatus::Succeed, vec![&done]), (TaskStatus::Submitted, vec![&new]), (TaskStatus::Failed, Vec::new())]
        {
            let filter = TaskListFilter { status: Some(status.clone()), ..TaskListFilter::default() };
            let (tasks, _) = read(&client, &list, &filter).await;
            let expected: Vec<_> = expected.iter().map(|task| task.task_id.as_str()).collect();
            assert_eq!(ids(&tasks), expected, "{list} {status}");
        }
    }
}

#[tokio::test]
async fn items_that_are_no_tasks_are_left_out_and_a_page_of_nothing_else_is_no_list() {
    let task = r#"{"task_id":851000000000000001,"task_status":"succeed"}"#;
    let element = r#"{"element_id":"800000000000000164","element_name":"Ben"}"#;
    let page = |items: &str| Reply::http(200, format!(r#"{{"code":0,"message":"SUCCEED","data":[{items}]}}"#));
    let server = ScriptedServer::start([page(&format!("{element},{task}")), page(element), page("")]).await.unwrap();
    let client = client(&server.url(""));
    let list = async || client.task_list_page(&TaskPath::CUSTOM_ELEMENTS, &TaskListFilter::default(), None).await;
    assert_eq!(ids(&list().await.unwrap().data.tasks), ["851000000000000001"]);
    let nothing = list().await.unwrap_err();
    assert!(matches!(nothing, KlingError::BadAnswer { what: BadAnswer::UnexpectedShape, .. }), "{nothing}");
    assert_eq!(list().await.unwrap().data.tasks, []);
}

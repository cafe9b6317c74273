//! What a client takes for an id can be something else to a server.

use std::io::{Read, Write};
use std::net::TcpStream;

use kling_sim::{DEMO_API_KEY, Simulator};
use serde_json::{Value, json};

use crate::client::{IMAGE2VIDEO, TEXT2VIDEO, URL, created, get, post, sim};

/// A GET for exactly this path: an HTTP client would tidy it up.
async fn raw(sim: &Simulator, path: &str) -> Value {
    let address = sim.url().trim_start_matches("http://").to_owned();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {DEMO_API_KEY}\r\nConnection: close\r\n\r\n"
    );
    let answer = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn ids_of_dots_and_empty_ids_are_the_list_of_their_path() {
    let sim = sim().await;
    let stranger = created(&sim, &json!({ "prompt": "a boat", "external_task_id": "stranger" })).await;
    for id in ["", ".", "%2e", "a/..", "%2E%2E/text2video", "a%2f%2e%2e", "..;x=y/text2video", "/", ";x=y"] {
        let answer = raw(&sim, &format!("{TEXT2VIDEO}/{id}")).await;
        assert_eq!(answer["data"][0]["task_id"], *stranger, "{id}: {answer}");
    }
}

#[tokio::test]
async fn an_id_with_a_path_in_it_leads_to_a_task_of_another_sort() {
    let sim = sim().await;
    let body = json!({ "image": URL, "external_task_id": "job-2" });
    let stranger = post(&sim, IMAGE2VIDEO, &body).await.data()["task_id"].as_str().unwrap().to_owned();
    for id in ["../image2video/job-2", "..%2Fimage2video%2Fjob-2", "%2e%2e/image2video/job-2;v=1"] {
        assert_eq!(raw(&sim, &format!("{TEXT2VIDEO}/{id}")).await["data"]["task_id"], *stranger, "{id}");
    }
}

#[tokio::test]
async fn parameters_of_a_segment_are_no_part_of_the_id() {
    let sim = sim().await;
    let stranger = created(&sim, &json!({ "prompt": "a boat", "external_task_id": "job-1" })).await;
    assert_eq!(raw(&sim, &format!("{TEXT2VIDEO}/job-1;x=y")).await["data"]["task_id"], *stranger);
    // A semicolon that was encoded is one, and an id that was encoded twice is not decoded twice.
    for id in ["job-1%3Bx=y", "job%252D1"] {
        assert_eq!(raw(&sim, &format!("{TEXT2VIDEO}/{id}")).await["code"], 1201, "{id}");
    }
}

#[tokio::test]
async fn the_record_keeps_the_path_as_it_was_sent() {
    let sim = sim().await;
    raw(&sim, &format!("{TEXT2VIDEO}/%2e%2e/text2video?pageSize=1")).await;
    assert_eq!(sim.requests()[0].path, format!("{TEXT2VIDEO}/%2e%2e/text2video"));
}

#[tokio::test]
async fn a_list_of_ids_is_read_at_its_commas() {
    let sim = sim().await;
    let path = "/text-to-video/kling-3.0-turbo";
    let body = json!({ "prompt": "a boat", "options": { "external_task_id": "job-1" } });
    let id = post(&sim, path, &body).await.data()["id"].as_str().unwrap().to_owned();
    for ids in ["job-1,job-2", "job-0,%20job-1", "job-1%2Cjob-2", "+job-1+"] {
        let answer = get(&sim, &format!("/tasks?external_task_ids={ids}")).await;
        assert_eq!(
            (answer.data()[0]["id"].as_str(), &answer.data()[0]["external_id"]),
            (Some(&*id), &json!("job-1")),
            "{ids}"
        );
    }
}

/// The custom id of one task and the id of another.
#[tokio::test]
async fn digits_as_a_custom_id_name_two_tasks() {
    let sim = sim().await;
    let path = "/text-to-video/kling-3.0-turbo";
    let stranger = post(&sim, path, &json!({ "prompt": "a boat" })).await.data()["id"].as_str().unwrap().to_owned();
    let body = json!({ "prompt": "a boat", "options": { "external_task_id": stranger } });
    let own = post(&sim, path, &body).await.data()["id"].as_str().unwrap().to_owned();
    for (name, found) in [("task_ids", &stranger), ("external_task_ids", &own)] {
        assert_eq!(get(&sim, &format!("/tasks?{name}={stranger}")).await.data()[0]["id"], **found, "{name}");
    }
    let first = created(&sim, &json!({ "prompt": "a boat" })).await;
    created(&sim, &json!({ "prompt": "a boat", "external_task_id": first })).await;
    let answer = get(&sim, &format!("{TEXT2VIDEO}/{first}")).await;
    let data = answer.data();
    assert_eq!((&data["task_id"], &data["task_info"]["external_task_id"]), (&json!(first), &json!("")));
}

use std::time::Duration;

use kling_sim::{DEMO_API_KEY, Damage, Fault};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::client::{TEXT2VIDEO, created, request, sim};

#[tokio::test]
async fn an_answer_can_be_larger_than_anybody_should_read() {
    let sim = sim().await;
    let id = created(&sim, &json!({ "prompt": "a boat" })).await;
    for (damage, mebibytes) in [(Damage::Large, 3), (Damage::Huge, 15)] {
        sim.faults().push(Fault::Damaged(damage));
        let asked = request(&sim, Method::GET, &format!("{TEXT2VIDEO}/{id}")).bearer_auth(DEMO_API_KEY);
        let text = asked.send().await.unwrap().text().await.unwrap();
        let size = mebibytes * 1024 * 1024;
        assert!((size - 100..=size + 100).contains(&text.len()), "{}", text.len());
        // The front is looked at only: all of it takes long to read.
        assert!(text.starts_with(r#"{"ballast":[{"":0},{"":0}"#));
        let end = text.rfind(']').unwrap();
        let rest: Value = serde_json::from_str(&format!(r#"{{"ballast":[{}"#, &text[end..])).unwrap();
        assert_eq!(rest["data"]["task_id"], *id);
    }
}

#[tokio::test]
async fn an_answer_can_be_without_a_length() {
    let sim = sim().await;
    sim.faults().push(Fault::Damaged(Damage::Chunked));
    let asked = request(&sim, Method::GET, TEXT2VIDEO).bearer_auth(DEMO_API_KEY);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.content_length(), None);
    assert_eq!(answer.json::<Value>().await.unwrap()["data"], json!([]));
}

/// Never idle, and never done.
#[tokio::test(start_paused = true)]
async fn an_answer_can_come_byte_by_byte() {
    let sim = sim().await;
    sim.faults().push(Fault::Damaged(Damage::Trickles));
    let started = Instant::now();
    let asked = request(&sim, Method::GET, TEXT2VIDEO).bearer_auth(DEMO_API_KEY);
    let answer = asked.send().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(5), "the head comes at once");
    let text = answer.text().await.unwrap();
    serde_json::from_str::<Value>(&text).unwrap();
    let expected = Duration::from_secs(5) * u32::try_from(text.len()).unwrap();
    assert!((expected..expected + Duration::from_secs(5)).contains(&started.elapsed()), "{:?}", started.elapsed());
}

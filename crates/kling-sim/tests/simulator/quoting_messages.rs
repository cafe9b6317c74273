//! Messages that no program should pass on as they are.

use std::time::Duration;

use kling_sim::{Fault, Misfortune, Reply};
use serde_json::{Value, json};

use crate::client::{OMNI_VIDEO, TEXT2VIDEO, URL, create, created, get, pass, post, sim, task};

const PROMPT: &str = "a lighthouse of my secret prompt";

fn assert_quotes(message: &str, texts: &[&str]) {
    for part in texts.iter().copied().chain(["x-sign=", "\n", "\u{1b}[31m", "https://"]) {
        assert!(message.contains(part), "{part:?} in {message:?}");
    }
}

#[tokio::test]
async fn a_refusal_quotes_the_texts_of_the_request() {
    let sim = sim().await;
    for (code, status) in [(1201, 400), (1300, 400), (1301, 400), (1303, 429), (5000, 500)] {
        sim.faults().push(Fault::NotProcessed(Reply::Quoting { code }));
        let body = json!({ "prompt": PROMPT, "image_list": [{ "image_url": URL }] });
        let answer = post(&sim, OMNI_VIDEO, &body).await;
        let refusal = answer.refusal();
        assert_eq!((refusal.0, refusal.1), (status, i64::from(code)));
        assert_quotes(refusal.2, &[PROMPT, URL]);
    }
    assert_eq!(sim.tasks(), []);
}

#[tokio::test]
async fn a_task_fails_with_a_message_that_quotes() {
    let sim = sim().await;
    sim.faults().push(Fault::Task(Misfortune::FailsQuoting));
    let id = created(&sim, &json!({ "prompt": PROMPT })).await;
    sim.faults().push(Fault::Task(Misfortune::FailsQuoting));
    let contents = json!({ "prompt": PROMPT });
    let other = post(&sim, "/text-to-video/kling-3.0-turbo", &contents).await.data()["id"].as_str().unwrap().to_owned();
    assert_eq!(task(&sim, &id).await["task_status_msg"], "");
    pass(Duration::from_secs(42)).await;
    let failed = task(&sim, &id).await;
    assert_eq!((&failed["task_status"], &failed["task_result"]), (&json!("failed"), &Value::Null));
    assert_quotes(failed["task_status_msg"].as_str().unwrap(), &[PROMPT]);
    let answer = get(&sim, &format!("/tasks?task_ids={other}")).await;
    let failed = &answer.data()[0];
    assert_eq!((&failed["status"], &failed["outputs"]), (&json!("failed"), &json!([])));
    assert_quotes(failed["message"].as_str().unwrap(), &[PROMPT]);
    // The next one is as ever.
    create(&sim, &json!({ "prompt": PROMPT })).await.data();
    pass(Duration::from_secs(42)).await;
    assert_eq!(get(&sim, TEXT2VIDEO).await.data()[0]["task_status"], "succeed");
}

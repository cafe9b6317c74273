//! In serverless mode a call into Dify is an HTTP transaction of its own.

#![cfg(feature = "serverless")]

mod support;

use dify_plugin::{CallError, Plugin};
use serde_json::{Value, json};
use support::http::{Daemon, invoke, messages, part, plugin};

/// A plugin that reads a stream of values and tells them, or why it could not.
fn caller(http: bool) -> Plugin {
    let plugin = support::closure("run", async |call, out| {
        let answers = call.dify.invoke_stream::<Value>("storage", &json!({"opt": "get", "key": "k/1"})).await;
        let told = match answers {
            Ok(mut answers) => {
                let mut told = Vec::new();
                while let Some(answer) = answers.next().await {
                    told.push(answer.map_or_else(|error| format!("{error:?}"), |value| value.to_string()));
                }
                told.join(" ")
            }
            Err(error) => format!("{error:?}"),
        };
        out.text(told).await
    });
    if http { plugin.http_client(support::http()) } else { plugin }.build().unwrap()
}

async fn told(url: &str, session_id: &str) -> String {
    let answer = invoke(url, support::request(session_id, &json!({}))).await.text().await.unwrap();
    let messages = messages(&answer);
    assert!(messages.iter().all(|message| message["data"]["type"] != "invoke"), "{answer}");
    assert_eq!(messages.len(), 2, "{answer}");
    messages[0]["data"]["data"]["message"]["text"].as_str().unwrap().to_owned()
}

async fn told_with(reply: impl Fn(&Value) -> Vec<String> + Clone + Send + Sync + 'static) -> String {
    let daemon = Daemon::start(reply).await;
    told(&plugin(caller(true), &daemon.url).await, "s").await
}

#[tokio::test]
async fn is_posted_as_recorded_and_its_answers_are_read() {
    let daemon = Daemon::start(|call| {
        let all = part(call, "response", "struct", &json!({"data": "00ff"})) + &part(call, "end", "", &Value::Null);
        vec![all]
    })
    .await;
    let url = plugin(caller(true), &daemon.url).await;
    assert_eq!(told(&url, "sl2").await, r#"{"data":"00ff"}"#);
    let posted = daemon.posted.lock().unwrap();
    let [(path, session, line)] = posted.as_slice() else { panic!("{posted:?}") };
    assert_eq!((path.as_str(), session.as_str()), ("/backwards-invocation/transaction", "sl2"));
    let id = &line["data"]["data"]["backwards_request_id"];
    assert!(id.as_str().is_some_and(|id| id.len() == 32));
    let call = json!({"type": "storage", "backwards_request_id": id, "request": {"opt": "get", "key": "k/1"}});
    assert_eq!(*line, json!({"event": "session", "session_id": "sl2", "data": {"type": "invoke", "data": call}}));
}

#[tokio::test]
async fn blank_lines_and_strangers_between_the_parts_do_not_matter() {
    let found = told_with(|call| {
        let mut stranger = call.clone();
        stranger["data"]["data"]["backwards_request_id"] = "no-such-id".into();
        let first = part(call, "response", "stream", &json!(1));
        let (start, rest) = first.split_at(50);
        vec![
            "\n\n".into(),
            start.into(),
            rest.into(),
            "\n\n\n".into(),
            part(&stranger, "response", "stream", &json!("stranger")),
            part(&stranger, "end", "", &Value::Null),
            // The last without its blank line.
            part(call, "response", "stream", &json!(2)) + part(call, "end", "", &Value::Null).trim_end(),
        ]
    })
    .await;
    assert_eq!(found, "1 2");
}

#[tokio::test]
async fn fails_with_what_dify_says() {
    let found = told_with(|call| {
        vec![part(call, "error", "load data failed", &Value::Null) + &part(call, "end", "", &Value::Null)]
    })
    .await;
    assert_eq!(found, format!("{:?}", CallError::Refused("load data failed".into())));
}

#[tokio::test]
async fn fails_when_the_answer_breaks_off() {
    let found = told_with(|call| vec![part(call, "response", "stream", &json!(1))]).await;
    assert_eq!(found, format!("1 {:?}", CallError::Unreachable("the answer breaks off".into())));
}

#[tokio::test]
async fn fails_without_a_daemon_and_without_a_client() {
    let url = plugin(caller(true), "http://127.0.0.1:1").await;
    assert_eq!(told(&url, "s").await, format!("{:?}", CallError::Unreachable("no connection can be made".into())));
    let url = plugin(caller(false), "http://127.0.0.1:1").await;
    assert_eq!(told(&url, "s").await, format!("{:?}", CallError::NoHttpClient));
}

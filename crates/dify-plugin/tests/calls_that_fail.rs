//! A call into Dify fails with a reason: what Dify says, what it sends, or that it says nothing.

mod support;

use std::time::Duration;

use dify_plugin::CallError;
use dify_plugin::connection::MAX_OUTPUT_LINE_BYTES;
use dify_plugin::host::Host;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// A plugin that makes one call and tells what came of it.
fn caller(request: Value) -> (Host, mpsc::UnboundedReceiver<Result<Value, CallError>>) {
    let (sender, results) = mpsc::unbounded_channel();
    let host = Host::in_memory(support::plugin(move |call, _| {
        let (sender, request) = (sender.clone(), request.clone());
        async move {
            sender.send(call.dify.invoke("storage", &request).await).unwrap();
            Ok(())
        }
    }));
    (host, results)
}

#[tokio::test(start_paused = true)]
async fn what_dify_refuses() {
    for (text, expected) in [
        ("load data failed", CallError::Refused("load data failed".into())),
        (
            "permission denied, you need to enable storage access in plugin manifest",
            CallError::PermissionDenied(
                "permission denied, you need to enable storage access in plugin manifest".into(),
            ),
        ),
        ("unsupported invoke type: x", CallError::Unsupported("unsupported invoke type: x".into())),
    ] {
        let (host, mut results) = caller(json!({}));
        host.on_call(move |_| vec![Err(text.to_owned())]);
        support::finish(host.invoke(support::call()).await).await;
        assert_eq!(results.recv().await.unwrap(), Err(expected));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_nothing() {
    let (host, mut results) = caller(json!({}));
    host.on_call(|_| Vec::new());
    support::finish(host.invoke(support::call()).await).await;
    assert!(matches!(results.recv().await.unwrap(), Err(CallError::Malformed(_))));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_fails_at_once() {
    for broken in [r#""message":"struct","data":{"half"#, r#""event":"bogus","data":{}}}"#] {
        let (host, mut results) = caller(json!({}));
        let mut events = host.invoke(support::call()).await;
        let Some(dify_plugin::host::Event::Call(call)) = events.next().await else { panic!("no call") };
        let start = Instant::now();
        let head = format!(
            r#"{{"session_id":"{}","event":"backwards_response","data":{{"backwards_request_id":"{}","#,
            call.session_id, call.id
        );
        host.send_line(&format!("{head}{broken}")).await;
        assert!(matches!(results.recv().await.unwrap(), Err(CallError::Malformed(_))));
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come() {
    let (host, mut results) = caller(json!({}));
    let start = Instant::now();
    let events = host.invoke(support::call()).await;
    let silence = Duration::from_secs(245);
    assert_eq!(results.recv().await.unwrap(), Err(CallError::TimedOut { silence }));
    assert_eq!(start.elapsed(), silence);
    support::finish(events).await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_may_take_long_but_not_fall_silent() {
    let (sender, mut results) = mpsc::unbounded_channel();
    let host = Host::in_memory(support::plugin(move |call, _| {
        let sender = sender.clone();
        async move {
            let mut answers = call.dify.invoke_stream::<u64>("app", &json!({})).await?;
            while let Some(answer) = answers.next().await {
                sender.send(answer).unwrap();
            }
            Ok(())
        }
    }));
    let mut events = host.invoke(support::call()).await;
    let Some(dify_plugin::host::Event::Call(call)) = events.next().await else { panic!("no call") };
    for number in 0..5 {
        sleep(Duration::from_secs(240)).await;
        host.answer(&call, Ok(json!(number))).await;
        assert_eq!(results.recv().await.unwrap(), Ok(number));
    }
    let start = Instant::now();
    let silence = Duration::from_secs(245);
    assert_eq!(results.recv().await.unwrap(), Err(CallError::TimedOut { silence }));
    assert_eq!(start.elapsed(), silence);
    support::finish(events).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_beyond_a_line_is_not_sent() {
    let (host, mut results) = caller(json!({"opt": "set", "key": "k", "value": "00".repeat(3 * 1024 * 1024)}));
    let outcome = support::finish(host.invoke(support::call()).await).await;
    assert_eq!(outcome.calls, []);
    let Err(CallError::TooLong { bytes, limit }) = results.recv().await.unwrap() else { panic!("it was sent") };
    assert!(bytes > 6 * 1024 * 1024 && limit == MAX_OUTPUT_LINE_BYTES);
}

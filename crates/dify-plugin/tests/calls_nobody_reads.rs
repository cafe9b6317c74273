//! An answer its tool does not read costs a bounded amount of memory and that one call: the other sessions' lines come
//! through the same reader, and must not wait. (Promise 7: one session cannot hurt another.)

mod support;

use dify_plugin::CallError;
use dify_plugin::host::{Event, Host};
use serde_json::{Value, json};
use tokio::sync::mpsc;

#[tokio::test(start_paused = true)]
async fn fails_alone_after_a_mebibyte() {
    let (go, may_read) = mpsc::channel::<()>(1);
    let may_read = std::sync::Arc::new(tokio::sync::Mutex::new(may_read));
    let (sender, mut results) = mpsc::unbounded_channel();
    let host = Host::in_memory(support::plugin(move |call, out| {
        let (may_read, sender) = (may_read.clone(), sender.clone());
        async move {
            if let Some(text) = call.parameters.get("text").and_then(Value::as_str) {
                return out.text(text).await;
            }
            let mut answers = call.dify.invoke_stream::<Value>("app", &json!({})).await?;
            may_read.lock().await.recv().await;
            let mut bytes = 0;
            loop {
                match answers.next().await {
                    Some(Ok(value)) => bytes += value.as_str().unwrap().len(),
                    other => break sender.send((bytes, other)).unwrap(),
                }
            }
            Ok(())
        }
    }));
    let mut events = host.invoke(support::call()).await;
    let Some(Event::Call(call)) = events.next().await else { panic!("no call") };
    for _ in 0..400 {
        host.answer(&call, Ok("x".repeat(100_000).into())).await;
    }
    // 40 MB later the reader still reads.
    support::assert_alive(&host).await;
    go.send(()).await.unwrap();
    let (bytes, last) = results.recv().await.unwrap();
    assert!(bytes > 900_000 && bytes <= 1024 * 1024, "{bytes} bytes were held");
    assert!(matches!(last, Some(Err(CallError::NotRead { .. }))), "{last:?}");
    support::finish(events).await;
}

#[tokio::test(start_paused = true)]
async fn one_large_answer_is_no_reason_to_fail() {
    let host = Host::in_memory(support::plugin(async |call, out| {
        let value: Value = call.dify.invoke("storage", &json!({})).await?;
        out.text(value.as_str().unwrap().len().to_string()).await
    }));
    host.on_call(|_| vec![Ok("x".repeat(20_000_000).into())]);
    let outcome = support::finish(host.invoke(support::call()).await).await;
    assert_eq!(outcome.text(), "20000000");
}

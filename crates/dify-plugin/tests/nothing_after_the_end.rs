//! A session that has ended stays ended, whoever still holds its sink.

mod support;

use std::sync::{Arc, Mutex};

use dify_plugin::Error;
use dify_plugin::host::Host;

#[tokio::test]
async fn a_late_message_is_refused() {
    let kept = Arc::new(Mutex::new(None));
    let keep = kept.clone();
    let host = Host::in_memory(support::plugin(move |call, out| {
        if call.parameters["text"] == "first" {
            *keep.lock().unwrap() = Some(out.clone());
        }
        async move { out.text(call.parameters["text"].as_str().unwrap()).await }
    }));
    support::finish(host.invoke(support::call().parameter("text", "first")).await).await;
    let late = kept.lock().unwrap().take().unwrap();
    assert_eq!(late.text("late").await, Err(Error::HostGone));
    support::assert_alive(&host).await;
}

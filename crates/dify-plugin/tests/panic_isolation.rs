//! A panic ends its own session, with a short text, and no other.

mod support;

use dify_plugin::host::Host;
use dify_plugin::{MessageSink, ToolCall};

async fn run(call: ToolCall, out: MessageSink) -> Result<(), dify_plugin::Error> {
    let text = call.parameters["text"].as_str().unwrap();
    assert_ne!(text, "a private wish", "no luck with {text}");
    out.text(text).await
}

#[tokio::test]
async fn a_panic_is_an_error_of_its_session() {
    let host = Host::in_memory(support::plugin(run));
    let failed = host.invoke(support::call().parameter("text", "a private wish")).await;
    let fine = host.invoke(support::call().parameter("text", "fine")).await;

    let failed = support::finish(failed).await.error.unwrap();
    assert_eq!(failed.error_type, "ToolInvokeError");
    assert!(failed.message.contains("panic") && !failed.message.contains("private"), "{}", failed.message);
    assert_eq!(failed.args, serde_json::json!({}));

    assert_eq!(support::finish(fine).await.text(), "fine");
    support::assert_alive(&host).await;
}

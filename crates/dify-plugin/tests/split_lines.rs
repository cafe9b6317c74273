//! Lines count, not how their bytes arrive.

mod support;

use dify_plugin::host::Host;
use serde_json::json;

async fn texts(host: &Host, ids: &[&str], send: impl AsyncFnOnce()) -> Vec<String> {
    let events: Vec<_> = ids.iter().map(|id| host.listen(id)).collect();
    send().await;
    let mut texts = Vec::new();
    for events in events {
        texts.push(support::finish(events).await.text());
    }
    texts
}

#[tokio::test]
async fn one_line_byte_by_byte() {
    let host = Host::in_memory(support::echo());
    let line = support::request("a", &json!({"text": "héllo"})) + "\n";
    let send = async || {
        for byte in line.as_bytes() {
            host.send_bytes(&[*byte]).await;
        }
    };
    assert_eq!(texts(&host, &["a"], send).await, ["héllo"]);
}

#[tokio::test]
async fn several_lines_at_once_with_any_ends() {
    let host = Host::in_memory(support::echo());
    let request = |id| support::request(id, &json!({"text": id}));
    let bytes = format!("\r\n{}\r\n\n\n{}\n  \n{}\n", request("a"), request("b"), request("c"));
    let send = async || host.send_bytes(bytes.as_bytes()).await;
    assert_eq!(texts(&host, &["a", "b", "c"], send).await, ["a", "b", "c"]);
    assert_eq!(host.strays(), [""; 0]);
}

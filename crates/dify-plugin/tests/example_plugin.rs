//! The example with a tool and an endpoint, as a process over pipes. Dify's storage is played.

mod support;

use std::collections::HashMap;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use dify_plugin::host::{Host, ToolInvocation};
use serde_json::{Value, json};
use support::{example, finish};

async fn start() -> Host {
    let host = Host::spawn(Command::new(example("notebook"))).unwrap();
    tokio::time::timeout(Duration::from_secs(10), host.ready()).await.expect("no heartbeat").unwrap();
    let values = Mutex::new(HashMap::<String, Value>::new());
    host.on_call(move |call| {
        let key = call.request["key"].as_str().unwrap().to_owned();
        let mut values = values.lock().unwrap();
        vec![match call.request["opt"].as_str() {
            Some("set") => {
                values.insert(key, call.request["value"].clone());
                Ok(json!({"data": "ok"}))
            }
            Some("get") => values.get(&key).map(|value| json!({"data": value})).ok_or("load data failed, …".to_owned()),
            _ => values.remove(&key).map(|_| json!({"data": "ok"})).ok_or("delete data failed: …".to_owned()),
        }]
    });
    host
}

fn note(action: &str, name: &str) -> ToolInvocation {
    ToolInvocation::new("notebook", "note").parameter("action", action).parameter("name", name)
}

#[tokio::test]
async fn a_note_written_by_the_tool_is_shown_by_the_endpoint() {
    let host = start().await;
    let text = async |invocation| finish(host.invoke(invocation).await).await.text();
    assert_eq!(text(note("read", "tides")).await, "There is no note `tides`.");
    let written = note("write", "tides").parameter("text", "Twice a day");
    assert_eq!(text(written).await, "The note `tides` is written.");
    assert_eq!(text(note("read", "tides")).await, "Twice a day");

    let answer = support::ask(&host, "GET /notes/tides HTTP/1.1\r\nHost: h\r\n\r\n").await;
    assert_eq!((answer.status, answer.headers["content-type"].as_str()), (200, Some("application/json")));
    assert_eq!(answer.body, r#"{"title":"","name":"tides","text":"Twice a day"}"#);
    for missing in ["/notes/moon", "/notes/..", "/notes/"] {
        assert_eq!(support::ask(&host, format!("GET {missing} HTTP/1.1\r\n\r\n")).await.status, 404, "{missing}");
    }

    assert_eq!(text(note("delete", "tides")).await, "The note `tides` is deleted.");
    let gone = finish(host.invoke(note("delete", "tides")).await).await.error.unwrap();
    assert_eq!(gone.error_type, "InvokeServerUnavailableError");
    let strange = finish(host.invoke(note("read", "a//b")).await).await.error.unwrap();
    assert_eq!(strange.error_type, "InvokeBadRequestError");
    assert_eq!(host.strays(), [""; 0]);
    let exit = host.shutdown().await.unwrap();
    assert!(exit.success() && exit.stderr.is_empty(), "{}", exit.stderr);
}

#[tokio::test]
async fn it_sends_every_kind_of_message() {
    let host = start().await;
    let all = ToolInvocation::new("notebook", "note").parameter("every_message", true);
    let outcome = finish(host.invoke(all).await).await;
    assert_eq!((outcome.error, outcome.violations), (None, vec![]));
    assert_eq!((outcome.links.len(), outcome.images.len(), outcome.jsons.len(), outcome.logs.len()), (1, 2, 3, 4));
    assert_eq!(outcome.variables["streamed"], "in two pieces");
    let blobs: Vec<_> = outcome.blobs.iter().map(|blob| (blob.filename.as_deref(), blob.bytes.len())).collect();
    assert_eq!(blobs, [(Some("long.bin"), 20_000), (Some("short.bin"), 5), (Some("empty.bin"), 0)]);
    let others: Vec<_> = outcome.others.iter().map(|chunk| chunk["type"].as_str().unwrap()).collect();
    assert_eq!(others, ["retriever_resources", "blob"]);
    assert!(outcome.calls.is_empty());
}

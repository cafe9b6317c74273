//! Sessions with calls back into Dify, recorded with the Python SDK: the same calls, in the same order, and the same
//! answers.

#![cfg(feature = "http-client")]

mod support;

use std::collections::BTreeMap;

use dify_plugin::connection::HostSide;
use dify_plugin::dify::{AppRequest, ToolKind, ToolMessage, ToolRequest};
use dify_plugin::{Error, MessageSink, Plugin, ToolCall};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// What the recorded plugin did.
async fn kitchen(call: ToolCall, out: MessageSink) -> Result<(), Error> {
    let dify = &call.dify;
    match call.parameters["mode"].as_str().unwrap() {
        "storage" => {
            let storage = dify.storage();
            let exists = storage.exists("k/1").await?;
            out.text(if exists { "True" } else { "False" }).await?;
            storage.set("k/1", b"\x00\x01val").await?;
            let value = storage.get("k/1").await?.unwrap();
            out.text(format!("b'{}'", value.escape_ascii())).await?;
            storage.delete("k/1").await?;
            assert_eq!(storage.get("k/1").await?, None);
            Ok(())
        }
        "app" => {
            out.json(Value::Object(dify.fetch_app("app-1").await?)).await?;
            let mut events = dify.stream_app(AppRequest::new("app-1").input("q", 1)).await?;
            while let Some(event) = events.next().await {
                out.json(json!({"event": event?.event})).await?;
            }
            Ok(())
        }
        "tool" => {
            let request = ToolRequest::new(ToolKind::Builtin, "time", "current_time").parameter("tz", "UTC");
            let mut messages = dify.tool(request).await?;
            while let Some(message) = messages.next().await {
                let ToolMessage::Text(text) = message? else { panic!("no text") };
                out.text(text).await?;
            }
            Ok(())
        }
        "upload" => {
            let file = dify.upload_file("a.png", "image/png", &b"\x89PNG-data"[..]).await?;
            out.json(json!({"id": file.id, "name": file.name})).await?;
            out.json(file.to_input()).await
        }
        other => panic!("no mode {other}"),
    }
}

fn plugin() -> Plugin {
    support::closure("kitchen", kitchen).http_client(support::http()).build().unwrap()
}

/// Follows a recording step by step.
async fn replay(fixture: &str) {
    let fixture: Value = serde_json::from_str(fixture).unwrap();
    let (mut host, _serving) = support::serve(plugin());
    for session in fixture["sessions"].as_array().unwrap() {
        let request = session["request"].as_str().unwrap();
        let session_id = serde_json::from_str::<Value>(request).unwrap()["session_id"].clone();
        host.input.send_line(request).await;
        for step in session["steps"].as_array().unwrap() {
            let line = support::next_line(&mut host).await;
            assert_eq!(line["session_id"], session_id);
            let data = &line["data"];
            match step.get("call") {
                Some(kind) => {
                    assert_eq!((&data["type"], &data["data"]["type"]), (&json!("invoke"), kind));
                    assert_eq!(given(&data["data"]["request"]), given(&step["request"]));
                    answer(&mut host, &line, step["answers"].as_array().unwrap()).await;
                }
                None => assert_eq!(*step, json!({data["type"].as_str().unwrap(): data["data"]})),
            }
        }
    }
}

/// A field that is null is one that is not given.
fn given(request: &Value) -> BTreeMap<&String, &Value> {
    request.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()).collect()
}

async fn answer(host: &mut HostSide, call: &Value, parts: &[Value]) {
    for part in parts {
        let mut part = part.clone();
        part["backwards_request_id"] = call["data"]["data"]["backwards_request_id"].clone();
        let line = json!({"session_id": call["session_id"], "event": "backwards_response", "data": part});
        host.input.send_line(&line.to_string()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn storage() {
    replay(include_str!("fixtures/calls_storage.json")).await;
}

#[tokio::test(start_paused = true)]
async fn apps_and_tools() {
    replay(include_str!("fixtures/calls_app_and_tool.json")).await;
}

#[tokio::test]
async fn files() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let fixture = include_str!("fixtures/calls_upload.json").replace("{address}", &address);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut posted = Vec::new();
        while !posted.ends_with(b"--\r\n") {
            assert!(stream.read_buf(&mut posted).await.unwrap() > 0);
        }
        let body = r#"{"id":"f-1","name":"a.png","size":9,"extension":"png","mime_type":"image/png","type":"image","created_by":"u","created_at":1,"preview_url":"http://x/p"}"#;
        let head = format!("HTTP/1.1 201 Created\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        posted
    });
    replay(&fixture).await;
    let posted = server.await.unwrap();
    let posted = String::from_utf8_lossy(&posted).into_owned();
    assert!(posted.starts_with("POST /files/upload/for-plugin?timestamp=1&nonce=n&sign=s&user_id=u&tenant_id=t "));
    let part = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    assert!(posted.contains(part), "{posted}");
}

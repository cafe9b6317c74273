//! Apps and other tools, called from a tool.
//!
//! The requests and answers are those recorded with the Python SDK (`dify_plugin` 0.10.1, 2026-11-23).

mod support;

use dify_plugin::CallError;
use dify_plugin::dify::{AppRequest, ToolKind, ToolMessage, ToolRequest};
use dify_plugin::host::{BackwardsCall, Host, Outcome, Reply};
use dify_plugin::{Error, MessageSink, ToolCall};
use serde_json::{Map, Value, json};
use support::{finish, plugin};

/// Runs a tool to whose calls Dify answers so, with a session that an agent might have.
async fn run<F, R>(tool: F, reply: impl Fn(&BackwardsCall) -> Reply + Send + Sync + 'static) -> Outcome
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    let host = Host::in_memory(plugin(tool));
    host.on_call(reply);
    let events = host.listen("s");
    let line = json!({
        "session_id": "s", "app_id": "app-9",
        "context": {"credentials": {"tool_credentials": {"time": "cred-1"}}},
        "event": "request", "data": {
            "action": "invoke_tool", "provider": "probe", "tool": "run", "tool_parameters": {}, "credentials": {},
        },
    });
    host.send_line(&line.to_string()).await;
    let outcome = finish(events).await;
    assert_eq!(outcome.error, None);
    outcome
}

fn sent(outcome: &Outcome) -> Vec<String> {
    outcome.calls.iter().map(|call| format!("{} {}", call.kind, json!(call.request))).collect()
}

#[tokio::test]
async fn an_app_is_described_and_run() {
    let outcome = run(
        async |call, out| {
            out.json(Value::Object(call.dify.fetch_app("app-1").await?)).await?;
            let mut events = call.dify.stream_app(AppRequest::new("app-1").input("q", 1)).await?;
            while let Some(event) = events.next().await {
                let event = event?;
                out.text(format!("{} {};", event.event, json!(event.fields))).await?;
            }
            let chat = AppRequest::new("app-1").query("hi").conversation("c-1");
            out.json(Value::Object(call.dify.run_app(chat).await?)).await
        },
        |call| match (call.kind.as_str(), call.request.get("response_mode").and_then(Value::as_str)) {
            ("fetch_app", _) => vec![Ok(json!({"id": "app-1", "name": "demo", "new": [1]}))],
            ("app", Some("streaming")) => {
                vec![Ok(json!({"event": "workflow_started", "n": 1})), Ok(json!({"event": "workflow_finished"}))]
            }
            ("app", Some("blocking")) => vec![Ok(json!({"answer": "hello"}))],
            other => panic!("{other:?}"),
        },
    )
    .await;
    assert_eq!(outcome.jsons, [json!({"id": "app-1", "name": "demo", "new": [1]}), json!({"answer": "hello"})]);
    assert_eq!(outcome.text(), "workflow_started {\"n\":1};workflow_finished {};");
    assert_eq!(
        sent(&outcome),
        [
            r#"fetch_app {"app_id":"app-1"}"#,
            r#"app {"app_id":"app-1","inputs":{"q":1},"response_mode":"streaming"}"#,
            r#"app {"app_id":"app-1","inputs":{},"query":"hi","conversation_id":"c-1","response_mode":"blocking"}"#,
        ]
    );
}

#[tokio::test]
async fn an_app_that_is_not_there_is_not_found() {
    let outcome = run(
        async |call, out| {
            let missing = call.dify.fetch_app("app-1").await;
            assert!(matches!(missing, Err(CallError::NotFound(_))), "{missing:?}");
            assert!(matches!(call.dify.run_app(AppRequest::new("app-1")).await, Err(CallError::NotFound(_))));
            assert!(matches!(call.dify.fetch_app("").await, Err(CallError::Invalid(_))));
            out.text("all well").await
        },
        |_| vec![Err("fetch app failed: app not found".into())],
    )
    .await;
    assert_eq!((outcome.text().as_str(), outcome.calls.len()), ("all well", 2));
}

#[tokio::test]
async fn a_tool_is_called_with_the_credential_of_the_agent() {
    let outcome = run(
        async |call, out| {
            let request = ToolRequest::new(ToolKind::Builtin, "time", "current_time").parameter("tz", "UTC");
            let mut messages = call.dify.tool(request).await?;
            while let Some(message) = messages.next().await {
                out.text(format!("{:?}\n", message?)).await?;
            }
            let other = ToolRequest::new(ToolKind::Mcp, "other", "tool").credential("cred-2");
            assert!(call.dify.tool(other).await?.next().await.is_none());
            Ok(())
        },
        |call| match call.request["provider"].as_str() {
            Some("time") => vec![
                Ok(json!({"type": "text", "message": {"text": "12:00"}, "meta": null})),
                Ok(json!({"type": "variable", "message": {"variable_name": "v", "variable_value": 1, "stream": false}})),
                Ok(json!({"type": "json", "message": {"json_object": [1]}, "meta": null})),
                Ok(json!({"type": "blob", "message": {"blob": "aGk="}, "meta": {"mime_type": "a/b"}})),
                Ok(json!({"type": "blob_chunk", "message": {"id": "b", "sequence": 0, "total_length": 2,
                    "blob": "aGk=", "end": false}, "meta": {}})),
                Ok(json!({"type": "blob", "message": {"blob": "?"}, "meta": null})),
                Ok(json!({"type": "hologram", "message": {"x": 1}, "meta": {"y": 2}})),
            ],
            _ => vec![],
        },
    )
    .await;
    insta::assert_snapshot!(outcome.text(), @r#"
    Text("12:00")
    Variable { name: "v", value: Number(1), stream: false }
    Json(Array [Number(1)])
    Blob { bytes: [104, 105], meta: {"mime_type": String("a/b")} }
    BlobChunk { id: "b", total_length: 2, bytes: [104, 105], end: false, meta: {} }
    Other { kind: "blob", message: Object {"blob": String("?")}, meta: {} }
    Other { kind: "hologram", message: Object {"x": Number(1)}, meta: {"y": Number(2)} }
    "#);
    assert_eq!(
        sent(&outcome),
        [
            r#"tool {"tool_type":"builtin","provider":"time","tool":"current_time","tool_parameters":{"tz":"UTC"},"app_id":"app-9","credential_id":"cred-1"}"#,
            r#"tool {"tool_type":"mcp","provider":"other","tool":"tool","tool_parameters":{},"app_id":"app-9","credential_id":"cred-2"}"#,
        ]
    );
}

#[tokio::test]
async fn an_error_in_the_middle_is_the_last_of_a_stream() {
    let outcome = run(
        async |call, out| {
            let mut messages = call.dify.tool(ToolRequest::new(ToolKind::Workflow, "p", "t")).await?;
            assert_eq!(messages.next().await, Some(Ok(ToolMessage::Text("begun".into()))));
            assert_eq!(messages.next().await, Some(Err(CallError::Refused("read tool response failed: x".into()))));
            assert_eq!(messages.next().await, None);
            out.text("all well").await
        },
        |_| vec![Ok(json!({"type": "text", "message": {"text": "begun"}})), Err("read tool response failed: x".into())],
    )
    .await;
    assert_eq!(outcome.text(), "all well");
}

#[tokio::test]
async fn any_other_kind_can_be_called() {
    let outcome = run(
        async |call, out| {
            let request = json!({"provider": "p", "model": "m", "model_type": "moderation", "text": "t"});
            let verdict: Map<String, Value> = call.dify.invoke(dify_plugin::dify::kind::MODERATION, &request).await?;
            let refused = call.dify.invoke::<Value>("moderation", &[1]).await;
            assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
            out.json(Value::Object(verdict)).await
        },
        |_| vec![Ok(json!({"result": true}))],
    )
    .await;
    assert_eq!(outcome.jsons, [json!({"result": true})]);
    assert_eq!(sent(&outcome), [r#"moderation {"provider":"p","model":"m","model_type":"moderation","text":"t"}"#]);
}

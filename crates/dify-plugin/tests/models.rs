//! Language models, called from a tool.

mod support;

use dify_plugin::CallError;
use dify_plugin::dify::llm::{Content, ContentPart, LlmRequest, PromptMessage, PromptTool, Role};
use dify_plugin::host::{BackwardsCall, Host, Outcome, Reply};
use dify_plugin::{Error, MessageSink, ToolCall};
use serde_json::{Map, Value, json};
use support::{call, finish, plugin};

async fn run<F, R>(tool: F, reply: impl Fn(&BackwardsCall) -> Reply + Send + Sync + 'static) -> Outcome
where
    F: Fn(ToolCall, MessageSink) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), Error>> + Send + 'static,
{
    let host = Host::in_memory(plugin(tool));
    host.on_call(reply);
    let outcome = finish(host.invoke(call()).await).await;
    assert_eq!(outcome.error, None);
    outcome
}

/// A piece as Dify's daemon writes it (dify-plugin-daemon 0.6.10).
fn piece(content: &Value, usage: &Value, finish_reason: &Value) -> Value {
    json!({
        "model": "gpt", "system_fingerprint": "", "prompt_messages": [],
        "delta": {
            "index": 0,
            "message": {"role": "assistant", "content": content, "name": "", "tool_calls": null, "tool_call_id": ""},
            "usage": usage, "finish_reason": finish_reason,
        },
    })
}

fn usage() -> Value {
    json!({
        "prompt_tokens": 3, "prompt_unit_price": "0.15", "prompt_price_unit": "0.000001", "prompt_price": "0.00000045",
        "completion_tokens": 2, "completion_unit_price": "0.6", "completion_price_unit": "0.000001",
        "completion_price": "0.0000012", "total_tokens": 5, "total_price": "0.00000165", "currency": "USD",
        "latency": 0.5,
    })
}

#[tokio::test]
async fn a_model_is_asked_and_its_answer_put_together() {
    let outcome = run(
        async |call, out| {
            let request = LlmRequest::new("openai", "gpt")
                .message(PromptMessage::system("be short"))
                .message(PromptMessage::new(
                    Role::User,
                    Content::Parts(vec![
                        ContentPart::text("what is it?"),
                        ContentPart::link("image", "https://example.com/a.png", "image/png"),
                    ]),
                ))
                .message(PromptMessage::tool("t-1", "42"))
                .parameter("temperature", 0.5)
                .tool(PromptTool { name: "look".into(), description: "looks".into(), parameters: Map::new() })
                .stop("END");
            let answer = call.dify.llm(request).await?;
            let usage = answer.usage.unwrap();
            assert_eq!((usage.total_tokens, usage.total_price.as_deref()), (5, Some("0.00000165")));
            assert_eq!(usage.more["prompt_price"], "0.00000045");
            assert_eq!(answer.finish_reason.as_deref(), Some("stop"));
            out.text(answer.text).await
        },
        |_| {
            vec![
                Ok(piece(&json!("a "), &Value::Null, &Value::Null)),
                Ok(piece(&json!([{"type": "text", "data": "cat"}]), &Value::Null, &Value::Null)),
                Ok(piece(&json!(""), &usage(), &json!("stop"))),
            ]
        },
    )
    .await;
    assert_eq!(outcome.text(), "a cat");
    assert_eq!(outcome.calls[0].kind, "llm");
    insta::assert_json_snapshot!(outcome.calls[0].request, @r#"
    {
      "provider": "openai",
      "model": "gpt",
      "model_type": "llm",
      "mode": "chat",
      "completion_params": {
        "temperature": 0.5
      },
      "prompt_messages": [
        {
          "role": "system",
          "content": "be short"
        },
        {
          "role": "user",
          "content": [
            {
              "type": "text",
              "data": "what is it?"
            },
            {
              "type": "image",
              "url": "https://example.com/a.png",
              "format": "png",
              "mime_type": "image/png"
            }
          ]
        },
        {
          "role": "tool",
          "content": "42",
          "tool_call_id": "t-1"
        }
      ],
      "tools": [
        {
          "name": "look",
          "description": "looks",
          "parameters": {}
        }
      ],
      "stop": [
        "END"
      ],
      "stream": false
    }
    "#);
}

#[tokio::test]
async fn a_model_that_uses_tools_can_be_answered() {
    let outcome = run(
        async |call, out| {
            let request = LlmRequest::new("p", "m").message(PromptMessage::user("hi"));
            let wish = call.dify.stream_llm(request.clone()).await?.next().await.unwrap()?.delta.message;
            let id = wish.tool_calls[0].id.clone();
            let request = request.message(wish).message(PromptMessage::tool(id, "42"));
            out.text(call.dify.llm(request).await?.text).await
        },
        |call| {
            let messages = call.request["prompt_messages"].as_array().unwrap();
            let mut answer = piece(&json!("it is 42"), &Value::Null, &json!("stop"));
            if messages.len() == 1 {
                let wish = json!([{"id": "t-1", "type": "function", "function": {"name": "look", "arguments": "{}"}}]);
                answer["delta"]["message"]["content"] = Value::Null;
                answer["delta"]["message"]["tool_calls"] = wish;
            } else {
                // Dify takes no null here.
                assert_eq!((&messages[1]["content"], &messages[1]["tool_calls"][0]["id"]), (&json!(""), &json!("t-1")));
            }
            vec![Ok(answer)]
        },
    )
    .await;
    assert_eq!(outcome.text(), "it is 42");
}

#[tokio::test]
async fn an_answer_is_streamed() {
    let outcome = run(
        async |call, out| {
            let model = json!({"provider": "p", "model": "m", "model_type": "llm", "mode": "completion", "x": 1});
            let request = LlmRequest::selected(&model).unwrap().message(PromptMessage::user("hi"));
            let mut pieces = call.dify.stream_llm(request).await?;
            while let Some(piece) = pieces.next().await {
                out.text(format!("[{}]", piece?.text())).await?;
            }
            Ok(())
        },
        |call| {
            assert_eq!((&call.request["stream"], &call.request["mode"]), (&json!(true), &json!("completion")));
            ["one", "two"].map(|text| Ok(piece(&json!(text), &Value::Null, &Value::Null))).to_vec()
        },
    )
    .await;
    assert_eq!(outcome.text(), "[one][two]");
}

#[tokio::test]
async fn an_object_is_asked_for_by_a_schema() {
    let outcome = run(
        async |call, out| {
            let schema = Map::from_iter([("type".to_owned(), json!("object"))]);
            let request = LlmRequest::new("p", "m").message(PromptMessage::user("hi")).schema(schema);
            let answer = call.dify.llm(request).await?;
            out.json(Value::Object(answer.structured_output.unwrap())).await
        },
        |call| {
            assert_eq!(call.kind, "llm_structured_output");
            assert_eq!(call.request["structured_output_schema"], json!({"type": "object"}));
            let mut last = piece(&json!("{}"), &Value::Null, &json!("stop"));
            last["structured_output"] = json!({"a": 1});
            vec![Ok(last), Ok(piece(&json!(""), &usage(), &Value::Null))]
        },
    )
    .await;
    assert_eq!(outcome.jsons, [json!({"a": 1})]);
}

#[tokio::test]
async fn a_text_is_summed_up() {
    let outcome = run(
        async |call, out| {
            assert!(matches!(call.dify.summary("", "short").await, Err(CallError::Invalid(_))));
            out.text(call.dify.summary("long", "short").await?).await
        },
        |call| {
            assert_eq!(
                (call.kind.as_str(), json!(call.request)),
                ("system_summary", json!({"text": "long", "instruction": "short"}))
            );
            vec![Ok(json!({"summary": "s"}))]
        },
    )
    .await;
    assert_eq!((outcome.text().as_str(), outcome.calls.len()), ("s", 1));
}

#[tokio::test]
async fn requests_that_dify_refuses_are_not_sent() {
    let outcome = run(
        async |call, out| {
            for request in [LlmRequest::new("", "m"), LlmRequest::new("p", ""), LlmRequest::new("p", "m").mode("")] {
                assert!(matches!(call.dify.llm(request).await, Err(CallError::Invalid(_))));
            }
            assert!(matches!(LlmRequest::selected(&json!("gpt")), Err(CallError::Invalid(_))));
            let large = LlmRequest::new("p", "m").message(PromptMessage::user("x".repeat(6_000_000)));
            assert!(matches!(call.dify.llm(large).await, Err(CallError::TooLong { .. })));
            out.text("all well").await
        },
        |_| vec![],
    )
    .await;
    assert_eq!((outcome.text().as_str(), outcome.calls.len()), ("all well", 0));
}

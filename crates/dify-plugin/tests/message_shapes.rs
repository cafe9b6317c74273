//! The exact lines of each kind of message, as `dify_plugin` 0.10.1 (2026-08) writes them too.

mod support;

use std::convert::Infallible;

use bytes::Bytes;
use dify_plugin::host::{Event, Host};
use dify_plugin::{BlobMeta, Error, LogEntry, MessageSink, Plugin, RetrieverResource};
use futures_util::stream;
use serde_json::{Value, json};

async fn chunks(plugin: Plugin) -> Vec<Value> {
    let (mut host, _serving) = support::serve(plugin);
    host.input.send_line(&support::request("a1", &json!({}))).await;
    support::lines(&mut host, 1).await
}

#[tokio::test]
async fn plain_messages() {
    let plugin = support::plugin(async |_, out| {
        out.text("hello <b>&").await?;
        out.json(&json!({"a": 1, "b": [1, 2.5, null, true], "id": "123456789012345678"})).await?;
        out.json(json!([{"x": 1}])).await?;
        out.link("https://example.com/x").await?;
        out.image("https://example.com/x.png").await?;
        out.variable("v1", json!({"k": [1, 2]})).await?;
        out.variable("v2", "text").await?;
        out.variable_piece("s1", "part1 ").await
    });
    let lines: Vec<_> = chunks(plugin).await.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn messages_with_more() {
    let plugin = support::plugin(async |_, out| {
        out.image_of_type("https://example.com/x", "image/png").await?;
        out.json_suppressed(json!({"a": 1})).await?;
        out.blob_in_one(BlobMeta { mime_type: "text/plain".into(), filename: "tiny.txt".into() }, "tiny").await?;
        let found = RetrieverResource { position: Some(1), content: Some("c".into()), ..RetrieverResource::default() };
        out.retriever_resources([found], "ctx").await
    });
    let lines: Vec<_> = chunks(plugin).await.iter().map(|line| line["data"]["data"].to_string()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"type":"image","message":{"text":"https://example.com/x"},"meta":{"mime_type":"image/png"}}
    {"type":"json","message":{"json_object":{"a":1},"suppress_output":true},"meta":null}
    {"type":"blob","message":{"blob":"dGlueQ=="},"meta":{"mime_type":"text/plain","filename":"tiny.txt"}}
    {"type":"retriever_resources","message":{"retriever_resources":[{"position":1,"dataset_id":null,"dataset_name":null,"document_id":null,"document_name":null,"data_source_type":null,"segment_id":null,"retriever_from":null,"score":null,"hit_count":null,"word_count":null,"segment_position":null,"index_node_hash":null,"content":"c","page":null,"doc_metadata":null}],"context":"ctx"},"meta":null}
    {}
    "#);
}

/// A model reads whatever is not kept from it: a test of a tool for agents must see the difference.
#[tokio::test]
async fn a_host_sees_which_json_is_kept_from_models() {
    let host = Host::in_memory(support::plugin(async |_, out| {
        out.json(json!({"a": 1})).await?;
        out.json_suppressed(json!([2])).await
    }));
    let mut events = host.invoke(support::call()).await;
    let kept = |value, suppress_output| Event::Json { value, suppress_output };
    assert_eq!(events.next().await, Some(kept(json!({"a": 1}), false)));
    assert_eq!(events.next().await, Some(kept(json!([2]), true)));
    assert_eq!(events.next().await, Some(Event::End));
}

#[tokio::test]
async fn what_a_step_cost() {
    let plugin = support::plugin(async |_, out| {
        out.log(LogEntry::start("ask").provider("probe").tokens(7).price(0.25, "USD").success()).await
    });
    let metadata = &chunks(plugin).await[0]["data"]["data"]["message"]["metadata"];
    assert!(metadata["started_at"].is_f64() && metadata["finished_at"].is_f64() && metadata["elapsed_time"].is_f64());
    assert_eq!(
        (&metadata["provider"], &metadata["total_tokens"], &metadata["total_price"], &metadata["currency"]),
        (&json!("probe"), &json!(7), &json!(0.25), &json!("USD"))
    );
}

#[tokio::test]
async fn logs() {
    let plugin = support::plugin(async |_, out| {
        let submit = LogEntry::start("submit").data(json!({"task": "t1"}));
        out.log(&submit).await?;
        let poll = LogEntry::start("poll").parent(&submit).data(json!({"n": 1}));
        out.log(poll.clone()).await?;
        out.log(poll.error("boom")).await?;
        out.log(submit.success().data(json!({"done": true}))).await
    });
    let lines = chunks(plugin).await;
    let id = |line: usize, field: &str| lines[line]["data"]["data"]["message"][field].clone();
    assert_eq!((id(0, "id"), id(1, "id")), (id(3, "id"), id(2, "id")));
    assert_eq!((id(1, "parent_id"), id(3, "parent_id")), (id(0, "id"), Value::Null));
    insta::assert_json_snapshot!(lines, {
        "[].data.data.message.id" => "[id]",
        "[].data.data.message.parent_id" => insta::dynamic_redaction(|value, _| {
            if value.as_str().is_some() { "[id]".into() } else { value }
        }),
        "[].data.data.message.metadata.started_at" => "[seconds]",
        "[].data.data.message.metadata.finished_at" => "[seconds]",
        "[].data.data.message.metadata.elapsed_time" => "[seconds]",
    });
}

#[tokio::test]
async fn blobs() {
    async fn blob(out: &MessageSink, content: &'static [u8]) -> Result<(), Error> {
        let meta = BlobMeta { mime_type: "text/plain".into(), filename: "tiny \"1\".txt".into() };
        let pieces = stream::iter([Ok::<_, Infallible>(Bytes::from_static(content))]);
        out.blob(meta, content.len() as u64, pieces).await.map_err(|error| Error::Internal(error.to_string()))
    }
    let plugin = support::plugin(async |_, out| {
        blob(&out, b"tiny").await?;
        blob(&out, b"").await
    });
    let mut lines = chunks(plugin).await;
    for line in &mut lines {
        if let Some(id) = line.pointer_mut("/data/data/message/id") {
            assert_eq!(id.as_str().map(str::len), Some(32));
            *id = "[id]".into();
        }
    }
    let lines: Vec<_> = lines.iter().map(Value::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn messages_dify_does_not_take_are_refused() {
    let plugin = support::plugin(async |_, out| {
        for refused in [
            out.json(json!("text")).await,
            out.json(Value::Null).await,
            out.variable("text", "x").await,
            out.variable("json", "x").await,
            out.variable_piece("files", "x").await,
            out.variable("", "x").await,
            out.blob_in_one(BlobMeta { mime_type: "a/b".into(), filename: "c".into() }, vec![0; 4_000_000]).await,
        ] {
            out.text(refused.unwrap_err().to_string() + "\n").await?;
        }
        Ok(())
    });
    let host = Host::in_memory(plugin);
    insta::assert_snapshot!(support::finish(host.invoke(support::call()).await).await.text());
}

#[tokio::test]
async fn errors() {
    let all = [
        Error::RateLimited("m".into()),
        Error::Unauthorized("m".into()),
        Error::BadRequest("m".into()),
        Error::Connection("m".into()),
        Error::ServerUnavailable("m".into()),
        Error::InvalidCredentials("m".into()),
        Error::NotFound("m".into()),
        Error::NotImplemented("m".into()),
        Error::InvalidRequest("m".into()),
        Error::Internal("m".into()),
    ];
    let mut answers = Vec::new();
    for error in all {
        let plugin = support::plugin(move |_, out| {
            let error = error.clone();
            async move {
                out.text("before").await?;
                Err(error)
            }
        });
        let lines = chunks(plugin).await;
        assert_eq!(lines.len(), 3);
        answers.extend(lines.iter().skip(1).map(Value::to_string));
    }
    insta::assert_snapshot!(answers.join("\n"));
}

//! One message of every kind a tool can send.

use std::convert::Infallible;

use bytes::Bytes;
use dify_plugin::{BlobMeta, Error, LogEntry, MessageSink, RetrieverResource};
use futures_util::stream;
use serde_json::json;

pub(crate) async fn send(out: &MessageSink) -> Result<(), Error> {
    let step = LogEntry::start("every message").provider("notebook").data(json!({"kinds": "all"}));
    out.log(&step).await?;
    let part = LogEntry::start("a part").parent(&step);
    out.log(&part).await?;
    out.text("text with \"quotes\", <tags> & \u{2028}, \u{0}, 名前 and 😀\n").await?;
    out.link("https://example.com/page").await?;
    out.image("https://example.com/picture.png").await?;
    out.image_of_type("https://example.com/picture", "image/png").await?;
    out.json(json!({"object": {"id": "123456789012345678", "none": null, "half": 0.5}})).await?;
    out.json(json!([{"list": 1}])).await?;
    out.json_suppressed(json!({"for": "programs"})).await?;
    out.variable("note", "a text").await?;
    out.variable("numbers", json!([1, 2.5])).await?;
    out.variable("flag", true).await?;
    out.variable_piece("streamed", "in two ").await?;
    out.variable_piece("streamed", "pieces").await?;
    let found = RetrieverResource { position: Some(1), content: Some("found".into()), ..Default::default() };
    out.retriever_resources([found], "context").await?;
    out.log(part.error("a failure, for show")).await?;
    // Three chunks and an end; one and an end; an end alone.
    for (name, length) in [("long.bin", 20_000), ("short.bin", 5), ("empty.bin", 0)] {
        let bytes: Bytes = (0..=250).cycle().take(length).collect();
        let whole = stream::iter([Ok::<_, Infallible>(bytes)]);
        let sent = out.blob(meta(name), length as u64, whole).await;
        sent.map_err(|error| Error::Internal(error.to_string()))?;
    }
    out.blob_in_one(meta("one.bin"), b"in one message").await?;
    out.log(step.success().tokens(7).price(0.25, "USD")).await
}

fn meta(filename: &str) -> BlobMeta {
    BlobMeta { mime_type: "application/octet-stream".into(), filename: filename.into() }
}

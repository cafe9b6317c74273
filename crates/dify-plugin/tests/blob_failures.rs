//! A file that cannot be sent whole is never taken for a file, and the tool learns why.

mod support;

use bytes::Bytes;
use dify_plugin::host::{Host, Outcome};
use dify_plugin::{BlobError, BlobMeta, Error};
use futures_util::stream;

type Pieces = Vec<Result<Bytes, &'static str>>;

/// Sends a file said to have 20,000 bytes; the session fails with what the tool was told.
async fn outcome(pieces: Pieces) -> Outcome {
    let host = Host::in_memory(support::plugin(move |_, out| {
        let pieces = pieces.clone();
        async move {
            let meta = BlobMeta { mime_type: "text/plain".into(), filename: "f".into() };
            out.blob(meta, 20_000, stream::iter(pieces)).await.map_err(|error| match error {
                BlobError::Source(reason) => Error::Connection(format!("source: {reason}")),
                BlobError::LengthMismatch { expected, received } => Error::BadRequest(format!("{received}/{expected}")),
                BlobError::Send(error) => error,
            })
        }
    }));
    let outcome = support::finish(host.invoke(support::call()).await).await;
    assert_eq!(outcome.blobs, []);
    assert_eq!(host.strays(), [""; 0]);
    outcome
}

fn piece(length: usize) -> Bytes {
    Bytes::from(vec![1; length])
}

#[tokio::test]
async fn a_failing_source() {
    let error = outcome(vec![Ok(piece(10_000)), Err("reset"), Ok(piece(10_000))]).await.error.unwrap();
    assert_eq!(error.to_string(), "InvokeConnectionError: source: reset");
}

#[tokio::test]
async fn too_few_bytes() {
    let error = outcome(vec![Ok(piece(10_000)), Ok(piece(9_999))]).await.error.unwrap();
    assert_eq!(error.to_string(), "InvokeBadRequestError: 19999/20000");
}

#[tokio::test]
async fn too_many_bytes_are_not_sent() {
    let outcome = outcome(vec![Ok(piece(20_000)), Ok(piece(1)), Ok(piece(1_000_000))]).await;
    assert_eq!(outcome.error.unwrap().to_string(), "InvokeBadRequestError: 20001/20000");
    assert_eq!(outcome.violations, [""; 0]);
}

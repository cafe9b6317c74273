//! Files arrive byte for byte, in chunks Dify takes.

mod support;

use std::convert::Infallible;

use bytes::Bytes;
use dify_plugin::host::{Blob, Event, Host};
use dify_plugin::{BlobError, BlobMeta, Error, MessageSink};
use futures_util::stream;

fn content(length: usize) -> Bytes {
    (0..=250).cycle().take(length).collect()
}

fn meta(filename: &str) -> BlobMeta {
    BlobMeta { mime_type: "video/mp4".into(), filename: filename.into() }
}

/// Sends the content in pieces of this size.
async fn send(out: &MessageSink, name: &str, content: Bytes, piece: usize) -> Result<(), Error> {
    let length = content.len() as u64;
    let pieces: Vec<_> = content.chunks(piece).map(|piece| Ok::<_, Infallible>(content.slice_ref(piece))).collect();
    match out.blob(meta(name), length, stream::iter(pieces)).await {
        Ok(()) => Ok(()),
        Err(BlobError::Send(error)) => Err(error),
        Err(other) => Err(Error::Internal(other.to_string())),
    }
}

#[tokio::test]
async fn a_megabyte_is_123_chunks_and_an_end() {
    let host =
        Host::in_memory(support::plugin(async |_, out| send(&out, "clip.mp4", content(1_000_000), 10_007).await));
    let mut events = host.invoke(support::call()).await;
    let (mut sizes, mut ends, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(event) = events.next().await {
        let Event::BlobChunk(chunk) = event else {
            assert_eq!(event, Event::End);
            continue;
        };
        assert_eq!(chunk.sequence, sizes.len() as u64);
        assert_eq!((chunk.total_length, chunk.mime_type.as_deref()), (1_000_000, Some("video/mp4")));
        assert_eq!(chunk.filename.as_deref(), Some("clip.mp4"));
        sizes.push(chunk.bytes.len());
        ends.push(chunk.end);
        bytes.extend(chunk.bytes);
    }
    assert_eq!(sizes.len(), 124);
    assert_eq!((&sizes[..122], sizes[122], sizes[123]), ([8192; 122].as_slice(), 576, 0));
    assert_eq!(ends.iter().position(|end| *end), Some(123));
    assert!(bytes == content(1_000_000), "the bytes differ");
}

#[tokio::test]
async fn any_length_in_any_pieces_is_put_together_again() {
    for length in [0, 1, 8191, 8192, 8193, 16384, 100_000] {
        for piece in [1000, 8191, 8192, 8193, 65536] {
            let plugin = support::plugin(move |_, out| async move { send(&out, "f", content(length), piece).await });
            let host = Host::in_memory(plugin);
            let outcome = support::finish(host.invoke(support::call()).await).await;
            assert_eq!(outcome.violations, [""; 0], "{length} in pieces of {piece}");
            assert!(outcome.blobs[0].bytes == content(length), "{length} in pieces of {piece}");
        }
    }
}

#[tokio::test]
async fn two_files_at_once_do_not_get_mixed_up() {
    let host = Host::in_memory(support::plugin(async |_, out| {
        let one = send(&out, "one", content(100_000), 7000);
        let two = send(&out, "two", content(50_000), 9000);
        tokio::try_join!(one, two).map(|_| ())
    }));
    let outcome = support::finish(host.invoke(support::call()).await).await;
    assert_eq!(outcome.violations, [""; 0]);
    let mut found: Vec<_> = outcome
        .blobs
        .into_iter()
        .map(|Blob { filename, bytes, .. }| (filename.unwrap(), bytes.len(), bytes == content(bytes.len())))
        .collect();
    found.sort();
    assert_eq!(found, [("one".into(), 100_000, true), ("two".into(), 50_000, true)]);
}

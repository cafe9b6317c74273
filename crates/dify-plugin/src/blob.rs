//! Files, in chunks.

use std::pin::pin;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use uuid::Uuid;

use crate::session::{SessionWriter, append_json};
use crate::{BlobError, Error};

/// The most bytes in one chunk, before base64. Dify's API refuses more (2026-08).
pub const BLOB_CHUNK_BYTES: usize = 8192;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlobMeta {
    /// Decides what Dify makes of it: `image/…` becomes an image.
    pub mime_type: String,
    /// The name the user sees.
    pub filename: String,
}

pub(crate) async fn send<S, E>(
    session: &SessionWriter,
    meta: &BlobMeta,
    total_length: u64,
    stream: S,
) -> Result<(), BlobError<E>>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Send,
{
    let mut stream = pin!(stream);
    let mut chunks = Chunks::new(session, meta, total_length);
    let mut received = 0_u64;
    // The beginning of a chunk whose rest has not arrived yet.
    let mut begun = Vec::new();
    while let Some(piece) = stream.next().await {
        let mut piece = piece.map_err(BlobError::Source)?;
        received = received.saturating_add(piece.len() as u64);
        if received > total_length {
            break;
        }
        if !begun.is_empty() {
            let missing = piece.split_to(piece.len().min(BLOB_CHUNK_BYTES - begun.len()));
            begun.extend_from_slice(&missing);
            if begun.len() < BLOB_CHUNK_BYTES {
                continue;
            }
            chunks.data(&begun).await?;
            begun.clear();
        }
        while piece.len() >= BLOB_CHUNK_BYTES {
            chunks.data(&piece.split_to(BLOB_CHUNK_BYTES)).await?;
        }
        begun.extend_from_slice(&piece);
    }
    if received != total_length {
        return Err(BlobError::LengthMismatch { expected: total_length, received });
    }
    if !begun.is_empty() {
        chunks.data(&begun).await?;
    }
    Ok(chunks.end().await?)
}

/// Writes the chunks of one blob. All that is the same in each is made once.
struct Chunks<'a> {
    session: &'a SessionWriter,
    sequence: u64,
    before_sequence: Vec<u8>,
    before_data: Vec<u8>,
    after_data: Vec<u8>,
}

impl<'a> Chunks<'a> {
    fn new(session: &'a SessionWriter, meta: &BlobMeta, total_length: u64) -> Self {
        let id = Uuid::new_v4().simple();
        let mut after_data = br#"},"meta":"#.to_vec();
        append_json(&mut after_data, meta);
        after_data.push(b'}');
        Self {
            session,
            sequence: 0,
            before_sequence: format!(r#"{{"type":"blob_chunk","message":{{"id":"{id}","sequence":"#).into_bytes(),
            before_data: format!(r#","total_length":{total_length},"blob":""#).into_bytes(),
            after_data,
        }
    }

    async fn data(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.send(bytes, br#"","end":false"#).await
    }

    /// Dify's daemon drops data in the end chunk where it puts blobs together itself, so that is empty.
    async fn end(&mut self) -> Result<(), Error> {
        self.send(&[], br#"","end":true"#).await
    }

    async fn send(&mut self, bytes: &[u8], end: &[u8]) -> Result<(), Error> {
        let Self { session, sequence, before_sequence, before_data, after_data } = self;
        let number = sequence.to_string();
        let encoded = bytes.len().div_ceil(3) * 4;
        let around = before_sequence.len() + number.len() + before_data.len() + end.len() + after_data.len();
        session
            .stream_with(around + encoded, |line| {
                for part in [before_sequence.as_slice(), number.as_bytes(), before_data] {
                    line.extend_from_slice(part);
                }
                append_base64(line, bytes, encoded);
                for part in [end, after_data] {
                    line.extend_from_slice(part);
                }
            })
            .await?;
        *sequence += 1;
        Ok(())
    }
}

/// Encodes in place: the line is the only copy.
fn append_base64(line: &mut Vec<u8>, bytes: &[u8], encoded: usize) {
    let start = line.len();
    line.resize(start + encoded, b'=');
    let written = line.get_mut(start..).map(|space| STANDARD.encode_slice(bytes, space));
    debug_assert_eq!(written, Some(Ok(encoded)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_base64_is_known_before() {
        for length in [0, 1, 2, 3, 4, BLOB_CHUNK_BYTES - 1, BLOB_CHUNK_BYTES] {
            let bytes = vec![0xA5; length];
            let mut line = b"before".to_vec();
            append_base64(&mut line, &bytes, length.div_ceil(3) * 4);
            assert_eq!(line, [b"before", STANDARD.encode(&bytes).as_bytes()].concat());
        }
    }
}

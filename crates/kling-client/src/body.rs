//! Requests as JSON, without a second copy of the pictures in them.

use std::io::{self, Write};

use bytes::Bytes;
use futures_util::stream;
use reqwest::Body;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::{KlingError, weight};

/// Bodies up to this size are made in memory.
const SMALL: usize = 256 * 1024;
/// Larger ones are written in pieces of this size.
const PIECE: usize = 64 * 1024;
/// Pieces on their way to the connection.
const PIECES: usize = 2;

/// What can be a body: cloning it must be cheap even when there are pictures in it.
pub(crate) trait Payload: Serialize + Clone + Send + Sync + 'static {}

impl<T: Serialize + Clone + Send + Sync + 'static> Payload for T {}

/// A body and its length in bytes.
///
/// A picture as Base64 takes tens of megabytes. A large body is therefore written while it is sent: what is held beside
/// the request itself are a few pieces.
pub(crate) async fn of(json: &impl Payload) -> Result<(u64, Body), KlingError> {
    let mut small = Bounded(Vec::new());
    // Writing looks at each byte of a text, which takes tens of milliseconds for a picture: not on this thread.
    if !weight::exceeds(json, SMALL) && serde_json::to_writer(&mut small, json).is_ok() {
        return Ok((small.0.len() as u64, small.0.into()));
    }
    let counted = json.clone();
    let length = spawn_blocking(move || {
        let mut count = Count(0);
        serde_json::to_writer(&mut count, &counted).map(|()| count.0)
    });
    let length = length.await.map_err(|error| KlingError::Setup(error.to_string()))?;
    let length = length.map_err(|error| KlingError::Setup(error.to_string()))?;
    let (pieces, received) = mpsc::channel(PIECES);
    let json = json.clone();
    spawn_blocking(move || {
        let mut pieces = Pieces { piece: Vec::with_capacity(PIECE), pieces };
        // Whoever stops reading has given up the request.
        serde_json::to_writer(&mut pieces, &json).ok();
        pieces.flush().ok();
    });
    let pieces = stream::unfold(received, |mut received| async move {
        received.recv().await.map(|piece| (Ok::<_, io::Error>(piece), received))
    });
    Ok((length, Body::wrap_stream(pieces)))
}

/// Refuses what would be large.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > SMALL {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Pieces {
    piece: Vec<u8>,
    pieces: mpsc::Sender<Bytes>,
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend(bytes.iter().take(taken));
        if self.piece.len() == PIECE {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        self.pieces.blocking_send(piece.into()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures_util::StreamExt;
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn small_and_large_bodies_are_the_same_json() {
        for length in [0, 10, SMALL - 2, SMALL, PIECE * 9 + 17] {
            let json = vec!["x".repeat(length), "\"quoted\" 图".to_owned()];
            let (told, body) = of(&json).await.unwrap();
            let sent = body.collect().await.unwrap().to_bytes();
            assert_eq!(sent.len() as u64, told, "{length}");
            assert_eq!(sent, serde_json::to_vec(&json).unwrap(), "{length}");
        }
    }

    /// A picture of megabytes would hold up all other sessions of the thread.
    #[tokio::test]
    async fn a_large_body_is_not_written_on_the_threads_of_the_runtime() {
        use std::{any, sync::Mutex, thread};
        #[derive(Clone)]
        struct Watched(Arc<String>, Arc<Mutex<Vec<thread::ThreadId>>>);
        impl Serialize for Watched {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if any::type_name::<S>().contains("serde_json") {
                    self.1.lock().unwrap().push(thread::current().id());
                }
                serializer.serialize_str(&self.0)
            }
        }
        for (length, here) in [(10, true), (SMALL + 1, false)] {
            let json = Watched(Arc::new("x".repeat(length)), Arc::default());
            let (told, body) = of(&json).await.unwrap();
            assert_eq!(body.collect().await.unwrap().to_bytes().len() as u64, told);
            let writers = json.1.lock().unwrap();
            assert!(!writers.is_empty());
            assert_eq!(writers.contains(&thread::current().id()), here, "{length}");
        }
    }

    /// A request that is given up does not leave its writer behind.
    #[tokio::test]
    async fn a_large_body_that_nobody_reads_lets_go_of_its_request() {
        #[derive(Clone)]
        struct Shared(Arc<String>);
        impl Serialize for Shared {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }
        let json = Arc::new("x".repeat(10 * PIECE));
        let (_, body) = of(&Shared(json.clone())).await.unwrap();
        let mut body = body.into_data_stream();
        assert!(body.next().await.is_some());
        drop(body);
        let mut turns = 0;
        while Arc::strong_count(&json) > 1 {
            turns += 1;
            assert!(turns < 10_000, "the writer holds on to the request");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

//! An answer on its way to whoever asked, and kept for the case that he asks again.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The longest answer that is kept whole. Texts and outputs fit; files do not.
const KEPT_BYTES: usize = 64 * 1024;
/// How much may wait for a reader before the tool has to.
const UNREAD_BYTES: usize = 256 * 1024;
/// How long a reader may take for one piece while the tool waits for him. Then he is taken for gone: a connection that
/// nobody reads from would otherwise keep the tool, and the memory of its call, for ever.
const STALLED: Duration = Duration::from_secs(120);

/// The answer of one invocation. It has one writer, and one reader at a time, the latest.
#[derive(Debug, Default)]
pub(super) struct Recording {
    state: Mutex<State>,
    grown: Notify,
    read: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Pieces, each of whole messages.
    pieces: VecDeque<Bytes>,
    bytes: usize,
    /// How many pieces are no longer kept.
    forgotten: usize,
    finished: bool,
    /// Counts the readers there were.
    readers: u64,
    /// The next piece of the present reader, if there is one.
    next: Option<usize>,
}

/// The beginning of the answer is no longer there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Forgotten;

impl Recording {
    /// Takes the next piece. Waits while a reader is far behind; without a reader, or with one that has stalled, it goes
    /// on.
    pub(super) async fn append(&self, piece: Bytes) {
        loop {
            let read = self.read.notified();
            if self.state().unread() <= UNREAD_BYTES {
                break;
            }
            if timeout(STALLED, read).await.is_err() {
                let mut state = self.state();
                state.readers += 1;
                state.next = None;
                drop(state);
                self.grown.notify_waiters();
            }
        }
        let mut state = self.state();
        state.bytes += piece.len();
        state.pieces.push_back(piece);
        state.forget_beyond(KEPT_BYTES);
        drop(state);
        self.grown.notify_waiters();
    }

    /// The answer is complete.
    pub(super) fn finish(&self) {
        self.state().finished = true;
        self.grown.notify_waiters();
    }

    /// Reads from the beginning, instead of whoever has read until now.
    ///
    /// # Errors
    /// When the beginning is no longer kept.
    pub(super) fn reader(self: &Arc<Self>) -> Result<Reader, Forgotten> {
        let mut state = self.state();
        if state.forgotten > 0 {
            return Err(Forgotten);
        }
        state.readers += 1;
        state.next = Some(0);
        let number = state.readers;
        drop(state);
        self.grown.notify_waiters();
        Ok(Reader { recording: self.clone(), number })
    }

    /// What is held, when all of it is there.
    pub(super) fn finished_bytes(&self) -> Option<usize> {
        let state = self.state();
        state.finished.then_some(state.bytes)
    }

    /// Frees what nobody reads just now.
    pub(super) fn forget(&self) {
        self.state().forget_beyond(0);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn unread(&self) -> usize {
        let Some(next) = self.next else { return 0 };
        self.pieces.iter().skip(next.saturating_sub(self.forgotten)).map(Bytes::len).sum()
    }

    /// Forgets pieces from the beginning that have been read, or that nobody is about to read.
    fn forget_beyond(&mut self, bytes: usize) {
        while self.bytes > bytes && self.next.is_none_or(|next| next > self.forgotten) {
            let Some(piece) = self.pieces.pop_front() else { break };
            self.bytes -= piece.len();
            self.forgotten += 1;
        }
    }
}

/// Reads one answer. Dropping it lets the tool go on without a reader.
#[derive(Debug)]
pub(super) struct Reader {
    recording: Arc<Recording>,
    number: u64,
}

impl Reader {
    /// The next piece, `None` at the end. Fails when another reader has come.
    pub(super) async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let Self { recording, number } = self;
        loop {
            let grown = recording.grown.notified();
            {
                let mut state = recording.state();
                if state.readers != *number {
                    return Some(Err(io::Error::other("the invocation has arrived again")));
                }
                let next = state.next?;
                if let Some(piece) = state.pieces.get(next.saturating_sub(state.forgotten)).cloned() {
                    state.next = Some(next + 1);
                    state.forget_beyond(KEPT_BYTES);
                    drop(state);
                    recording.read.notify_waiters();
                    return Some(Ok(piece));
                }
                if state.finished {
                    return None;
                }
            }
            grown.await;
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.recording.state();
        if state.readers == self.number {
            state.next = None;
            state.forget_beyond(KEPT_BYTES);
            drop(state);
            self.recording.read.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stalls_does_not_keep_the_tool() {
        let recording = Arc::new(Recording::default());
        let mut reader = recording.reader().unwrap();
        let piece = Bytes::from(vec![b'x'; 64 * 1024]);
        let start = Instant::now();
        for _ in 0..5 {
            recording.append(piece.clone()).await;
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        // As slow as may be, and not stalled.
        let slow = STALLED.checked_sub(Duration::from_secs(1)).unwrap();
        let reading = async {
            tokio::time::sleep(slow).await;
            reader.next().await.unwrap().unwrap();
            reader
        };
        let ((), mut reader) = tokio::join!(recording.append(piece.clone()), reading);
        assert_eq!(start.elapsed(), slow);

        let start = Instant::now();
        for _ in 0..100 {
            recording.append(piece.clone()).await;
        }
        assert_eq!(start.elapsed(), STALLED, "once for all");
        assert!(reader.next().await.unwrap().is_err(), "it is cut, not ended");
        assert!(recording.state().bytes <= KEPT_BYTES);
        assert!(recording.reader().is_err());
    }
}

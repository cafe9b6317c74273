//! An answer on its way to whoever asked, and kept for the case that he asks again.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;

/// The longest answer that is kept whole. Texts and outputs fit; files do not.
const KEPT_BYTES: usize = 64 * 1024;
/// How much may wait for a reader before the tool has to.
const UNREAD_BYTES: usize = 256 * 1024;

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
    /// Takes the next piece. Waits while a reader is far behind; without a reader it goes on.
    pub(super) async fn append(&self, piece: Bytes) {
        loop {
            let read = self.read.notified();
            if self.state().unread() <= UNREAD_BYTES {
                break;
            }
            read.await;
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

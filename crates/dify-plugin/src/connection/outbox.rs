//! The one way out: a queue of whole lines, bounded in bytes, written by one writer.

use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, Semaphore};

/// How many bytes may wait for the writer; as much again is in its hands. A reader that stops costs no more than that
/// (and one line, should that be longer).
const QUEUE_BYTES: usize = 256 * 1024;

/// What an idle buffer may keep.
const IDLE_BYTES: usize = 64 * 1024;

/// The host no longer reads, or the line was not wanted any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closed;

/// The queue's producing end; clones share it.
#[derive(Clone)]
pub(crate) struct Outbox(Arc<Shared>);

struct Shared {
    queue: Mutex<Queue>,
    /// Wakes a writer thread.
    filled: Condvar,
    /// Wakes a writer task.
    filled_async: Notify,
    /// Tells that all lines are written, or that the host is gone.
    settled: Notify,
    /// One permit a byte of free room, handed out in order of asking.
    room: Semaphore,
}

#[derive(Default)]
struct Queue {
    lines: Vec<u8>,
    /// Permits the waiting lines hold.
    permits: usize,
    /// The writer has a batch in its hands.
    writing: bool,
    /// No more lines will come.
    finished: bool,
    /// The host is gone.
    closed: bool,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Shared {
            queue: Mutex::default(),
            filled: Condvar::new(),
            filled_async: Notify::new(),
            settled: Notify::new(),
            room: Semaphore::new(QUEUE_BYTES),
        }))
    }

    /// Waits for room of `bytes`, then lets `write` append whole lines of about that size to the queue. `write`
    /// returns false, with nothing appended, where the line must not be sent any more; it decides that under the
    /// queue's lock, so in the order of the lines.
    pub(crate) async fn push(&self, bytes: usize, write: impl FnOnce(&mut Vec<u8>) -> bool) -> Result<(), Closed> {
        let permits = bytes.min(QUEUE_BYTES);
        let permit = self.0.room.acquire_many(u32::try_from(permits).unwrap_or(u32::MAX)).await.map_err(|_| Closed)?;
        let mut queue = self.queue();
        if queue.closed || queue.finished || !write(&mut queue.lines) {
            return Err(Closed);
        }
        permit.forget();
        queue.permits += permits;
        drop(queue);
        self.0.filled.notify_one();
        self.0.filled_async.notify_one();
        Ok(())
    }

    /// No more lines; what waits is still written.
    pub(crate) fn finish(&self) {
        self.queue().finished = true;
        self.wake_all();
    }

    /// The host is gone: drops what waits and fails whoever wants to send.
    pub(crate) fn close(&self) {
        let mut queue = self.queue();
        queue.closed = true;
        queue.lines = Vec::new();
        drop(queue);
        self.0.room.close();
        self.wake_all();
    }

    fn wake_all(&self) {
        self.0.filled.notify_all();
        self.0.filled_async.notify_one();
        self.0.settled.notify_waiters();
    }

    /// Returns when the host is gone.
    pub(crate) async fn closed(&self) {
        self.settled(|queue| queue.closed).await;
    }

    /// Returns when every line is written, or the host is gone.
    pub(crate) async fn flushed(&self) {
        self.settled(|queue| queue.closed || (queue.lines.is_empty() && !queue.writing)).await;
    }

    async fn settled(&self, reached: impl Fn(&Queue) -> bool) {
        loop {
            // Made before the look, so that what happens between look and wait is not missed.
            let change = self.0.settled.notified();
            if reached(&self.queue()) {
                return;
            }
            change.await;
        }
    }

    /// Puts the waiting lines into `batch` (emptied first) and waits for some if there are none. False when there
    /// will be none any more. For a writer that is a thread.
    pub(crate) fn take_blocking(&self, batch: &mut Vec<u8>) -> bool {
        let mut queue = self.queue();
        loop {
            if self.take(&mut queue, batch) {
                return true;
            }
            if queue.closed || queue.finished {
                return false;
            }
            batch.shrink_to(IDLE_BYTES);
            queue = self.0.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`Outbox::take_blocking`], for a writer that is a task. Safe to cancel.
    pub(crate) async fn take_async(&self, batch: &mut Vec<u8>) -> bool {
        loop {
            {
                let mut queue = self.queue();
                if self.take(&mut queue, batch) {
                    // A batch handed over in memory has arrived.
                    queue.writing = false;
                    self.0.settled.notify_waiters();
                    return true;
                }
                if queue.closed || queue.finished {
                    return false;
                }
            }
            self.0.filled_async.notified().await;
        }
    }

    fn take(&self, queue: &mut Queue, batch: &mut Vec<u8>) -> bool {
        batch.clear();
        queue.writing = false;
        if queue.lines.is_empty() {
            queue.lines.shrink_to(IDLE_BYTES);
            self.0.settled.notify_waiters();
            return false;
        }
        mem::swap(&mut queue.lines, batch);
        queue.writing = true;
        self.0.room.add_permits(mem::take(&mut queue.permits));
        true
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn push(outbox: &Outbox, line: &str) -> Result<(), Closed> {
        outbox
            .push(line.len(), |lines| {
                lines.extend_from_slice(line.as_bytes());
                true
            })
            .await
    }

    #[tokio::test(start_paused = true)]
    async fn room_is_counted_in_bytes_and_given_back_when_taken() {
        let outbox = Outbox::new();
        push(&outbox, &"x".repeat(QUEUE_BYTES)).await.unwrap();
        let wait = Duration::from_secs(1);
        assert!(timeout(wait, push(&outbox, "y")).await.is_err(), "a full queue must make senders wait");
        let mut batch = Vec::new();
        assert!(outbox.take_async(&mut batch).await);
        assert_eq!(batch.len(), QUEUE_BYTES);
        timeout(wait, push(&outbox, "y")).await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_longer_than_the_queue_passes_alone() {
        let outbox = Outbox::new();
        push(&outbox, &"x".repeat(3 * QUEUE_BYTES)).await.unwrap();
        assert!(timeout(Duration::from_secs(1), push(&outbox, "y")).await.is_err());
    }

    #[tokio::test]
    async fn a_line_not_wanted_gives_its_room_back() {
        let outbox = Outbox::new();
        for _ in 0..10 {
            assert_eq!(outbox.push(QUEUE_BYTES, |_| false).await, Err(Closed));
        }
        push(&outbox, "y").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn closing_fails_those_who_wait() {
        let outbox = Outbox::new();
        push(&outbox, &"x".repeat(QUEUE_BYTES)).await.unwrap();
        let waiting = tokio::spawn({
            let outbox = outbox.clone();
            async move { push(&outbox, "y").await }
        });
        tokio::task::yield_now().await;
        outbox.close();
        assert_eq!(waiting.await.unwrap(), Err(Closed));
        outbox.closed().await;
        assert!(!outbox.take_async(&mut Vec::new()).await);
    }

    #[tokio::test]
    async fn finishing_lets_the_writer_have_the_rest() {
        let outbox = Outbox::new();
        push(&outbox, "last\n").await.unwrap();
        outbox.finish();
        assert_eq!(push(&outbox, "late\n").await, Err(Closed));
        let writer = std::thread::spawn({
            let outbox = outbox.clone();
            move || {
                let (mut batch, mut written) = (Vec::new(), Vec::new());
                while outbox.take_blocking(&mut batch) {
                    written.extend_from_slice(&batch);
                }
                written
            }
        });
        outbox.flushed().await;
        assert_eq!(writer.join().unwrap(), b"last\n");
    }
}

//! What has come for one call and was not read yet.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::CallError;

/// How many bytes of an answer may wait unread beside the first item. Whoever falls behind further loses the call:
/// the one reader of the host's lines must never wait for a tool.
///
/// The first item passes whatever its size; Dify sends at most 30 MiB (`RESPONSE_MAX_BUFFER_SIZE`,
/// dify-plugin-daemon 0.6.10).
pub(super) const UNREAD_BYTES: usize = 1024 * 1024;

/// Filled by the reader of the host's lines, emptied by one tool.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    items: VecDeque<(Value, usize)>,
    bytes: usize,
    /// Nothing more comes, and why.
    end: Option<Result<(), CallError>>,
    /// When the call was made or something came last.
    heard: Instant,
    /// Nobody reads any more.
    abandoned: bool,
}

impl Queue {
    pub(super) fn new() -> Self {
        let state = State { items: VecDeque::new(), bytes: 0, end: None, heard: Instant::now(), abandoned: false };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    /// Takes an item of so many bytes. Never waits.
    pub(super) fn push(&self, item: Value, bytes: usize) {
        let mut state = self.state();
        if state.abandoned || state.end.is_some() {
            return;
        }
        state.heard = Instant::now();
        let waiting = state.bytes + bytes;
        if !state.items.is_empty() && waiting > UNREAD_BYTES {
            state.end = Some(Err(CallError::NotRead { bytes: waiting }));
        } else {
            state.items.push_back((item, bytes));
            state.bytes = waiting;
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Nothing more comes. What came is still read; the first reason stays.
    pub(super) fn end(&self, end: Result<(), CallError>) {
        self.state().end.get_or_insert(end);
        self.changed.notify_one();
    }

    /// Nobody reads any more: frees what waits.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.abandoned = true;
        state.items = VecDeque::new();
        state.bytes = 0;
    }

    /// The next item, or the end; waits for it until nothing has come for so long.
    pub(super) async fn next(&self, silence: Duration) -> Result<Option<Value>, CallError> {
        loop {
            let deadline = {
                let mut state = self.state();
                if let Some((item, bytes)) = state.items.pop_front() {
                    state.bytes -= bytes;
                    return Ok(Some(item));
                }
                if let Some(end) = &state.end {
                    return end.clone().map(|()| None);
                }
                state.heard + silence
            };
            if timeout_at(deadline, self.changed.notified()).await.is_err() {
                self.end(Err(CallError::TimedOut { silence }));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

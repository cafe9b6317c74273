//! Whose answer it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::CallError;
use super::queue::Queue;
use crate::request::{Answer, AnswerPart};

/// The calls of all sessions of a connection that have not been answered to the end, by their id.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Mutex<HashMap<String, Waiter>>);

#[derive(Debug)]
struct Waiter {
    session: Arc<str>,
    queue: Arc<Queue>,
}

impl Waiters {
    pub(super) fn register(&self, session: Arc<str>, request_id: &str) -> Arc<Queue> {
        let queue = Arc::new(Queue::new());
        self.all().insert(request_id.to_owned(), Waiter { session, queue: queue.clone() });
        queue
    }

    pub(super) fn forget(&self, request_id: &str) {
        self.all().remove(request_id);
    }

    /// Ends the calls of the session that was registered with this very `session`: a host may have given its id to
    /// another one as well.
    pub(super) fn end(&self, session: &Arc<str>) {
        let ended = self.all().extract_if(|_, waiter| Arc::ptr_eq(&waiter.session, session)).collect::<Vec<_>>();
        for (_, waiter) in ended {
            waiter.queue.end(Err(CallError::SessionEnded));
        }
    }

    /// No answer comes any more, to anybody.
    pub(crate) fn host_gone(&self) {
        for (_, waiter) in self.all().drain() {
            waiter.queue.end(Err(CallError::HostGone));
        }
    }

    /// Hands one line's part of an answer to whom it belongs. False when nobody waits for it: it is late, comes twice
    /// or is a stranger's. An end may well be late: whoever has the one part he wants does not wait for it. Never
    /// waits.
    pub(crate) fn take(&self, answer: Answer) -> bool {
        let Answer { session_id, request_id, part, bytes } = answer;
        let mut all = self.all();
        let Some(waiter) = all.get(&request_id).filter(|waiter| *waiter.session == *session_id) else {
            return matches!(part, AnswerPart::End);
        };
        match part {
            AnswerPart::Item(value) => waiter.queue.push(value, bytes),
            AnswerPart::Error(text) => waiter.queue.end(Err(CallError::Refused(text))),
            AnswerPart::Broken(reason) => waiter.queue.end(Err(CallError::Malformed(reason))),
            AnswerPart::End => {
                waiter.queue.end(Ok(()));
                all.remove(&request_id);
            }
        }
        true
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Waiter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

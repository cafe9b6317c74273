//! Faults on demand: what networks and gateways do to a client, once per queued fault.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::refusal::Refusal;

/// Something that goes wrong once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The next download (`GET /files/...` that would deliver) is cut after this many bytes of its body: the announced
    /// length is the true one, the connection just ends. From the full length on nothing is cut.
    BreakDownloadAfter(usize),
    /// The next download announces this `Content-Length` instead of the true one. Above the true length the connection
    /// ends early, below it the body stops there.
    LieAboutLength {
        /// The length announced, in bytes.
        claimed: usize,
    },
    /// The next API request (any but `/files`) is not processed but answered with this HTTP status: in Kling's envelope
    /// where the service documents an error with this status (429 is 1302 "rate too high"), else with the HTML page of
    /// a gateway. Numbers below 200 or above 999 count as 500.
    Status(u16),
}

impl Fault {
    fn concerns(self) -> Target {
        match self {
            Self::BreakDownloadAfter(_) | Self::LieAboutLength { .. } => Target::Download,
            Self::Status(_) => Target::Api,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Download,
    Api,
}

/// The queue of faults still to happen. Requests of one kind take the first fault that concerns them, in the order
/// queued. Clones share the queue.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    queue: Arc<Mutex<VecDeque<Fault>>>,
}

impl Faults {
    /// Queues a fault.
    pub fn push(&self, fault: Fault) {
        self.lock().push_back(fault);
    }

    /// The faults that have not happened yet, first to last.
    pub fn pending(&self) -> Vec<Fault> {
        self.lock().iter().copied().collect()
    }

    /// Forgets all faults that have not happened yet.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn take(&self, target: Target) -> Option<Fault> {
        let mut queue = self.lock();
        let position = queue.iter().position(|fault| fault.concerns() == target)?;
        queue.remove(position)
    }

    /// The answer of the next API fault, if one is queued.
    pub(crate) fn api_answer(&self) -> Option<Response> {
        match self.take(Target::Api)? {
            Fault::Status(status) => Some(answer_with(status)),
            Fault::BreakDownloadAfter(_) | Fault::LieAboutLength { .. } => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn answer_with(status: u16) -> Response {
    let status = StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(refusal) = Refusal::for_status(status) {
        return refusal.into_response();
    }
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_request_takes_its_own_faults_in_order() {
        let faults = Faults::default();
        faults.push(Fault::Status(500));
        faults.push(Fault::BreakDownloadAfter(1));
        faults.push(Fault::LieAboutLength { claimed: 2 });
        assert_eq!(faults.take(Target::Download), Some(Fault::BreakDownloadAfter(1)));
        assert_eq!(faults.take(Target::Download), Some(Fault::LieAboutLength { claimed: 2 }));
        assert_eq!(faults.take(Target::Download), None);
        assert_eq!(faults.pending(), [Fault::Status(500)]);
    }
}

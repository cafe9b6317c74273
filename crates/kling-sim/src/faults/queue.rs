use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Fault, FaultPlan, Misfortune, RequestKind, Requests};

/// How many faults that happened are remembered.
const KEEP: usize = 10_000;

/// What part of a request's fate a fault decides. A create can meet one of each of the first two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Whether a request is processed and what is answered.
    Answer,
    /// What becomes of the task it makes.
    Task,
    /// The bytes of a result file.
    Download,
}

/// A fault that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Happened {
    /// What the request was for.
    pub kind: RequestKind,
    /// Which request of its kind it was, from 1.
    pub number: u64,
    /// What it met.
    pub fault: Fault,
}

/// `create 2: processed, but connection closed`.
impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, number, fault } = self;
        write!(f, "{kind} {number}: {fault}")
    }
}

/// The faults still to happen: queued ones, and those of a seeded plan. Of those queued, a request takes the first that
/// concerns it, in the order queued; what is queued goes before the plan. Clones share the queue.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    queue: VecDeque<Queued>,
    plan: Option<FaultPlan>,
    /// Requests so far, of each kind, since the plan was set.
    seen: [u64; RequestKind::COUNT],
    happened: VecDeque<Happened>,
}

#[derive(Debug)]
struct Queued {
    fault: Fault,
    /// `None`: whatever the fault concerns by itself.
    requests: Option<Requests>,
    /// Matching requests that pass before it happens.
    passing: u64,
    /// Whether it stays after it has happened.
    stays: bool,
}

impl Queued {
    fn concerns(&self, target: Target, kind: RequestKind, path: &str) -> bool {
        let by_itself = match self.fault.target() {
            Target::Answer => kind != RequestKind::Download,
            Target::Task => kind == RequestKind::Create,
            Target::Download => kind == RequestKind::Download,
        };
        let concerns = self.requests.as_ref().map_or(by_itself, |requests| requests.match_with(kind, path));
        concerns && self.fault.target() == target
    }
}

/// What a request meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Met {
    pub(crate) answer: Option<Fault>,
    pub(crate) task: Option<Misfortune>,
    pub(crate) download: Option<Fault>,
}

impl Faults {
    /// Queues a fault for the next request that it concerns: a download, a create, or for all others any request but
    /// downloads.
    pub fn push(&self, fault: Fault) {
        self.lock().queue.push_back(Queued { fault, requests: None, passing: 0, stays: false });
    }

    /// Queues a fault for a certain request.
    pub fn push_on(&self, requests: Requests, fault: Fault) {
        let passing = requests.before_it();
        self.lock().queue.push_back(Queued { fault, requests: Some(requests), passing, stays: false });
    }

    /// Lets a fault happen to a certain request and to all of its sort after it, until [`Faults::clear`].
    pub fn push_from(&self, requests: Requests, fault: Fault) {
        let passing = requests.before_it();
        self.lock().queue.push_back(Queued { fault, requests: Some(requests), passing, stays: true });
    }

    /// Follows a plan from the next request on, in place of any other.
    pub fn follow(&self, plan: FaultPlan) {
        let mut inner = self.lock();
        inner.plan = Some(plan);
        inner.seen = [0; RequestKind::COUNT];
    }

    /// The queued faults that are still to happen, first to last.
    pub fn pending(&self) -> Vec<Fault> {
        self.lock().queue.iter().map(|queued| queued.fault).collect()
    }

    /// The last 10,000 faults that happened, queued and planned, oldest first.
    pub fn happened(&self) -> Vec<Happened> {
        self.lock().happened.iter().cloned().collect()
    }

    /// No more faults: forgets the plan, and what was queued and has not happened yet.
    pub fn clear(&self) {
        let mut inner = self.lock();
        inner.queue.clear();
        inner.plan = None;
    }

    /// Counts a request and says what it meets.
    pub(crate) fn meet(&self, kind: RequestKind, path: &str) -> Met {
        let mut inner = self.lock();
        let number = inner.count(kind);
        let plan = inner.plan.clone();
        let mut next = |target| {
            let planned = || plan.as_ref().and_then(|plan| plan.fault(kind, number, target));
            let fault = inner.take(target, kind, path).or_else(planned);
            if let Some(fault) = fault {
                inner.note(Happened { kind, number, fault });
            }
            fault
        };
        Met {
            answer: next(Target::Answer),
            task: next(Target::Task).and_then(|fault| match fault {
                Fault::Task(misfortune) => Some(misfortune),
                _ => None,
            }),
            download: next(Target::Download),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn count(&mut self, kind: RequestKind) -> u64 {
        self.seen.get_mut(kind.index()).map_or(1, |seen| {
            *seen += 1;
            *seen
        })
    }

    /// The first queued fault whose turn it is. All others that this request matches come one request nearer.
    fn take(&mut self, target: Target, kind: RequestKind, path: &str) -> Option<Fault> {
        let mut due = None;
        for (position, queued) in self.queue.iter_mut().enumerate() {
            if !queued.concerns(target, kind, path) {
                continue;
            }
            if queued.passing > 0 {
                queued.passing -= 1;
            } else if due.is_none() {
                due = Some(position);
            }
        }
        let due = due?;
        match self.queue.get(due) {
            Some(queued) if queued.stays => Some(queued.fault),
            _ => self.queue.remove(due).map(|queued| queued.fault),
        }
    }

    fn note(&mut self, happened: Happened) {
        if self.happened.len() >= KEEP {
            self.happened.pop_front();
        }
        self.happened.push_back(happened);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v1/videos/text2video";

    #[test]
    fn each_kind_of_request_takes_its_own_faults_in_order() {
        let faults = Faults::default();
        faults.push(Fault::Status(500));
        faults.push(Fault::BreakDownloadAfter(1));
        faults.push(Fault::LieAboutLength { claimed: 2 });
        let download = || faults.meet(RequestKind::Download, "/files/a").download;
        assert_eq!(download(), Some(Fault::BreakDownloadAfter(1)));
        assert_eq!(download(), Some(Fault::LieAboutLength { claimed: 2 }));
        assert_eq!(download(), None);
        assert_eq!(faults.pending(), [Fault::Status(500)]);
    }

    #[test]
    fn a_fault_waits_for_its_request() {
        let faults = Faults::default();
        faults.push_on(Requests::of(RequestKind::Query).under(PATH).nth(2), Fault::Status(500));
        for (kind, path) in [
            (RequestKind::Create, PATH),
            (RequestKind::Query, "/tasks"),
            (RequestKind::Query, "/v1/videos/text2video/84"),
        ] {
            assert_eq!(faults.meet(kind, path), Met::default());
        }
        assert_eq!(faults.meet(RequestKind::Query, "/v1/videos/text2video/84").answer, Some(Fault::Status(500)));
        assert_eq!(faults.happened()[0].to_string(), "query 3: not processed, HTTP 500");
    }

    #[test]
    fn a_create_can_lose_its_answer_and_its_task() {
        let faults = Faults::default();
        let hidden = Misfortune::Vanishes { after: std::time::Duration::ZERO, lasting: None };
        faults.push(Fault::Task(hidden));
        faults.push(Fault::Status(500));
        let met = faults.meet(RequestKind::Create, PATH);
        assert_eq!((met.answer, met.task), (Some(Fault::Status(500)), Some(hidden)));
    }
}

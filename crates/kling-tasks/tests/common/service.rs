//! A service with a limit on how many jobs run at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kling_tasks::{Jitter, Lane, PostFailure, RetryBudget, Slot, Submission, SubmitError, Submitter};
use tokio::time::{Instant, sleep};

use super::{Heard, after, plenty, seconds};

/// Cheap to clone; all clones are the same service.
#[derive(Clone)]
pub struct Service {
    state: Arc<Mutex<State>>,
    started: Instant,
}

pub struct State {
    pub limit: u32,
    /// How long a post's answer takes. What becomes of it is decided at its beginning.
    pub latency: Duration,
    pub running: u32,
    /// Slots that other processes take.
    pub others: u32,
    /// Posts that were refused, in seconds since the start.
    pub refused: Vec<f64>,
    /// Jobs in the order in which they came, where a test writes it down.
    pub came: Vec<u32>,
    /// Jobs in the order in which they were created, and when.
    pub created: Vec<(u32, f64)>,
}

impl Service {
    pub fn new(limit: u32) -> Self {
        let (latency, refused, came, created) = (Duration::ZERO, Vec::new(), Vec::new(), Vec::new());
        let state = State { limit, latency, running: 0, others: 0, refused, came, created };
        Self { state: Arc::new(Mutex::new(state)), started: Instant::now() }
    }

    pub fn with<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        change(&mut self.state.lock().unwrap())
    }

    pub fn now(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Creates a job through a lane.
    pub async fn submit(&self, job: Job, lane: &Lane, patience: u64) -> Result<Slot, SubmitError<u32, &'static str>> {
        self.submit_told(job, lane, patience, &mut Heard::default()).await
    }

    pub async fn submit_told(
        &self,
        job: Job,
        lane: &Lane,
        patience: u64,
        heard: &mut Heard,
    ) -> Result<Slot, SubmitError<u32, &'static str>> {
        let retries = plenty();
        self.submit_within(job, lane, patience, heard, &retries).await
    }

    pub async fn submit_within(
        &self,
        job: Job,
        lane: &Lane,
        patience: u64,
        heard: &mut Heard,
        retries: &RetryBudget,
    ) -> Result<Slot, SubmitError<u32, &'static str>> {
        let submitter = Submitter::new(retries).jitter(Jitter::none()).lane(lane.clone(), job.slots);
        let posted = Posted { service: self, job };
        Ok(submitter.submit(&posted, after(patience), heard).await?.slot)
    }

    /// Creates a job, lets it run, and frees its slots.
    pub async fn run(&self, job: Job, lane: &Lane, runs: u64) {
        let slot = self.submit(job, lane, 100_000).await.unwrap();
        sleep(seconds(runs)).await;
        self.with(|state| state.running -= job.slots);
        slot.finished();
    }
}

#[derive(Clone, Copy)]
pub struct Job {
    pub id: u32,
    pub slots: u32,
}

struct Posted<'a> {
    service: &'a Service,
    job: Job,
}

#[async_trait]
impl Submission for Posted<'_> {
    type Task = u32;
    type Error = &'static str;

    async fn post(&self) -> Result<u32, PostFailure<&'static str>> {
        let now = self.service.now();
        let latency = self.service.with(|state| state.latency);
        let answer = self.service.with(|state| {
            if state.running + state.others + self.job.slots > state.limit {
                state.refused.push(now);
                return Err(PostFailure::NoSlot { error: "1303", retry_after: None });
            }
            state.running += self.job.slots;
            state.created.push((self.job.id, now));
            Ok(self.job.id)
        });
        sleep(latency).await;
        answer
    }

    async fn find(&self) -> Result<Option<u32>, &'static str> {
        unreachable!("no answer is lost here")
    }
}

pub fn lane() -> Lane {
    Lane::new(Jitter::none())
}

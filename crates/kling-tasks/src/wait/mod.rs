//! Waiting for jobs, patiently and not for ever.

mod board;
mod listener;
mod outcome;
mod source;
mod times;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use self::board::Shared;
use self::listener::Listener;
use crate::{Jitter, ProgressObserver, RetryBudget, Schedule};

pub use outcome::{WaitError, Waited};
pub use source::{Observation, Phase, PollFailure, TaskSource};

/// How long a status word that nobody knows is taken for a new stage of an unfinished job.
pub const UNKNOWN_STATUS_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Looks in a row that do not find the job, after which the wait gives up.
pub const MAX_MISSING_LOOKS: u32 = 8;

/// Entries that may stay allocated although nobody uses them.
const SPARE: usize = 64;

/// Waits for jobs: however many callers wait for the same job at the same time, it is asked for once.
///
/// `K` tells jobs apart; it names the account too where several share one `Waits`. `T` is the job as the service
/// describes it. A job is remembered only while somebody waits for it.
///
/// There is no background task: the callers of one job take turns in asking for it, each over its own source. When the
/// one who asks goes away, the next takes over; when the last goes away, nothing is left.
#[derive(Debug)]
pub struct Waits<K, T> {
    schedule: Schedule,
    jitter: Jitter,
    jobs: Mutex<HashMap<K, Job<T>>>,
}

#[derive(Debug)]
struct Job<T> {
    shared: Arc<Shared<T>>,
    listeners: usize,
}

impl<K, T> Default for Waits<K, T> {
    /// With the default [`Schedule`].
    fn default() -> Self {
        Self::new(Schedule::default(), Jitter::default())
    }
}

impl<K, T> Waits<K, T> {
    /// Asks as the schedule says; the random share of pauses comes from `jitter`.
    pub fn new(schedule: Schedule, jitter: Jitter) -> Self {
        Self { schedule, jitter, jobs: Mutex::new(HashMap::new()) }
    }

    /// How many jobs are waited for.
    pub fn len(&self) -> usize {
        self.jobs().len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn jobs(&self) -> MutexGuard<'_, HashMap<K, Job<T>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Clone + Eq + Hash, T: Clone + Send + Sync> Waits<K, T> {
    /// Asks until the job is finished or the deadline comes. The last pause is clipped, and a look that runs into the
    /// deadline is given up: no wait outlives its deadline.
    ///
    /// The observer hears each change of status, whoever asked. A look that fails is repeated as long as the deadline
    /// and the retry budget allow: trouble in asking is not the job's trouble.
    ///
    /// Dropping the future stops waiting and nothing else: a job is never cancelled.
    ///
    /// # Errors
    /// See [`WaitError`]. The job itself may go on.
    pub async fn wait<S: TaskSource<Task = T>>(
        &self,
        key: K,
        source: &S,
        deadline: Instant,
        retries: &RetryBudget,
        observer: &mut dyn ProgressObserver,
    ) -> Result<Waited<T>, WaitError<S::Error>> {
        let seat = self.join(key);
        Listener::new(self, &seat.shared, source, deadline, retries, observer).run().await
    }

    fn join(&self, key: K) -> Seat<'_, K, T> {
        let mut jobs = self.jobs();
        let job = jobs
            .entry(key.clone())
            .or_insert_with(|| Job { shared: Arc::new(Shared::new(self.schedule.pause(0, 0.0))), listeners: 0 });
        job.listeners += 1;
        Seat { waits: self, key, shared: job.shared.clone() }
    }
}

/// One caller among those who wait for a job.
struct Seat<'a, K: Eq + Hash, T> {
    waits: &'a Waits<K, T>,
    key: K,
    shared: Arc<Shared<T>>,
}

impl<K: Eq + Hash, T> Drop for Seat<'_, K, T> {
    fn drop(&mut self) {
        let mut jobs = self.waits.jobs();
        let Some(job) = jobs.get_mut(&self.key) else { return };
        job.listeners -= 1;
        if job.listeners == 0 {
            jobs.remove(&self.key);
            if jobs.capacity() > SPARE + 4 * jobs.len() {
                let kept = SPARE + 2 * jobs.len();
                jobs.shrink_to(kept);
            }
        }
    }
}

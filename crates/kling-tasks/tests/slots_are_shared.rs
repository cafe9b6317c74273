//! Processes that know nothing of each other share one limit: its slots are used, refusals stay few, nobody starves.

mod common;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{plenty, seconds};
use kling_tasks::{
    Jitter, Lane, Observation, Phase, PollFailure, PostFailure, RetryBudget, Schedule, Submission, Submitter,
    TaskSource, Waits,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Longer than any wait here.
const PATIENCE: Duration = Duration::from_secs(100_000);

/// The numbers of one run.
#[derive(Clone, Copy)]
struct Fleet {
    processes: usize,
    jobs: usize,
    slots: usize,
    /// How long a job takes.
    takes: Duration,
    seed: u64,
}

/// A limit that holds for all processes together. Each answer takes a tenth of a second.
struct Service {
    slots: usize,
    takes: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Who made a job, when it was created, and when it ends.
    jobs: Vec<(usize, Instant, Instant)>,
    refused: usize,
}

struct Job {
    service: Arc<Service>,
    process: usize,
}

#[async_trait]
impl Submission for Job {
    type Task = Instant;
    type Error = &'static str;

    async fn post(&self) -> Result<Instant, PostFailure<&'static str>> {
        sleep(Duration::from_millis(100)).await;
        let now = Instant::now();
        let mut state = self.service.state.lock().unwrap();
        if state.jobs.iter().rev().take(self.service.slots).filter(|(_, _, end)| *end > now).count()
            >= self.service.slots
        {
            state.refused += 1;
            return Err(PostFailure::NoSlot { error: "1303", retry_after: None });
        }
        let end = now + self.service.takes;
        state.jobs.push((self.process, now, end));
        Ok(end)
    }

    async fn find(&self) -> Result<Option<Instant>, &'static str> {
        unreachable!("no answer is lost here")
    }
}

/// A job until its end.
struct Created(Instant);

#[async_trait]
impl TaskSource for Created {
    type Task = ();
    type Error = &'static str;

    async fn look(&self) -> Result<Observation<()>, PollFailure<&'static str>> {
        sleep(Duration::from_millis(100)).await;
        let phase = if Instant::now() < self.0 { Phase::Active } else { Phase::Finished };
        Ok(Observation { phase, word: String::from("processing"), task: () })
    }
}

/// What the jobs of one process share.
struct Process {
    number: usize,
    lane: Lane,
    jitter: Jitter,
    retries: RetryBudget,
    waits: Waits<usize, ()>,
}

impl Process {
    fn new(number: usize, jitter: Jitter) -> Arc<Self> {
        let waits = Waits::new(Schedule::default(), jitter.clone());
        Arc::new(Self { number, lane: Lane::new(jitter.clone()), jitter, retries: plenty(), waits })
    }

    async fn run(self: Arc<Self>, service: Arc<Service>, number: usize) {
        let submitter = Submitter::new(&self.retries).jitter(self.jitter.clone()).lane(self.lane.clone(), 1);
        let job = Job { service, process: self.number };
        let deadline = Instant::now() + PATIENCE;
        let created = submitter.submit(&job, deadline, &mut ()).await.unwrap();
        let source = Created(created.task);
        self.waits.wait(number, &source, deadline, &self.retries, &mut ()).await.unwrap();
        created.slot.finished();
    }
}

struct Report {
    /// The share of the slots' time that was used while jobs waited.
    slot_use: f64,
    /// Refusals a job.
    refusals: f64,
    /// The longest wait, seen from the time that all jobs need at least.
    longest_wait: f64,
    /// Jobs that the process with the fewest had at half time, seen from an equal share.
    least_share: f64,
}

impl Fleet {
    /// All jobs of all processes at once.
    async fn run(self) -> Report {
        let service = Arc::new(Service { slots: self.slots, takes: self.takes, state: Mutex::default() });
        let started = Instant::now();
        let mut seeds = fastrand::Rng::with_seed(self.seed);
        let mut jobs = JoinSet::new();
        for number in 0..self.processes {
            let process = Process::new(number, Jitter::seeded(seeds.u64(..)));
            for job in 0..self.jobs {
                jobs.spawn(process.clone().run(service.clone(), job));
            }
        }
        jobs.join_all().await;
        let state = service.state.lock().unwrap();
        assert_eq!(state.jobs.len(), self.processes * self.jobs);
        let last = state.jobs.last().unwrap().1;
        let queued = last - started;
        let used: f64 = state.jobs.iter().map(|(_, born, end)| (last.min(*end) - *born).as_secs_f64()).sum();
        let early: Vec<f64> = (0..self.processes)
            .map(|number| {
                let own = state.jobs.iter().filter(|(owner, born, _)| *owner == number && *born < started + queued / 2);
                count(own.count())
            })
            .collect();
        let ideal = self.takes.as_secs_f64() * count((state.jobs.len() - 1) / self.slots);
        Report {
            slot_use: used / queued.as_secs_f64() / count(self.slots),
            refusals: count(state.refused) / count(state.jobs.len()),
            longest_wait: queued.as_secs_f64() / ideal,
            least_share: early.iter().copied().fold(f64::INFINITY, f64::min) * count(self.processes)
                / early.iter().sum::<f64>(),
        }
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slot_use, refusals, longest_wait, least_share } = self;
        write!(
            f,
            "slot use {slot_use:.3}, {refusals:.2} refusals a job, longest wait {longest_wait:.3} of the ideal, \
             least share {least_share:.2}"
        )
    }
}

/// Whether jobs are many or few, ten processes use twelve slots with few refusals, and each gets its share.
#[tokio::test(start_paused = true)]
async fn a_fleet_uses_its_slots_with_few_refusals_and_nobody_starves() {
    for (jobs, least_share) in [(50, 0.5), (20, 0.4)] {
        for seed in 0..6 {
            let report = Fleet { processes: 10, jobs, slots: 12, takes: seconds(42), seed }.run().await;
            println!("10 x {jobs}, seed {seed}: {report}");
            assert!(report.slot_use >= 0.9, "{report}");
            assert!(report.refusals < 3.0, "{report}");
            assert!(report.longest_wait <= 1.15, "{report}");
            assert!(report.least_share >= least_share, "{report}");
        }
    }
}

/// A successor beside its predecessor, and a process that has its slots to itself.
#[tokio::test(start_paused = true)]
async fn one_or_two_processes_use_their_slots_too() {
    for processes in [1, 2] {
        for seed in 0..4 {
            let report = Fleet { processes, jobs: 50, slots: 5, takes: seconds(120), seed }.run().await;
            println!("{processes} x 50, seed {seed}: {report}");
            assert!(report.slot_use >= 0.93, "{report}");
            assert!(report.refusals < 3.0, "{report}");
            assert!(report.least_share >= 0.6, "{report}");
        }
    }
}

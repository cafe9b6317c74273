//! Waiting for a job, patiently and not for ever.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{Observation, Phase, PollFailure, Progress, ProgressObserver, Schedule, TaskSource};

/// How long a status word that nobody knows is taken for a new stage of an unfinished job.
pub const UNKNOWN_STATUS_PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Looks that may fail in a row before the wait gives up.
pub const MAX_FAILED_LOOKS: u32 = 8;

/// A look begins this long before the deadline at the latest, so that its answer can still arrive.
const LAST_LOOK_BEFORE_DEADLINE: Duration = Duration::from_secs(2);

/// Waits for one job.
#[derive(Debug, Clone)]
pub struct Waiter {
    schedule: Schedule,
    budget: Duration,
    random: fastrand::Rng,
}

/// How a wait ended without trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Waited<T> {
    /// The job will not change any more.
    Finished(T),
    /// The deadline came first. The job goes on; this is how it was last seen, if it was.
    OutOfTime(Option<Observation<T>>),
    /// The status is a word that nobody knows, and has been for [`UNKNOWN_STATUS_PATIENCE`].
    UnknownStatus(Observation<T>),
}

/// Why a wait gave up. The job itself may go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError<E> {
    /// Asking was refused for good.
    #[error("the task cannot be asked for")]
    Refused(E),
    /// Asking failed [`MAX_FAILED_LOOKS`] times in a row.
    #[error("asking for the task failed {MAX_FAILED_LOOKS} times in a row")]
    Unreachable(E),
}

impl Waiter {
    /// An observer hears something at least this often.
    pub const REPORT_EVERY: Duration = Duration::from_secs(30);

    /// Waits as the schedule says, `budget` at most.
    pub fn new(schedule: Schedule, budget: Duration) -> Self {
        Self { schedule, budget, random: fastrand::Rng::new() }
    }

    /// Takes the jitter from a seed, for repeatable runs.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.random = fastrand::Rng::with_seed(seed);
        self
    }

    /// Looks until the job is finished or the budget is spent. The last pause is clipped and a look that runs into the
    /// deadline is given up: no wait outlives its budget.
    ///
    /// Dropping the future stops waiting and nothing else: a job is never cancelled.
    ///
    /// # Errors
    /// When asking is refused for good, or fails too often in a row.
    pub async fn wait<S: TaskSource>(
        mut self,
        source: &S,
        observer: &mut dyn ProgressObserver,
    ) -> Result<Waited<S::Task>, WaitError<S::Error>> {
        let started = Instant::now();
        let deadline = started + self.budget;
        let mut state =
            State { started, report_at: started + Self::REPORT_EVERY, last: None, unknown_since: None, failed: 0 };
        let mut pause = self.schedule.pause(0, 0.0);
        for look in 1.. {
            let Some(at) = self.next_look(pause, deadline) else {
                break;
            };
            let looked = async {
                sleep_until(at).await;
                timeout_at(deadline, source.look()).await
            };
            let Ok(looked) = state.reporting(looked, observer).await else {
                break;
            };
            pause = self.schedule.pause(look, self.random.f64());
            match looked {
                Ok(seen) => {
                    if let Some(end) = state.saw(seen, observer).await {
                        return Ok(end);
                    }
                }
                Err(PollFailure::Final(error)) => return Err(WaitError::Refused(error)),
                Err(PollFailure::Transient { error, retry_after }) => {
                    state.failed += 1;
                    if state.failed >= MAX_FAILED_LOOKS {
                        return Err(WaitError::Unreachable(error));
                    }
                    pause = pause.max(retry_after.unwrap_or_default());
                    observer
                        .progress(Progress::LookFailed { in_a_row: state.failed, elapsed: started.elapsed() })
                        .await;
                }
            }
        }
        // Nothing more can be learned: what is left of the budget is given back.
        Ok(Waited::OutOfTime(state.last))
    }

    /// When to look next, or `None` when no look fits before the deadline.
    fn next_look(&self, pause: Duration, deadline: Instant) -> Option<Instant> {
        let now = Instant::now();
        // A short budget keeps a quarter of itself for its only look.
        let latest = deadline.checked_sub(LAST_LOOK_BEFORE_DEADLINE.min(self.budget / 4))?;
        (now < latest).then(|| latest.min(now + pause))
    }
}

struct State<T> {
    started: Instant,
    report_at: Instant,
    last: Option<Observation<T>>,
    unknown_since: Option<Instant>,
    failed: u32,
}

impl<T> State<T> {
    /// Runs `step`, telling the observer every so often that it is still running.
    async fn reporting<R>(&mut self, step: impl Future<Output = R>, observer: &mut dyn ProgressObserver) -> R {
        let mut step = std::pin::pin!(step);
        loop {
            tokio::select! {
                biased;
                result = &mut step => return result,
                () = sleep_until(self.report_at) => {
                    self.report_at += Waiter::REPORT_EVERY;
                    let word = self.last.as_ref().map(|seen| seen.word.as_str());
                    observer.progress(Progress::StillWaiting { word, elapsed: self.started.elapsed() }).await;
                }
            }
        }
    }

    /// Takes in what a look showed; answers the wait's end if this is it.
    async fn saw(&mut self, seen: Observation<T>, observer: &mut dyn ProgressObserver) -> Option<Waited<T>> {
        self.failed = 0;
        if self.last.as_ref().is_none_or(|last| last.word != seen.word) {
            self.report_at = Instant::now() + Waiter::REPORT_EVERY;
            observer.progress(Progress::StatusChanged { word: &seen.word, elapsed: self.started.elapsed() }).await;
        }
        match seen.phase {
            Phase::Finished => return Some(Waited::Finished(seen.task)),
            Phase::Active => self.unknown_since = None,
            Phase::Unknown => {
                let since = *self.unknown_since.get_or_insert_with(Instant::now);
                if since.elapsed() >= UNKNOWN_STATUS_PATIENCE {
                    return Some(Waited::UnknownStatus(seen));
                }
            }
        }
        self.last = Some(seen);
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use async_trait::async_trait;
    use mockall::Sequence;

    use super::*;
    use crate::source::MockTaskSource;

    type Seen = Result<Observation<u32>, PollFailure<&'static str>>;

    #[allow(clippy::unnecessary_wraps, reason = "scripts mix answers and failures")]
    fn seen(phase: Phase, word: &str) -> Seen {
        Ok(Observation { phase, word: word.to_owned(), task: 7 })
    }

    fn active() -> Seen {
        seen(Phase::Active, "processing")
    }

    fn transient(retry_after: Option<u64>) -> Seen {
        Err(PollFailure::Transient { error: "reset", retry_after: retry_after.map(Duration::from_secs) })
    }

    /// Exact pauses, for tests that look at the clock.
    fn steady(budget: u64) -> Waiter {
        Waiter::new(Schedule { jitter: 0.0, ..Schedule::default() }, Duration::from_secs(budget))
    }

    /// A source that answers from a list, in order, and then for ever with the last answer; and the seconds at which
    /// it was asked.
    fn script(answers: Vec<Seen>) -> (MockTaskSource, Arc<Mutex<Vec<f64>>>) {
        let started = Instant::now();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut source = MockTaskSource::new();
        let mut order = Sequence::new();
        let last = answers.len() - 1;
        for (at, answer) in answers.into_iter().enumerate() {
            let asked = asked.clone();
            let call = source.expect_look().returning(move || {
                asked.lock().unwrap().push(started.elapsed().as_secs_f64());
                answer.clone()
            });
            if at < last {
                call.times(1).in_sequence(&mut order);
            }
        }
        (source, asked)
    }

    #[derive(Default)]
    struct Heard(Vec<String>);

    #[async_trait]
    impl ProgressObserver for Heard {
        async fn progress(&mut self, progress: Progress<'_>) {
            self.0.push(match progress {
                Progress::StatusChanged { word, elapsed } => format!("{} {word}", elapsed.as_secs()),
                Progress::StillWaiting { word, elapsed } => format!("{} still {word:?}", elapsed.as_secs()),
                Progress::LookFailed { in_a_row, elapsed } => format!("{} failed {in_a_row}", elapsed.as_secs()),
            });
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_look_comes_after_3_seconds_and_pauses_grow_to_15() {
        let mut answers = vec![active(); 6];
        answers.push(seen(Phase::Finished, "succeed"));
        let (source, asked) = script(answers);
        assert_eq!(steady(480).wait(&source, &mut ()).await, Ok(Waited::Finished(7)));
        assert_eq!(*asked.lock().unwrap(), [3.0, 7.5, 14.25, 24.375, 39.375, 54.375, 69.375]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_job_is_a_finished_wait() {
        let (source, _) = script(vec![seen(Phase::Finished, "failed")]);
        assert_eq!(steady(60).wait(&source, &mut ()).await, Ok(Waited::Finished(7)));
    }

    /// Promise 3: every wait ends, and the last sleep is clipped.
    #[tokio::test(start_paused = true)]
    async fn the_last_pause_is_clipped_and_the_budget_is_never_exceeded() {
        let (source, asked) = script(vec![active()]);
        let started = Instant::now();
        let waited = steady(20).wait(&source, &mut ()).await.unwrap();
        assert!(matches!(waited, Waited::OutOfTime(Some(Observation { task: 7, .. }))));
        assert_eq!(*asked.lock().unwrap(), [3.0, 7.5, 14.25, 18.0]);
        assert!(started.elapsed() <= Duration::from_secs(20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_budget_shorter_than_the_first_pause_still_looks_once() {
        let (source, asked) = script(vec![active()]);
        steady(2).wait(&source, &mut ()).await.unwrap();
        assert_eq!(*asked.lock().unwrap(), [1.5]);
    }

    #[tokio::test(start_paused = true)]
    async fn no_budget_means_no_look() {
        let source = MockTaskSource::new();
        assert_eq!(steady(0).wait(&source, &mut ()).await, Ok(Waited::OutOfTime(None)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_look_that_hangs_is_given_up_at_the_deadline() {
        struct Hanging;
        #[async_trait]
        impl TaskSource for Hanging {
            type Task = u32;
            type Error = &'static str;
            async fn look(&self) -> Seen {
                std::future::pending().await
            }
        }
        let started = Instant::now();
        assert_eq!(steady(60).wait(&Hanging, &mut ()).await, Ok(Waited::OutOfTime(None)));
        assert_eq!(started.elapsed(), Duration::from_secs(60));
    }

    #[tokio::test(start_paused = true)]
    async fn trouble_while_looking_is_not_the_jobs_trouble() {
        let (source, asked) =
            script(vec![transient(None), transient(Some(40)), active(), seen(Phase::Finished, "succeed")]);
        let mut heard = Heard::default();
        assert_eq!(steady(480).wait(&source, &mut heard).await, Ok(Waited::Finished(7)));
        assert_eq!(*asked.lock().unwrap(), [3.0, 7.5, 47.5, 57.625]);
        assert_eq!(heard.0, ["3 failed 1", "7 failed 2", "30 still None", "47 processing", "57 succeed"]);
    }

    #[tokio::test(start_paused = true)]
    async fn too_much_trouble_in_a_row_ends_the_wait() {
        let (source, asked) = script(vec![transient(None)]);
        assert_eq!(steady(480).wait(&source, &mut ()).await, Err(WaitError::Unreachable("reset")));
        assert_eq!(asked.lock().unwrap().len(), MAX_FAILED_LOOKS as usize);
    }

    #[tokio::test(start_paused = true)]
    async fn a_final_refusal_ends_the_wait_at_once() {
        let (source, asked) = script(vec![active(), Err(PollFailure::Final("no such task"))]);
        assert_eq!(steady(480).wait(&source, &mut ()).await, Err(WaitError::Refused("no such task")));
        assert_eq!(asked.lock().unwrap().len(), 2);
    }

    /// Promise 3: unknown status words do not loop for ever.
    #[tokio::test(start_paused = true)]
    async fn an_unknown_word_is_followed_for_ten_minutes_and_then_shown() {
        let (source, asked) = script(vec![active(), seen(Phase::Unknown, "marinating")]);
        let waited = steady(3600).wait(&source, &mut ()).await.unwrap();
        assert!(matches!(waited, Waited::UnknownStatus(Observation { word, .. }) if word == "marinating"));
        let asked = asked.lock().unwrap();
        let patience = asked.last().unwrap() - asked[1];
        assert!((600.0..616.0).contains(&patience), "{patience}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_known_word_after_an_unknown_one_is_waited_for_as_usual() {
        let mut answers = vec![seen(Phase::Unknown, "marinating"); 3];
        answers.push(seen(Phase::Finished, "succeed"));
        let (source, _) = script(answers);
        assert_eq!(steady(3600).wait(&source, &mut ()).await, Ok(Waited::Finished(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn observers_hear_each_change_and_something_every_30_seconds() {
        let mut answers = vec![seen(Phase::Active, "submitted"), active()];
        answers.extend(vec![active(); 8]);
        answers.push(seen(Phase::Finished, "succeed"));
        let (source, _) = script(answers);
        let mut heard = Heard::default();
        steady(480).wait(&source, &mut heard).await.unwrap();
        assert_eq!(
            heard.0,
            [
                "3 submitted",
                "7 processing",
                "37 still Some(\"processing\")",
                "67 still Some(\"processing\")",
                "97 still Some(\"processing\")",
                "127 still Some(\"processing\")",
                "129 succeed"
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn jitter_comes_from_the_seed() {
        let mut runs = Vec::new();
        for seed in [1, 1, 2] {
            let (source, asked) = script(vec![active()]);
            Waiter::new(Schedule::default(), Duration::from_secs(120))
                .seeded(seed)
                .wait(&source, &mut ())
                .await
                .unwrap();
            let times = asked.lock().unwrap().clone();
            runs.push(times);
        }
        assert_eq!(runs[0], runs[1]);
        assert_ne!(runs[0], runs[2]);
    }
}

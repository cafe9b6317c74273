//! Scripted services, with mocks that pin the order of calls, and an observer that writes everything down.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its share")]

pub mod service;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kling_tasks::{
    CheckFailure, Jitter, Lane, Observation, Phase, PollFailure, PostFailure, Progress, ProgressObserver, RetryBudget,
    Schedule, Submission, SubmitError, Submitter, TaskSource, WaitError, Waited, Waits,
};
use mockall::{Sequence, mock};
use tokio::time::Instant;

mock! {
    pub Submission {}

    #[async_trait]
    impl Submission for Submission {
        type Task = u32;
        type Error = &'static str;
        async fn post(&self) -> Result<u32, PostFailure<&'static str>>;
        async fn find(&self) -> Result<Option<u32>, &'static str>;
        fn check_failure(&self, error: &&'static str) -> CheckFailure;
        fn findable(&self) -> bool;
    }
}

mock! {
    pub Source {}

    #[async_trait]
    impl TaskSource for Source {
        type Task = u32;
        type Error = &'static str;
        async fn look(&self) -> Seen;
    }
}

pub type Seen = Result<Observation<u32>, PollFailure<&'static str>>;
pub type Ended = Result<Waited<u32>, WaitError<&'static str>>;

/// When something was called, in seconds since the start.
#[derive(Clone)]
pub struct Calls(Arc<Mutex<Vec<String>>>, Instant);

impl Calls {
    pub fn new() -> Self {
        Self(Arc::default(), Instant::now())
    }

    pub fn note(&self, what: &str) {
        let at = format!("{:.3}", self.1.elapsed().as_secs_f64());
        let at = at.trim_end_matches('0').trim_end_matches('.');
        self.0.lock().unwrap().push(if what.is_empty() { at.to_owned() } else { format!("{at} {what}") });
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub fn seconds(&self) -> Vec<f64> {
        self.all().iter().map(|call| call.split(' ').next().unwrap().parse().unwrap()).collect()
    }
}

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn after(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

/// More than any test needs.
pub fn plenty() -> RetryBudget {
    RetryBudget::new(1_000_000, Duration::from_millis(1))
}

// Waiting.

#[allow(clippy::unnecessary_wraps, reason = "scripts mix answers and failures")]
pub fn seen(phase: Phase, word: &str) -> Seen {
    Ok(Observation { phase, word: word.to_owned(), task: 7 })
}

pub fn active() -> Seen {
    seen(Phase::Active, "processing")
}

pub fn finished() -> Seen {
    seen(Phase::Finished, "succeed")
}

pub fn trouble(retry_after: Option<u64>) -> Seen {
    Err(PollFailure::Transient { error: "reset", retry_after: retry_after.map(Duration::from_secs) })
}

/// Exact pauses, for tests that look at the clock.
pub fn exact<K, T>() -> Waits<K, T> {
    Waits::new(Schedule::default(), Jitter::none())
}

/// A wait that shares nothing with others.
pub async fn wait(patience: u64, source: &MockSource, observer: &mut dyn ProgressObserver) -> Ended {
    exact().wait((), source, after(patience), &plenty(), observer).await
}

/// A source that answers from a list, in order, and then for ever with the last answer; and when it was asked.
pub fn script(answers: Vec<Seen>) -> (MockSource, Calls) {
    let calls = Calls::new();
    let mut source = MockSource::new();
    let mut order = Sequence::new();
    let last = answers.len() - 1;
    for (at, answer) in answers.into_iter().enumerate() {
        let calls = calls.clone();
        let call = source.expect_look().returning(move || {
            calls.note("");
            answer.clone()
        });
        if at < last {
            call.times(1).in_sequence(&mut order);
        }
    }
    (source, calls)
}

// Submitting.

/// A call that a submission makes, and its answer.
pub enum Call {
    Post(Result<u32, PostFailure<&'static str>>),
    Find(Result<Option<u32>, &'static str>),
}

pub use Call::{Find, Post};

/// A submission with exact pauses, in a lane of its own.
pub async fn submit(patience: u64, job: &MockSubmission) -> Submitting {
    submit_as(patience, job, |submitter| submitter).await
}

pub type Submitting = Result<(u32, bool), SubmitError<u32, &'static str>>;

/// The same with a submitter that is set up further.
pub async fn submit_as(
    patience: u64,
    job: &MockSubmission,
    set_up: impl FnOnce(Submitter<'_>) -> Submitter<'_>,
) -> Submitting {
    let retries = plenty();
    let submitter = Submitter::new(&retries).jitter(Jitter::none()).lane(Lane::new(Jitter::none()), 1);
    let submitter = set_up(submitter);
    let placed = submitter.submit(job, after(patience), &mut ()).await?;
    Ok((placed.task, placed.found))
}

pub const LOST: Call = Post(Err(PostFailure::Unknown("reset")));
pub const DUPLICATE: Call = Post(Err(PostFailure::Duplicate("exists")));
pub const REFUSED: Call = Post(Err(PostFailure::Refused("1201")));
pub const NO_SLOT: Call = Post(Err(PostFailure::NoSlot { error: "1303", retry_after: None }));
pub const LATER: Call = Post(Err(PostFailure::TryLater { error: "1302", retry_after: None }));
pub const ABSENT: Call = Find(Ok(None));
pub const FOUND: Call = Find(Ok(Some(7)));
pub const LOOKUP_FAILS: Call = Find(Err("502"));

/// A lost answer and the lookups that prove the job absent: 32 s.
pub fn lost_and_absent() -> Vec<Call> {
    vec![LOST, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT]
}

/// When those calls happen.
pub const LOST_AND_ABSENT: [&str; 6] = ["0 post", "2 find", "6 find", "14 find", "29 find", "32 find"];

/// Calls one after the other.
pub fn then(mut calls: Vec<Call>, more: Vec<Call>) -> Vec<Call> {
    calls.extend(more);
    calls
}

/// A submission that must be called like this, in this order; with `more`, that lookup follows for ever.
pub fn scripted(calls: Vec<Call>, more: Option<Result<Option<u32>, &'static str>>) -> (MockSubmission, Calls) {
    let (mut mock, heard) = blind(calls);
    mock.expect_findable().return_const(true);
    mock.expect_check_failure().returning(|error| match *error {
        "1002" => CheckFailure::Refuse,
        "1201" => CheckFailure::PostAnyway,
        _ => CheckFailure::Repeat,
    });
    if let Some(answer) = more {
        let heard = heard.clone();
        mock.expect_find().returning(move || {
            heard.note("find");
            answer
        });
    }
    (mock, heard)
}

/// The same without a word on whether lookups work.
pub fn blind(calls: Vec<Call>) -> (MockSubmission, Calls) {
    let heard = Calls::new();
    let mut mock = MockSubmission::new();
    let mut order = Sequence::new();
    for call in calls {
        let heard = heard.clone();
        match call {
            Post(answer) => {
                mock.expect_post().times(1).in_sequence(&mut order).return_once(move || {
                    heard.note("post");
                    answer
                });
            }
            Find(answer) => {
                mock.expect_find().times(1).in_sequence(&mut order).return_once(move || {
                    heard.note("find");
                    answer
                });
            }
        }
    }
    (mock, heard)
}

// Observing.

#[derive(Default)]
pub struct Heard(pub Vec<String>);

#[async_trait]
impl ProgressObserver for Heard {
    async fn progress(&mut self, progress: Progress<'_>) {
        let (elapsed, what) = match progress {
            Progress::WaitingForSlot { ahead, elapsed } => (elapsed, format!("in line behind {ahead}")),
            Progress::Oversized { elapsed } => (elapsed, "oversized".to_owned()),
            Progress::Posting { elapsed } => (elapsed, "posting".to_owned()),
            Progress::PostFailed { in_a_row, elapsed } => (elapsed, format!("post failed {in_a_row}")),
            Progress::LookingUp { elapsed } => (elapsed, "looking up".to_owned()),
            Progress::StatusChanged { word, elapsed } => (elapsed, word.to_owned()),
            Progress::StillWaiting { word, elapsed } => (elapsed, format!("still {word:?}")),
            Progress::LookFailed { in_a_row, elapsed } => (elapsed, format!("look failed {in_a_row}")),
            other => unreachable!("{other:?}"),
        };
        self.0.push(format!("{} {what}", elapsed.as_secs()));
    }
}

/// Never takes anything in.
pub struct Stuck;

#[async_trait]
impl ProgressObserver for Stuck {
    async fn progress(&mut self, _: Progress<'_>) {
        std::future::pending::<()>().await;
    }
}

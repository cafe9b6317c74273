//! The documented table is the one in code, and the engine walks all of it.

use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::{SubmitStage, WaitStage};
use crate::{
    Jitter, Lane, Observation, Phase, PollFailure, PostFailure, RetryBudget, Schedule, Submission, SubmitError,
    Submitter, TaskSource, WaitError, Waited, Waits,
};

/// State, event, next state.
type Row = (String, String, String);

fn rows<S: Debug, E: Debug>(table: &[(S, E, S)]) -> BTreeSet<Row> {
    table.iter().map(|(from, on, to)| (format!("{from:?}"), format!("{on:?}"), format!("{to:?}"))).collect()
}

/// A section of the page, or `None` outside the repository.
fn section(title: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    if !root.join("Cargo.lock").exists() {
        return None;
    }
    let page = fs::read_to_string(root.join("docs/task-life.md")).expect("the page is there");
    let from = page.find(&format!("## {title}\n")).expect("the section is there") + 3;
    let rest = &page[from..];
    Some(rest[..rest.find("\n## ").unwrap_or(rest.len())].to_owned())
}

/// The arrows of the section's diagram, and the states where it begins and ends.
fn drawn(section: &str) -> (BTreeSet<Row>, BTreeSet<String>, BTreeSet<String>) {
    let (mut arrows, mut starts, mut ends) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for line in section.lines().filter(|line| line.contains("-->")) {
        let (from, to) = line.split_once("-->").unwrap();
        let (to, events) = to.split_once(':').unwrap_or((to, ""));
        match (from.trim(), to.trim()) {
            ("[*]", to) => _ = starts.insert(to.to_owned()),
            (from, "[*]") => _ = ends.insert(from.to_owned()),
            (from, to) => {
                arrows.extend(events.split(',').map(|on| (from.to_owned(), on.trim().to_owned(), to.to_owned())));
            }
        }
    }
    (arrows, starts, ends)
}

/// The rows of the section's table: state, event, next state, meaning.
fn tabled(section: &str) -> BTreeSet<Row> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(|cell| cell.trim().trim_matches('`').to_owned());
        (cells.next().unwrap(), cells.next().unwrap(), cells.next().unwrap())
    })
    .collect()
}

fn is_documented(title: &str, first: &[&str], table: &BTreeSet<Row>) {
    let Some(section) = section(title) else { return };
    let (arrows, starts, ends) = drawn(&section);
    assert_eq!(&tabled(&section), table, "the table of \"{title}\" against the code");
    assert_eq!(&arrows, table, "the diagram of \"{title}\" against the code");
    assert_eq!(starts, first.iter().map(ToString::to_string).collect());
    let left: BTreeSet<_> = table.iter().map(|(from, ..)| from).collect();
    let never_left = table.iter().map(|(_, _, to)| to).filter(|to| !left.contains(to)).cloned().collect();
    assert_eq!(ends, never_left, "the ends of \"{title}\"");
}

#[test]
fn the_page_shows_submitting_as_it_is_in_code() {
    is_documented("Submitting", &["Queueing", "LookingUp"], &rows(SubmitStage::TABLE));
}

#[test]
fn the_page_shows_waiting_as_it_is_in_code() {
    is_documented("Waiting", &["Hearing"], &rows(WaitStage::TABLE));
}

thread_local! {
    /// What the engine walked on this thread. A tokio test stays on one.
    static WALKED: RefCell<BTreeSet<(String, String)>> = const { RefCell::new(BTreeSet::new()) };
}

pub(super) fn walked(from: impl Debug, on: impl Debug) {
    WALKED.with_borrow_mut(|walked| walked.insert((format!("{from:?}"), format!("{on:?}"))));
}

fn all_walked<S: Debug, E: Debug>(table: &[(S, E, S)]) {
    let table: BTreeSet<_> = rows(table).into_iter().map(|(from, on, _)| (from, on)).collect();
    assert_eq!(WALKED.take(), table);
}

/// What a scripted service does next.
#[derive(Clone, Copy)]
enum Say {
    Job,
    None,
    Error,
    Lost,
    Duplicate,
    Refused,
    NoSlot(u64),
    Later,
    Hang,
    /// A job of this phase.
    Phase(Phase),
}

/// What the service says, how long the submission may take, and how it ends.
type SubmitRow<'a> = (&'a [Say], u64, Result<(), SubmitError<(), ()>>);

/// What the service says, and whether the wait ended as it should.
type WaitRow<'a> = (&'a [Say], fn(&Result<Waited<()>, WaitError<()>>) -> bool);

/// Says these things in order, and the last for ever.
struct Script {
    says: Mutex<VecDeque<Say>>,
    findable: bool,
}

impl Script {
    fn new(says: &[Say]) -> Self {
        Self { says: Mutex::new(says.iter().copied().collect()), findable: true }
    }

    async fn next(&self) -> Say {
        let say = {
            let mut says = self.says.lock().unwrap();
            if says.len() > 1 { says.pop_front().unwrap() } else { says[0] }
        };
        if matches!(say, Say::Hang) { std::future::pending().await } else { say }
    }
}

#[async_trait]
impl Submission for Script {
    type Task = ();
    type Error = ();

    async fn post(&self) -> Result<(), PostFailure<()>> {
        match self.next().await {
            Say::Job => Ok(()),
            Say::Duplicate => Err(PostFailure::Duplicate(())),
            Say::Refused => Err(PostFailure::Refused(())),
            Say::NoSlot(after) => Err(PostFailure::NoSlot { error: (), retry_after: Some(Duration::from_secs(after)) }),
            Say::Later => Err(PostFailure::TryLater { error: (), retry_after: None }),
            _ => Err(PostFailure::Unknown(())),
        }
    }

    async fn find(&self) -> Result<Option<()>, ()> {
        match self.next().await {
            Say::Job => Ok(Some(())),
            Say::Error => Err(()),
            _ => Ok(None),
        }
    }

    fn findable(&self) -> bool {
        self.findable
    }
}

#[async_trait]
impl TaskSource for Script {
    type Task = ();
    type Error = ();

    async fn look(&self) -> Result<Observation<()>, PollFailure<()>> {
        match self.next().await {
            Say::Phase(phase) => Ok(Observation { phase, word: format!("{phase:?}"), task: () }),
            Say::None => Err(PollFailure::Missing(())),
            Say::Refused => Err(PollFailure::Final(())),
            _ => Err(PollFailure::Transient { error: (), retry_after: None }),
        }
    }
}

async fn submit(retries: &RetryBudget, job: &Script, seconds: u64) -> Result<(), SubmitError<(), ()>> {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let submitter = Submitter::new(retries).jitter(Jitter::none()).lane(Lane::new(Jitter::none()), 1);
    submitter.submit(job, deadline, &mut ()).await.map(|submitted| submitted.slot.finished())
}

#[tokio::test(start_paused = true)]
async fn each_step_of_submitting_is_taken_by_some_submission() {
    use Say::{Duplicate, Error, Hang, Job, Later, Lost, NoSlot, None, Refused};
    use SubmitError as E;
    let retries = RetryBudget::default();
    let rows: [SubmitRow<'_>; 16] = [
        (&[Job], 480, Ok(())),
        (&[Refused], 480, Err(E::Refused(()))),
        (&[Duplicate, Job], 480, Ok(())),
        (&[Duplicate, None], 480, Err(E::Taken { error: (), task: Option::None })),
        (&[NoSlot(0), Job], 480, Ok(())),
        (&[NoSlot(0)], 60, Err(E::NoSlot { error: Some(()), oversized: false })),
        (&[Later, Job], 480, Ok(())),
        (&[Later], 480, Err(E::Unavailable(Some(())))),
        (&[Job], 0, Err(E::Unavailable(Option::None))),
        (&[Hang, None], 60, Err(E::FateUnknown(Option::None))),
        (&[Lost, None, Error, Job], 480, Ok(())),
        (&[Lost, None, None, None, None, None, Job], 480, Ok(())),
        (&[Lost, None, None, None, None, None, Refused, None], 480, Err(E::FateUnknown(Some(())))),
        (&[Lost, None, None, None, None, None, Later, Job], 480, Ok(())),
        (&[Lost, None, None, None, None, None, NoSlot(0), Job], 480, Ok(())),
        // The next probe is far away; lookups in between find nothing.
        (&[Lost, None, None, None, None, None, NoSlot(60), None, None, None, None, None, Job], 480, Ok(())),
    ];
    for (number, (says, seconds, end)) in rows.into_iter().enumerate() {
        assert_eq!(submit(&retries, &Script::new(says), seconds).await, end, "row {number}");
    }
    let foreign = Script::new(&[Duplicate, Job]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let ended = Submitter::new(&retries).owns_id(false).submit(&foreign, deadline, &mut ()).await;
    assert_eq!(ended.map(drop), Err(E::Taken { error: (), task: Some(()) }));
    let blind = Script { findable: false, ..Script::new(&[Lost]) };
    assert_eq!(submit(&retries, &blind, 480).await, Err(E::FateUnknown(Some(()))));

    // Somebody else takes each token that comes: the job is known to be absent when it is too late to post it again.
    let scarce = Arc::new(RetryBudget::new(1, Duration::from_secs(100)));
    let greedy = tokio::spawn({
        let (scarce, forever) = (scarce.clone(), Instant::now() + Duration::from_secs(10_000));
        async move { while scarce.take(forever).await {} }
    });
    sleep(Duration::from_secs(1)).await;
    for seconds in [280, 380, 480] {
        let late = submit(&scarce, &Script::new(&[Lost, None, None, None]), seconds).await;
        assert_eq!(late, Err(E::FateUnknown(Some(()))));
    }
    greedy.abort();

    all_walked(SubmitStage::TABLE);
}

#[tokio::test(start_paused = true)]
async fn each_step_of_waiting_is_taken_by_some_wait() {
    use Say::{Error, Hang, None, Refused};
    const ACTIVE: Say = Say::Phase(Phase::Active);
    const FINISHED: Say = Say::Phase(Phase::Finished);
    const UNKNOWN: Say = Say::Phase(Phase::Unknown);
    let retries = RetryBudget::default();
    let waits = Waits::new(Schedule::default(), Jitter::none());
    let rows: [WaitRow<'_>; 8] = [
        (&[ACTIVE, FINISHED], |end| matches!(end, Ok(Waited::Finished(())))),
        (&[ACTIVE], |end| matches!(end, Ok(Waited::OutOfTime(Some(_))))),
        (&[UNKNOWN], |end| matches!(end, Ok(Waited::UnknownStatus(_)))),
        (&[Refused], |end| matches!(end, Err(WaitError::Refused(())))),
        (&[None], |end| matches!(end, Err(WaitError::Missing(())))),
        (&[Error], |end| matches!(end, Err(WaitError::Unreachable(())))),
        (&[Hang], |end| matches!(end, Ok(Waited::OutOfTime(Option::None)))),
        (&[Error, Error, Error, Hang], |end| matches!(end, Err(WaitError::Unreachable(())))),
    ];
    for (number, (says, expected)) in rows.into_iter().enumerate() {
        let deadline = Instant::now() + Duration::from_secs(1000);
        let ended = waits.wait(number, &Script::new(says), deadline, &retries, &mut ()).await;
        assert!(expected(&ended), "row {number}: {ended:?}");
    }
    // Of two callers one hears the news from the other.
    let (job, deadline) = (Script::new(&[ACTIVE, FINISHED]), Instant::now() + Duration::from_secs(60));
    let (mut first, mut second) = ((), ());
    let ended = tokio::join!(
        waits.wait(0, &job, deadline, &retries, &mut first),
        waits.wait(0, &job, deadline, &retries, &mut second),
    );
    assert_eq!(ended, (Ok(Waited::Finished(())), Ok(Waited::Finished(()))));
    all_walked(WaitStage::TABLE);
}

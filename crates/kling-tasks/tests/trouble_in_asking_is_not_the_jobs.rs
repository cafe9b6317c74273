//! A look that fails says nothing about the job.

mod common;

use std::time::Duration;

use common::{Heard, Seen, active, after, exact, finished, script, trouble, wait};
use kling_tasks::{MAX_MISSING_LOOKS, Observation, PollFailure, RetryBudget, WaitError, Waited};

const MISSING: Seen = Err(PollFailure::Missing("not found"));

#[tokio::test(start_paused = true)]
async fn failed_looks_are_repeated_and_told() {
    let (source, asked) = script(vec![trouble(None), trouble(Some(40)), active(), finished()]);
    let mut heard = Heard::default();
    assert_eq!(wait(480, &source, &mut heard).await, Ok(Waited::Finished(7)));
    assert_eq!(asked.seconds(), [3.0, 7.5, 47.5, 57.625]);
    assert_eq!(heard.0, ["3 look failed 1", "7 look failed 2", "37 still None", "47 processing", "57 succeed"]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_minutes_is_waited_out() {
    let mut answers = vec![active()];
    answers.extend(vec![trouble(None); 25]);
    answers.push(finished());
    let (source, asked) = script(answers);
    assert_eq!(wait(480, &source, &mut ()).await, Ok(Waited::Finished(7)));
    assert!(*asked.seconds().last().unwrap() > 300.0);
}

#[tokio::test(start_paused = true)]
async fn an_outage_to_the_end_shows_the_job_as_last_seen() {
    let (source, _) = script(vec![active(), trouble(None)]);
    let waited = wait(480, &source, &mut ()).await;
    assert!(matches!(waited, Ok(Waited::OutOfTime(Some(Observation { task: 7, .. })))), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_never_saw_the_job_says_why() {
    let (source, _) = script(vec![trouble(None)]);
    assert_eq!(wait(480, &source, &mut ()).await, Err(WaitError::Unreachable("reset")));
}

#[tokio::test(start_paused = true)]
async fn a_short_wait_with_one_failed_look_is_only_out_of_time() {
    let (source, _) = script(vec![trouble(None)]);
    assert_eq!(wait(4, &source, &mut ()).await, Ok(Waited::OutOfTime(None)));
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_up_to_150_seconds() {
    let (source, asked) = script(vec![trouble(Some(150)), trouble(Some(4000)), finished()]);
    wait(480, &source, &mut ()).await.unwrap();
    assert_eq!(asked.seconds(), [3.0, 153.0, 303.0]);
}

/// The service asked to be left alone until after the deadline: nothing more can be learned.
#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_ends_the_wait() {
    let (source, asked) = script(vec![active(), trouble(Some(100))]);
    let waited = wait(60, &source, &mut ()).await;
    assert!(matches!(waited, Ok(Waited::OutOfTime(Some(_)))), "{waited:?}");
    assert_eq!(asked.seconds(), [3.0, 7.5]);
}

#[tokio::test(start_paused = true)]
async fn a_final_refusal_ends_the_wait_at_once() {
    let (source, asked) = script(vec![active(), Err(PollFailure::Final("1103"))]);
    assert_eq!(wait(480, &source, &mut ()).await, Err(WaitError::Refused("1103")));
    assert_eq!(asked.seconds().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_not_listed_at_first_is_waited_for() {
    let (source, _) = script(vec![MISSING, MISSING, active(), finished()]);
    assert_eq!(wait(480, &source, &mut ()).await, Ok(Waited::Finished(7)));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_vanished_ends_the_wait_after_eight_looks() {
    let (source, asked) = script(vec![active(), MISSING]);
    assert_eq!(wait(480, &source, &mut ()).await, Err(WaitError::Missing("not found")));
    assert_eq!(asked.seconds().len(), 1 + MAX_MISSING_LOOKS as usize);
}

#[tokio::test(start_paused = true)]
async fn repeated_looks_draw_on_the_shared_budget_and_first_looks_do_not() {
    let retries = RetryBudget::new(1, Duration::from_secs(100));
    let waits = exact();
    let (source, asked) = script(vec![trouble(None), trouble(None), trouble(None), active(), active(), finished()]);
    waits.wait((), &source, after(480), &retries, &mut ()).await.unwrap();
    // The second look takes the only token, the third waits for the next one, 100 s after that. Its failure makes the
    // fourth wait as long; then the service answers, and looks are free again.
    assert_eq!(asked.seconds(), [3.0, 7.5, 107.5, 207.5, 222.5, 237.5]);
}

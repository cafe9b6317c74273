//! Promise 3: every wait ends, and the last sleep is clipped.

mod common;

use async_trait::async_trait;
use common::{Heard, MockSource, Seen, Stuck, active, after, exact, finished, plenty, script, seconds, wait};
use kling_tasks::{Observation, TaskSource, Waited};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn the_last_pause_is_clipped_and_the_deadline_is_never_passed() {
    let (source, asked) = script(vec![active()]);
    let started = Instant::now();
    let waited = wait(20, &source, &mut ()).await.unwrap();
    assert!(matches!(waited, Waited::OutOfTime(Some(Observation { task: 7, .. }))));
    assert_eq!(asked.seconds(), [3.0, 7.5, 14.25, 18.0]);
    assert!(started.elapsed() <= seconds(20));
}

#[tokio::test(start_paused = true)]
async fn a_wait_shorter_than_the_first_pause_still_looks_once() {
    let (source, asked) = script(vec![active()]);
    wait(2, &source, &mut ()).await.unwrap();
    assert_eq!(asked.seconds(), [1.5]);
}

#[tokio::test(start_paused = true)]
async fn no_time_means_no_look() {
    let source = MockSource::new();
    assert_eq!(wait(0, &source, &mut ()).await, Ok(Waited::OutOfTime(None)));
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
    let mut heard = Heard::default();
    let waits = exact();
    assert_eq!(waits.wait((), &Hanging, after(70), &plenty(), &mut heard).await, Ok(Waited::OutOfTime(None)));
    assert_eq!(started.elapsed(), seconds(70));
    assert_eq!(heard.0, ["30 still None", "60 still None"]);
}

/// A host that no longer reads must not hold a wait.
#[tokio::test(start_paused = true)]
async fn an_observer_that_hangs_is_left_at_the_deadline() {
    let (source, _) = script(vec![active()]);
    let started = Instant::now();
    let waited = wait(60, &source, &mut Stuck).await.unwrap();
    assert!(matches!(waited, Waited::OutOfTime(Some(_))));
    assert_eq!(started.elapsed(), seconds(60));
}

#[tokio::test(start_paused = true)]
async fn slow_is_not_stuck() {
    let mut answers = vec![active(); 1000];
    answers.push(finished());
    let (source, asked) = script(answers);
    assert_eq!(wait(8 * 3600, &source, &mut ()).await, Ok(Waited::Finished(7)));
    assert_eq!(asked.seconds().len(), 1001);
}

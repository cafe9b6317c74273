//! Looks begin after three seconds and come less and less often.

mod common;

use common::{active, after, finished, plenty, script, seen, wait};
use kling_tasks::{Jitter, Phase, Schedule, Waited, Waits};

#[tokio::test(start_paused = true)]
async fn the_first_look_comes_after_3_seconds_and_pauses_grow_to_15() {
    let mut answers = vec![active(); 6];
    answers.push(finished());
    let (source, asked) = script(answers);
    assert_eq!(wait(480, &source, &mut ()).await, Ok(Waited::Finished(7)));
    assert_eq!(asked.seconds(), [3.0, 7.5, 14.25, 24.375, 39.375, 54.375, 69.375]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_job_is_a_finished_wait() {
    let (source, _) = script(vec![seen(Phase::Finished, "failed")]);
    assert_eq!(wait(60, &source, &mut ()).await, Ok(Waited::Finished(7)));
}

#[tokio::test(start_paused = true)]
async fn jitter_comes_from_the_seed() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let (source, asked) = script(vec![active()]);
        let waits = Waits::new(Schedule::default(), Jitter::seeded(seed));
        waits.wait((), &source, after(120), &plenty(), &mut ()).await.unwrap();
        runs.push(asked.seconds());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

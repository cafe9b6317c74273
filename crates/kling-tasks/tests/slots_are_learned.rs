//! How many jobs may run at once is learned from the service, and unlearned.

mod common;

use std::time::Duration;

use common::service::{Job, Service, lane};
use common::{Heard, seconds};
use kling_tasks::SubmitError;
use tokio::task::JoinSet;
use tokio::time::sleep;

fn job(id: u32) -> Job {
    Job { id, slots: 1 }
}

#[tokio::test(start_paused = true)]
async fn jobs_that_come_one_after_the_other_pass_while_the_limit_is_unknown() {
    let (service, lane) = (Service::new(50), lane());
    let mut slots = Vec::new();
    for id in 0..50 {
        slots.push(service.submit(job(id), &lane, 60).await.unwrap());
    }
    assert!(service.with(|state| state.created.iter().all(|(_, at)| *at < 0.001)));
}

#[tokio::test(start_paused = true)]
async fn a_job_that_finishes_lets_the_first_in_line_in_at_once() {
    let (service, lane) = (Service::new(3), lane());
    let mut jobs = JoinSet::new();
    for id in 0..9 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move { service.run(job(id), &lane, 100).await });
    }
    jobs.join_all().await;
    let wanted: Vec<_> = (0..9).map(|id| (id, f64::from(id / 3 * 100))).collect();
    assert_eq!(service.with(|state| state.created.clone()), wanted);
}

/// While blocked, fifty jobs ask as often as one.
#[tokio::test(start_paused = true)]
async fn only_the_first_in_line_probes_for_slots_that_others_free() {
    let (service, lane) = (Service::new(5), lane());
    service.with(|state| (state.others, state.latency) = (5, Duration::from_millis(500)));
    let mut jobs = JoinSet::new();
    for id in 0..50 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move { service.run(job(id), &lane, 1000).await });
    }
    sleep(seconds(100)).await;
    let refused = service.with(|state| state.refused.clone());
    let (first, probes) = refused.split_at(4);
    assert!(first.iter().all(|at| *at == 0.0));
    // Half a second for each answer, then 1, 2, 4 and every 8 s.
    let wanted = [1.5, 4.0, 8.5, 17.0, 25.5, 34.0, 42.5, 51.0, 59.5, 68.0, 76.5, 85.0, 93.5];
    assert_eq!(probes, wanted);

    service.with(|state| state.others = 2);
    sleep(seconds(100)).await;
    let created = service.with(|state| state.created.clone());
    assert_eq!(created, [(0, 102.0), (1, 112.5), (2, 118.0)], "each success halves the pause");
}

/// A large limit is found in a few round trips, and a small one costs few refusals.
#[tokio::test(start_paused = true)]
async fn a_burst_meets_an_unknown_limit_step_by_step() {
    for (limit, round_trips, most_refused) in [(1000, 6, 0), (3, 1, 4)] {
        let (service, lane) = (Service::new(limit), lane());
        service.with(|state| state.latency = Duration::from_millis(500));
        let mut jobs = JoinSet::new();
        for id in 0..100 {
            let (service, lane) = (service.clone(), lane.clone());
            jobs.spawn(async move { service.run(job(id), &lane, 1000).await });
        }
        sleep(seconds(30)).await;
        service.with(|state| {
            let created: Vec<_> = state.created.iter().map(|(_, at)| *at).collect();
            assert_eq!(created.len(), limit.min(100) as usize);
            assert!(created.iter().all(|at| *at <= 0.5 * f64::from(round_trips)), "{created:?}");
            let burst = state.refused.iter().filter(|at| **at < 1.0).count();
            assert!(burst <= most_refused, "{:?}", state.refused);
        });
    }
}

/// Several answers are under way when the first refusal comes.
#[tokio::test(start_paused = true)]
async fn a_burst_teaches_the_limit_whatever_the_order_of_its_answers() {
    let (service, lane) = (Service::new(3), lane());
    service.with(|state| state.latency = Duration::from_millis(500));
    let mut jobs = JoinSet::new();
    for id in 0..9 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move { service.run(job(id), &lane, 100).await });
    }
    sleep(seconds(100)).await;
    let refused = service.with(|state| state.refused.len());
    sleep(seconds(1)).await;
    // The three that finished after 100.5 s have made room for as many, and for no more.
    assert_eq!(service.with(|state| state.created.len()), 6);
    assert_eq!(service.with(|state| state.refused.len()), refused);
    jobs.join_all().await;
}

#[tokio::test(start_paused = true)]
async fn a_larger_limit_is_found_out() {
    let (service, lane) = (Service::new(1), lane());
    let mut jobs = JoinSet::new();
    for id in 0..4 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move { service.run(job(id), &lane, 1000).await });
    }
    sleep(seconds(10)).await;
    service.with(|state| state.limit = 4);
    sleep(seconds(15)).await;
    let created = service.with(|state| state.created.clone());
    assert_eq!(created, [(0, 0.0), (1, 15.0), (2, 19.0), (3, 21.0)], "each success halves the pause");
}

/// A process that runs jobs of its own leaves what others free to those who have none: it asks less often.
#[tokio::test(start_paused = true)]
async fn the_more_jobs_run_the_more_rarely_the_first_in_line_probes() {
    for (own, pause) in [(0, 8.0), (1, 16.0), (2, 20.0), (4, 20.0)] {
        let (service, lane) = (Service::new(4), lane());
        service.with(|state| state.others = 4 - own);
        let mut jobs = JoinSet::new();
        for id in 0..5 {
            let (service, lane) = (service.clone(), lane.clone());
            jobs.spawn(async move { service.run(job(id), &lane, 1000).await });
        }
        sleep(seconds(200)).await;
        service.with(|state| {
            assert_eq!(state.created.len(), own as usize);
            let [.., before, last] = state.refused[..] else { panic!("{own} run: no probes") };
            assert!((last - before - pause).abs() < 1e-6, "{own} run: {before} {last}");
        });
    }
}

/// A job that is given up may go on: its slot is not free, but a probe may find that it is.
#[tokio::test(start_paused = true)]
async fn a_slot_that_is_dropped_is_no_longer_counted_and_not_taken_for_free() {
    let (service, lane) = (Service::new(2), lane());
    let first = service.submit(job(0), &lane, 60).await.unwrap();
    let second = service.submit(job(1), &lane, 60).await.unwrap();
    let waiting = tokio::spawn({
        let (service, lane) = (service.clone(), lane.clone());
        async move { service.submit(job(2), &lane, 480).await }
    });
    sleep(seconds(5)).await;
    assert_eq!(service.with(|state| state.refused.len()), 3, "the first post and probes after 1 s and 3 s");
    drop(first);
    sleep(seconds(1)).await;
    assert_eq!(service.with(|state| state.refused.len()), 3, "not before the next probe is due");
    service.with(|state| state.running -= 1);
    sleep(seconds(2)).await;
    assert_eq!(service.with(|state| state.created.last().copied()), Some((2, 7.0)));
    waiting.await.unwrap().unwrap().finished();
    second.finished();
}

#[tokio::test(start_paused = true)]
async fn what_was_learned_is_forgotten_when_nothing_runs_any_more() {
    let (service, lane) = (Service::new(1), lane());
    let slot = service.submit(job(0), &lane, 60).await.unwrap();
    assert!(matches!(
        service.submit(job(1), &lane, 20).await,
        Err(SubmitError::NoSlot { error: Some("1303"), oversized: false })
    ));
    slot.finished();
    service.with(|state| (state.limit, state.running) = (20, 0));
    sleep(seconds(60)).await;
    let refused = service.with(|state| state.refused.len());
    let mut slots = Vec::new();
    for id in 2..22 {
        slots.push(service.submit(job(id), &lane, 60).await.unwrap());
    }
    assert_eq!(service.with(|state| state.refused.len()), refused);
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_is_told_at_once_and_every_30_seconds() {
    let (service, lane) = (Service::new(1), lane());
    let slot = service.submit(job(0), &lane, 60).await.unwrap();
    let before = tokio::spawn({
        let (service, lane) = (service.clone(), lane.clone());
        async move { service.submit(job(1), &lane, 50).await.map(drop) }
    });
    sleep(seconds(1)).await;
    let mut heard = Heard::default();
    let outcome = service.submit_told(job(2), &lane, 110, &mut heard).await;
    assert_eq!(outcome.map(drop), Err(SubmitError::NoSlot { error: Some("1303"), oversized: false }));
    assert_eq!(heard.0, ["0 in line behind 1", "30 in line behind 1", "60 in line behind 0", "90 in line behind 0"]);
    assert_eq!(before.await.unwrap(), Err(SubmitError::NoSlot { error: Some("1303"), oversized: false }));
    slot.finished();
}

/// Nothing is posted by a job whose turn never came.
#[tokio::test(start_paused = true)]
async fn a_job_that_stays_behind_another_is_never_posted() {
    let (service, lane) = (Service::new(1), lane());
    let slot = service.submit(job(0), &lane, 60).await.unwrap();
    let before = tokio::spawn({
        let (service, lane) = (service.clone(), lane.clone());
        async move { service.submit(job(1), &lane, 480).await.map(drop) }
    });
    sleep(seconds(1)).await;
    assert_eq!(
        service.submit(job(2), &lane, 100).await.map(drop),
        Err(SubmitError::NoSlot { error: None, oversized: false })
    );
    slot.finished();
    service.with(|state| state.running = 0);
    assert_eq!(before.await.unwrap(), Ok(()));
}

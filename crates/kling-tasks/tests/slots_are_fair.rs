//! First come, first served, within one lane; lanes do not touch each other.

mod common;

use std::time::Duration;

use common::service::{Job, Service, lane};
use common::{Heard, after, plenty, scripted, seconds};
use kling_tasks::{Jitter, Lane, Lanes, SubmitError, Submitter};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Jobs come and go, of all sizes or while other processes take and free slots: whoever came first is created first,
/// and everybody is created in the end.
#[tokio::test(start_paused = true)]
async fn jobs_are_created_in_the_order_in_which_they_came() {
    for seed in 0..60 {
        let mut random = fastrand::Rng::with_seed(seed);
        let with_others = seed % 2 == 0;
        let lane = Lane::new(Jitter::seeded(seed));
        let service = Service::new(random.u32(4..12));
        let mut jobs = JoinSet::new();
        for id in 0..60 {
            let (service, lane) = (service.clone(), lane.clone());
            // A large job that others leave no room for may be overtaken by a small one.
            let job = Job { id, slots: if with_others { 1 } else { random.u32(1..=4) } };
            // Whole seconds would let several come at once, where the order is not defined.
            let (comes, runs) = (f64::from(id) * 3.0 * random.f64().max(0.1), random.u64(1..90));
            let comes = Duration::from_secs_f64(comes);
            jobs.spawn(async move {
                sleep(comes).await;
                service.with(|state| state.came.push(job.id));
                service.run(job, &lane, runs).await;
            });
        }
        jobs.spawn({
            let service = service.clone();
            async move {
                for _ in 0..if with_others { 50 } else { 0 } {
                    sleep(seconds(random.u64(1..40))).await;
                    service.with(|state| state.others = random.u32(0..=state.limit - state.running.min(state.limit)));
                }
                service.with(|state| state.others = 0);
            }
        });
        jobs.join_all().await;
        service.with(|state| {
            let created: Vec<_> = state.created.iter().map(|(id, _)| *id).collect();
            assert_eq!(created, state.came, "seed {seed}");
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_large_job_is_not_overtaken_by_small_ones() {
    let (service, lane) = (Service::new(4), lane());
    let running = service.submit(Job { id: 0, slots: 1 }, &lane, 60).await.unwrap();
    let mut jobs = JoinSet::new();
    for (id, slots) in [(1, 4), (2, 1), (3, 1)] {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move {
            sleep(seconds(u64::from(id))).await;
            service.run(Job { id, slots }, &lane, 100).await;
        });
    }
    sleep(seconds(50)).await;
    service.with(|state| state.running -= 1);
    running.finished();
    jobs.join_all().await;
    assert_eq!(service.with(|state| state.created.clone()), [(0, 0.0), (1, 50.0), (2, 150.0), (3, 150.0)]);
}

/// A pack of five, all of them free, and a request for nine pictures that is first in line.
#[tokio::test(start_paused = true)]
async fn a_job_that_can_never_get_its_slots_does_not_block_its_lane() {
    let (service, lane) = (Service::new(5), lane());
    let mut heard = Heard::default();
    let mut jobs = JoinSet::new();
    for id in 1..=5 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move {
            sleep(Duration::from_millis(id.into())).await;
            service.run(Job { id, slots: 1 }, &lane, 40).await;
        });
    }
    let large = service.submit_told(Job { id: 0, slots: 9 }, &lane, 300, &mut heard).await;
    assert_eq!(large.map(drop), Err(SubmitError::NoSlot { error: Some("1303"), oversized: true }));
    // It alone is told why.
    assert!(heard.0.contains(&"3 oversized".to_owned()), "{:?}", heard.0);
    jobs.join_all().await;
    let created = service.with(|state| state.created.clone());
    assert!(created.iter().map(|(id, _)| *id).eq(1..=5) && created.iter().all(|(_, at)| *at < 4.0), "{created:?}");
    // It went on trying, ever more rarely.
    assert!((15..25).contains(&service.with(|state| state.refused.len())));
}

/// The same while slots become free for it: it is created as soon as they are.
#[tokio::test(start_paused = true)]
async fn a_large_job_gets_its_slots_when_they_become_free_after_all() {
    let (service, lane) = (Service::new(9), lane());
    service.with(|state| state.others = 5);
    let large = tokio::spawn({
        let (service, lane) = (service.clone(), lane.clone());
        async move { service.submit(Job { id: 0, slots: 9 }, &lane, 300).await.map(drop) }
    });
    sleep(seconds(1)).await;
    service.run(Job { id: 1, slots: 1 }, &lane, 20).await;
    service.with(|state| state.others = 0);
    assert_eq!(large.await.unwrap(), Ok(()));
    assert!(service.now() < 60.0, "{}", service.now());
}

/// Jobs of one size never pass each other, however often the first one is refused.
#[tokio::test(start_paused = true)]
async fn a_refused_job_is_not_overtaken_by_its_like() {
    let (service, lane) = (Service::new(1), lane());
    service.with(|state| state.others = 1);
    let mut jobs = JoinSet::new();
    for id in 0..3 {
        let (service, lane) = (service.clone(), lane.clone());
        jobs.spawn(async move {
            sleep(Duration::from_millis(id.into())).await;
            service.run(Job { id, slots: 1 }, &lane, 10).await;
        });
    }
    sleep(seconds(100)).await;
    service.with(|state| state.others = 0);
    jobs.join_all().await;
    assert!(service.with(|state| state.created.iter().map(|(id, _)| *id).eq(0..3)));
}

/// The first in line may exist and looks itself up: those behind it pass.
#[tokio::test(start_paused = true)]
async fn a_job_that_is_looked_up_holds_up_nobody() {
    let (service, lane) = (Service::new(1), lane());
    let retries = plenty();
    let (first, calls) = scripted(vec![], Some(Ok(None)));
    let submitter = Submitter::new(&retries).jitter(Jitter::none()).lane(lane.clone(), 1).may_exist(true);
    let mut observer = ();
    let lookups = submitter.submit(&first, after(25), &mut observer);
    let second = async {
        sleep(seconds(1)).await;
        service.submit(Job { id: 1, slots: 1 }, &lane, 60).await.unwrap()
    };
    let (first, second) = tokio::join!(lookups, second);
    assert_eq!(first.map(drop), Err(SubmitError::FateUnknown(None)));
    assert_eq!(service.with(|state| state.created.clone()), [(1, 1.0)]);
    assert!(calls.all().len() > 2);
    second.finished();
}

/// A job that goes away, in line or in the middle of a probe, holds up nobody.
#[tokio::test(start_paused = true)]
async fn jobs_that_are_given_up_leave_the_line() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (service, lane) = (Service::new(2), Lane::new(Jitter::seeded(seed)));
        let mut jobs = JoinSet::new();
        for id in 0..30 {
            let (service, lane) = (service.clone(), lane.clone());
            let patience = seconds(random.u64(0..60));
            jobs.spawn(async move {
                let run = service.run(Job { id, slots: 1 }, &lane, 10);
                if id % 2 == 0 {
                    // A job that is created before it is given up goes on without anybody watching.
                    let _ = tokio::time::timeout(patience, run).await;
                } else {
                    run.await;
                }
            });
        }
        jobs.spawn({
            let service = service.clone();
            async move {
                // What runs unwatched ends some time.
                sleep(seconds(200)).await;
                service.with(|state| state.limit = 1000);
            }
        });
        tokio::time::timeout(seconds(1000), jobs.join_all()).await.unwrap_or_else(|_| panic!("seed {seed} hangs"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_job_that_is_given_up_in_the_middle_of_a_probe_lets_the_next_one_probe() {
    let (service, lane) = (Service::new(0), lane());
    service.with(|state| state.latency = seconds(2));
    let submit = |id| {
        let (service, lane) = (service.clone(), lane.clone());
        tokio::spawn(async move { service.submit(Job { id, slots: 1 }, &lane, 480).await.map(drop) })
    };
    let (first, second) = (submit(0), submit(1));
    // Refused after 2 s; the first in line probes from 3 s to 5 s.
    sleep(seconds(4)).await;
    assert_eq!(service.with(|state| state.refused.clone()), [0.0, 0.0, 3.0]);
    first.abort();
    service.with(|state| state.limit = 1);
    assert_eq!(second.await.unwrap(), Ok(()));
    assert!(service.now() < 10.0, "{}", service.now());
}

#[tokio::test(start_paused = true)]
async fn one_accounts_queue_never_delays_anothers() {
    let lanes = Lanes::new(Jitter::none());
    let (full, free) = (Service::new(0), Service::new(10));
    let waiting = tokio::spawn({
        let (full, lane) = (full.clone(), lanes.lane("full"));
        async move { full.submit(Job { id: 0, slots: 1 }, &lane, 480).await.map(drop) }
    });
    sleep(seconds(10)).await;
    let slot = free.submit(Job { id: 0, slots: 1 }, &lanes.lane("free"), 60).await.unwrap();
    assert_eq!(free.with(|state| state.created.clone()), [(0, 10.0)]);
    slot.finished();
    waiting.abort();
}

#[tokio::test(start_paused = true)]
async fn a_lane_is_the_same_for_the_same_key_as_long_as_it_is_used() {
    let lanes = Lanes::new(Jitter::none());
    let service = Service::new(1);
    let slot = service.submit(Job { id: 0, slots: 1 }, &lanes.lane(0), 60).await.unwrap();
    assert!(service.submit(Job { id: 1, slots: 1 }, &lanes.lane(0), 10).await.is_err());
    for key in 1..1000 {
        lanes.lane(key);
    }
    let refused = service.with(|state| state.refused.len());
    let lane = lanes.lane(0);
    let waiting = service.submit(Job { id: 2, slots: 1 }, &lane, 60);
    let freeing = async {
        service.with(|state| state.running = 0);
        slot.finished();
    };
    let (submitted, ()) = tokio::join!(waiting, freeing);
    submitted.unwrap().finished();
    assert_eq!(service.with(|state| state.refused.len()), refused, "the lane still knew that it was full");
    assert!(lanes.len() <= 128, "{}", lanes.len());
}

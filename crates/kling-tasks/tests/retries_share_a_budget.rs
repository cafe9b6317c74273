//! Retries draw on a token bucket; first attempts do not.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{ABSENT, LATER, LOST, Post, after, finished, script, scripted, seconds, trouble};
use kling_tasks::{Jitter, RetryBudget, Schedule, Submitter, Waits};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Tokens taken one after the other: when, in seconds.
async fn taken(retries: &RetryBudget, tokens: usize) -> Vec<f64> {
    let started = Instant::now();
    let mut times = Vec::new();
    for _ in 0..tokens {
        assert!(retries.take(after(3600)).await);
        times.push(started.elapsed().as_secs_f64());
    }
    times
}

#[tokio::test(start_paused = true)]
async fn a_burst_is_free_and_then_tokens_come_one_by_one() {
    let retries = RetryBudget::new(3, seconds(2));
    assert_eq!(taken(&retries, 6).await, [0.0, 0.0, 0.0, 2.0, 4.0, 6.0]);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_fills_up_to_its_burst() {
    let retries = RetryBudget::new(3, seconds(2));
    taken(&retries, 5).await;
    tokio::time::advance(seconds(1000)).await;
    assert_eq!(taken(&retries, 5).await, [0.0, 0.0, 0.0, 2.0, 4.0]);
    for _ in 0..100 {
        retries.succeeded();
    }
    assert_eq!(taken(&retries, 5).await, [0.0, 0.0, 0.0, 2.0, 4.0]);
}

#[tokio::test(start_paused = true)]
async fn a_success_brings_a_token_back_and_wakes_the_first_in_line() {
    let retries = RetryBudget::new(1, seconds(100));
    taken(&retries, 1).await;
    let started = Instant::now();
    let (taken, ()) = tokio::join!(retries.take(after(1000)), async {
        tokio::time::sleep(seconds(5)).await;
        retries.succeeded();
    });
    assert!(taken);
    assert_eq!(started.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_is_served_in_order_or_gives_up_at_the_deadline() {
    let retries = Arc::new(RetryBudget::new(1, seconds(10)));
    taken(&retries, 1).await;
    let (order, mut jobs) = (common::Calls::new(), JoinSet::new());
    // The second does not want to wait for its turn, the fourth goes away; the others move up.
    for (name, patience) in [("a", 1000), ("b", 15), ("c", 1000), ("d", 1000), ("e", 1000)] {
        let (retries, order) = (retries.clone(), order.clone());
        let job = jobs.spawn(async move {
            let taken = retries.take(after(patience)).await;
            order.note(&format!("{name} {taken}"));
        });
        tokio::task::yield_now().await;
        if name == "d" {
            job.abort();
        }
    }
    while jobs.join_next().await.is_some() {}
    assert_eq!(order.all(), ["10 a true", "15 b false", "20 c true", "30 e true"]);
}

/// In any stretch of time no more tokens are taken than the burst and what that time brings.
#[tokio::test(start_paused = true)]
async fn no_stretch_of_time_sees_more_than_its_share() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (burst, every) = (random.u32(1..10), Duration::from_millis(random.u64(100..3000)));
        let retries = Arc::new(RetryBudget::new(burst, every));
        let (started, mut jobs) = (Instant::now(), JoinSet::new());
        for _ in 0..100 {
            let (retries, comes) = (retries.clone(), Duration::from_millis(random.u64(0..120_000)));
            let patience = random.u64(1..60);
            jobs.spawn(async move {
                tokio::time::sleep(comes).await;
                retries.take(after(patience)).await.then(|| started.elapsed())
            });
        }
        let mut times: Vec<_> = jobs.join_all().await.into_iter().flatten().collect();
        times.sort_unstable();
        for (first, from) in times.iter().enumerate() {
            for (last, to) in times.iter().enumerate().skip(first) {
                let share = u128::from(burst) + (to.as_millis() - from.as_millis()) / every.as_millis();
                // Tokio's timers tick in milliseconds.
                assert!((last - first + 1) as u128 <= share + 1, "seed {seed}");
            }
        }
    }
}

/// A thousand jobs wait when the service goes away for five minutes: it is not hammered, and comes back to all.
#[tokio::test(start_paused = true)]
async fn an_outage_seen_by_a_thousand_jobs_is_not_hammered() {
    let retries = Arc::new(RetryBudget::default());
    let waits = Arc::new(Waits::new(Schedule::default(), Jitter::seeded(5)));
    let looks = common::Calls::new();
    let (outage, mut jobs) = (after(300), JoinSet::new());
    for job in 0..1000_u32 {
        let (retries, waits, looks) = (retries.clone(), waits.clone(), looks.clone());
        jobs.spawn(async move {
            let source = Outage { over: outage, looks };
            waits.wait(job, &source, after(480), &retries, &mut ()).await.unwrap()
        });
    }
    let ended = jobs.join_all().await;
    assert!(ended.iter().all(|end| matches!(end, kling_tasks::Waited::Finished(7))));
    let looks = looks.seconds();
    let during = looks.iter().filter(|at| **at < 300.0).count();
    // One first look each, the burst, and two a second.
    assert!(during <= 1000 + 30 + 600 + 1, "{during}");
    // Once the service answers again, the waiting jobs do not have to come by at two a second.
    assert!(*looks.last().unwrap() < 330.0, "{:?}", looks.last());
}

struct Outage {
    over: Instant,
    looks: common::Calls,
}

#[async_trait::async_trait]
impl kling_tasks::TaskSource for Outage {
    type Task = u32;
    type Error = &'static str;
    async fn look(&self) -> common::Seen {
        self.looks.note("");
        let over = Instant::now() >= self.over;
        tokio::time::sleep(Duration::from_millis(50)).await;
        if over { finished() } else { trouble(None) }
    }
}

#[tokio::test(start_paused = true)]
async fn repeated_posts_and_lookups_draw_and_the_first_of_each_does_not() {
    let retries = RetryBudget::new(1, seconds(40));
    let submitter = Submitter::new(&retries).jitter(Jitter::none());
    assert!(retries.take(after(1)).await);
    let calls = vec![LOST, common::LOOKUP_FAILS, ABSENT, ABSENT, ABSENT, ABSENT, Post(Ok(7))];
    let (job, calls) = scripted(calls, None);
    submitter.submit(&job, after(480), &mut ()).await.unwrap().slot.finished();
    // The service's answers to the last four lookups bring their tokens back.
    assert_eq!(calls.all(), ["0 post", "2 find", "40 find", "48 find", "63 find", "70 find", "70 post"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_token_before_the_deadline_nothing_more_is_posted() {
    let retries = RetryBudget::new(1, seconds(1000));
    let submitter = Submitter::new(&retries).jitter(Jitter::none());
    let (job, calls) = scripted(vec![LATER, LATER], None);
    let error = submitter.submit(&job, after(60), &mut ()).await.unwrap_err();
    assert_eq!(error, kling_tasks::SubmitError::Unavailable(Some("1302")));
    assert_eq!(calls.all(), ["0 post", "1 post"]);
    let (source, asked) = script(vec![trouble(None)]);
    let waits = Waits::new(Schedule::default(), Jitter::none());
    assert!(waits.wait((), &source, after(60), &retries, &mut ()).await.is_ok());
    assert_eq!(asked.seconds(), [3.0]);
}

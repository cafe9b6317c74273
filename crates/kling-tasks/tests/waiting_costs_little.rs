//! Promise 9: waiting tasks cost little. A future that waits is a few hundred bytes, and nothing grows.

mod common;

use std::sync::Arc;

use common::{MockSource, active, exact, finished, plenty, scripted};
use kling_tasks::{Jitter, RetryBudget, Submitter, Waits};
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn futures_that_wait_are_small() {
    let (retries, waits, source): (_, Waits<u64, u32>, _) = (plenty(), exact(), MockSource::new());
    let mut observer = ();
    let wait = waits.wait(1, &source, Instant::now(), &retries, &mut observer);
    assert!(size_of_val(&wait) <= 1536, "a wait takes {} bytes", size_of_val(&wait));
    let (job, _) = scripted(vec![], None);
    let (submitter, mut observer) = (Submitter::new(&retries).jitter(Jitter::none()), ());
    let submit = submitter.submit(&job, Instant::now(), &mut observer);
    assert!(size_of_val(&submit) <= 2048, "a submission takes {} bytes", size_of_val(&submit));
}

/// Only tokio's timers are at work.
#[tokio::test(start_paused = true)]
async fn ten_thousand_tasks_wait_side_by_side() {
    struct Slow(Instant);
    #[async_trait::async_trait]
    impl kling_tasks::TaskSource for Slow {
        type Task = u32;
        type Error = &'static str;
        async fn look(&self) -> common::Seen {
            if self.0.elapsed() < common::seconds(60) { active() } else { finished() }
        }
    }
    let (waits, retries) = (Arc::new(Waits::default()), Arc::new(RetryBudget::default()));
    let (started, mut jobs) = (Instant::now(), tokio::task::JoinSet::new());
    for job in 0..10_000_u32 {
        let (waits, retries) = (waits.clone(), retries.clone());
        jobs.spawn(async move { waits.wait(job, &Slow(started), common::after(480), &retries, &mut ()).await });
    }
    tokio::time::sleep(common::seconds(30)).await;
    assert_eq!(waits.len(), 10_000);
    assert!(jobs.join_all().await.iter().all(|end| *end == Ok(kling_tasks::Waited::Finished(7))));
    assert!(waits.is_empty());
}

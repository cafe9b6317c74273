//! A print shop takes three jobs at once and loses every other answer. Ten jobs are printed, each exactly once.
//!
//! `cargo run -p kling-tasks --example print_shop`

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use kling_tasks::{
    Jitter, Lane, Observation, Phase, PollFailure, PostFailure, Progress, ProgressObserver, RetryBudget, Schedule,
    Submission, Submitter, TaskSource, Waited, Waits,
};
use tokio::time::Instant;

const PRESSES: usize = 3;
const PRINTING_TAKES: Duration = Duration::from_secs(40);

/// The shop's books: when each job was taken in.
#[derive(Default)]
struct Shop(Mutex<BTreeMap<String, Instant>>);

#[derive(Debug, thiserror::Error)]
enum ShopError {
    #[error("all presses are busy")]
    Busy,
    #[error("the line went dead")]
    Silence,
}

impl Shop {
    fn order(&self, id: &str) -> Result<(), ShopError> {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if books.values().filter(|since| since.elapsed() < PRINTING_TAKES).count() >= PRESSES {
            return Err(ShopError::Busy);
        }
        books.insert(id.to_owned(), Instant::now());
        if books.len().is_multiple_of(2) { Err(ShopError::Silence) } else { Ok(()) }
    }

    fn since(&self, id: &str) -> Option<Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }
}

/// One leaflet to be printed, under a number of our own.
struct Leaflet<'a> {
    shop: &'a Shop,
    id: String,
}

#[async_trait]
impl Submission for Leaflet<'_> {
    type Task = ();
    type Error = ShopError;

    async fn post(&self) -> Result<(), PostFailure<ShopError>> {
        self.shop.order(&self.id).map_err(|error| match error {
            ShopError::Busy => PostFailure::NoSlot { error, retry_after: None },
            ShopError::Silence => PostFailure::Unknown(error),
        })
    }

    async fn find(&self) -> Result<Option<()>, ShopError> {
        Ok(self.shop.since(&self.id).map(drop))
    }
}

#[async_trait]
impl TaskSource for Leaflet<'_> {
    type Task = ();
    type Error = ShopError;

    async fn look(&self) -> Result<Observation<()>, PollFailure<ShopError>> {
        let since = self.shop.since(&self.id).ok_or(PollFailure::Missing(ShopError::Silence))?;
        let (phase, word) =
            if since.elapsed() < PRINTING_TAKES { (Phase::Active, "printing") } else { (Phase::Finished, "printed") };
        Ok(Observation { phase, word: word.to_owned(), task: () })
    }
}

/// Says aloud what happens.
struct Aloud(String);

#[async_trait]
impl ProgressObserver for Aloud {
    async fn progress(&mut self, progress: Progress<'_>) {
        println!("{}: {progress:?}", self.0);
    }
}

// The clock is paused: it jumps ahead whenever everybody waits.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
    let (shop, opened) = (Arc::new(Shop::default()), Instant::now());
    let (lane, waits) = (Lane::new(Jitter::seeded(1)), Arc::new(Waits::new(Schedule::default(), Jitter::seeded(2))));
    let retries = Arc::new(RetryBudget::default());
    let mut jobs = tokio::task::JoinSet::new();
    for number in 1..=10 {
        let (shop, lane, waits, retries) = (shop.clone(), lane.clone(), waits.clone(), retries.clone());
        jobs.spawn(async move {
            let leaflet = Leaflet { shop: &shop, id: format!("leaflet {number}") };
            let mut aloud = Aloud(leaflet.id.clone());
            let deadline = Instant::now() + Duration::from_secs(480);
            let submitted = match Submitter::new(&retries).lane(lane, 1).submit(&leaflet, deadline, &mut aloud).await {
                Ok(submitted) => submitted,
                Err(error) => return println!("{}: {error}", leaflet.id),
            };
            match waits.wait(leaflet.id.clone(), &leaflet, deadline, &retries, &mut aloud).await {
                Ok(Waited::Finished(())) => submitted.slot.finished(),
                other => println!("{}: {other:?}", leaflet.id),
            }
        });
    }
    jobs.join_all().await;
    let printed = shop.0.lock().unwrap_or_else(PoisonError::into_inner).len();
    println!("{printed} leaflets printed in {} s", opened.elapsed().as_secs());
}

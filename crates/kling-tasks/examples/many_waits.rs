//! Waits for many jobs that do not end, for whoever watches memory and processor time of this process.
//!
//! Prints a line when it is ready, begins to wait when a line comes in, prints a line when all wait, and stays until its
//! input ends: `cargo run --release -p kling-tasks --example many_waits -- 10000`, then Enter, then Ctrl-D.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kling_tasks::{Observation, Phase, PollFailure, RetryBudget, TaskSource, Waits};
use tokio::time::Instant;

/// Longer than anybody watches.
const PATIENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// A job that goes on and on.
struct Endless;

#[async_trait]
impl TaskSource for Endless {
    type Task = u64;
    type Error = std::convert::Infallible;

    async fn look(&self) -> Result<Observation<u64>, PollFailure<Self::Error>> {
        Ok(Observation { phase: Phase::Active, word: "processing".to_owned(), task: 0 })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let jobs: u64 = std::env::args().nth(1).ok_or("how many?")?.parse()?;
    println!("ready");
    line().await?;
    let (waits, retries) = (Arc::new(Waits::default()), Arc::new(RetryBudget::default()));
    for job in 0..jobs {
        let (waits, retries) = (waits.clone(), retries.clone());
        let deadline = Instant::now() + PATIENCE;
        tokio::spawn(async move { waits.wait(job, &Endless, deadline, &retries, &mut ()).await });
    }
    println!("{jobs} jobs");
    line().await
}

async fn line() -> Result<(), Box<dyn Error>> {
    let read = || std::io::stdin().read_line(&mut String::new());
    tokio::task::spawn_blocking(read).await??;
    Ok(())
}

//! Submit once, wait well: for any API that takes a job and lets you ask for it.
//!
//! Two things, each over a trait that an API implements in a few lines:
//!
//! - [`submit_once`] over [`Submission`]: posts a job and, when the answer is lost, looks the job up instead of posting
//!   again.
//! - [`Waiter`] over [`TaskSource`]: asks for a job with growing, jittered pauses until it is finished or the deadline
//!   comes.
//!
//! Both run on tokio's clock, so tests pause it. Nothing here knows HTTP or any particular service.
//!
//! ```
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use kling_tasks::{Observation, Phase, PollFailure, Schedule, TaskSource, Waited, Waiter};
//!
//! /// A print queue that is done at the third look.
//! struct Printer(std::sync::atomic::AtomicU32);
//!
//! #[async_trait]
//! impl TaskSource for Printer {
//!     type Task = &'static str;
//!     type Error = std::io::Error;
//!
//!     async fn look(&self) -> Result<Observation<Self::Task>, PollFailure<Self::Error>> {
//!         let looks = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!         let phase = if looks == 2 { Phase::Finished } else { Phase::Active };
//!         Ok(Observation { phase, word: "printing".into(), task: "page 1" })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let waiter = Waiter::new(Schedule::default(), Duration::from_secs(60));
//! let waited = waiter.wait(&Printer(0.into()), &mut ()).await;
//! assert!(matches!(waited, Ok(Waited::Finished("page 1"))));
//! # }
//! ```

#![forbid(unsafe_code)]

mod progress;
mod schedule;
mod source;
mod submit;
mod waiter;

pub use progress::{Progress, ProgressObserver};
pub use schedule::Schedule;
pub use source::{Observation, Phase, PollFailure, TaskSource};
pub use submit::{LOOKUPS_AFTER_LOST_ANSWER, PostFailure, Submission, SubmitError, Submitted, submit_once};
pub use waiter::{MAX_FAILED_LOOKS, UNKNOWN_STATUS_PATIENCE, WaitError, Waited, Waiter};

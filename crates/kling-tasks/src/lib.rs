//! Submit once, wait well, share the service: for any API that takes a job and lets you ask for it.
//!
//! A job costs money and takes minutes; the network and the service fail in between. Four things keep it from being
//! paid for twice or lost, where needed over a trait that an API implements in a few lines:
//!
//! - [`Submitter`] over [`Submission`]: posts a job. When the answer is lost it looks the job up by the caller's own id,
//!   and posts again only once the job is definitely absent.
//! - [`Waits`] over [`TaskSource`]: asks for a job with growing, jittered pauses until it is finished or the deadline
//!   comes; once, however many callers wait for it.
//! - [`Ledger`]: remembers which request an id was used for, and which calls ended before their result was handed over,
//!   so that a repeated call carries on instead of paying again.
//! - [`Lane`]: how many jobs may run at once is learned from the service. Whoever has to wait for a slot stands in line.
//!
//! All retries of an account draw on one [`RetryBudget`], so that an outage meets a trickle. Whatever takes long tells a
//! [`ProgressObserver`] about it. The stages of a job and what leads from one to the next are drawn in
//! `docs/task-life.md` of the repository.
//!
//! Nothing here knows HTTP or any particular service.
//!
//! # Time and chance
//!
//! The clock is tokio's, and all deadlines are [`tokio::time::Instant`]s: a test that pauses the clock
//! (`#[tokio::test(start_paused = true)]`) runs hours in milliseconds, to the exact second. Jitter comes from a
//! [`Jitter`], which a test seeds or turns off. Nothing is spawned; there are no threads and no background tasks. Ten
//! thousand waiting jobs are ten thousand small futures on tokio's one timer wheel.
//!
//! # Waiting
//!
//! ```
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use kling_tasks::{Observation, Phase, PollFailure, RetryBudget, TaskSource, Waited, Waits};
//! use tokio::time::Instant;
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
//! let (waits, retries) = (Waits::default(), RetryBudget::default());
//! let deadline = Instant::now() + Duration::from_secs(60);
//! let waited = waits.wait("job 17", &Printer(0.into()), deadline, &retries, &mut ()).await;
//! assert!(matches!(waited, Ok(Waited::Finished("page 1"))));
//! # }
//! ```
//!
//! # Submitting
//!
//! ```
//! use std::sync::Mutex;
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use kling_tasks::{PostFailure, RetryBudget, Submission, Submitter};
//! use tokio::time::Instant;
//!
//! /// A print queue that takes the job in and then breaks the connection.
//! struct Leaflet<'a> {
//!     queue: &'a Mutex<Vec<&'static str>>,
//!     id: &'static str,
//! }
//!
//! #[async_trait]
//! impl Submission for Leaflet<'_> {
//!     type Task = &'static str;
//!     type Error = std::io::Error;
//!
//!     async fn post(&self) -> Result<Self::Task, PostFailure<Self::Error>> {
//!         self.queue.lock().unwrap().push(self.id);
//!         Err(PostFailure::Unknown(std::io::ErrorKind::ConnectionReset.into()))
//!     }
//!
//!     async fn find(&self) -> Result<Option<Self::Task>, Self::Error> {
//!         Ok(self.queue.lock().unwrap().iter().copied().find(|id| *id == self.id))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let (queue, retries) = (Mutex::default(), RetryBudget::default());
//! let leaflet = Leaflet { queue: &queue, id: "leaflet 17" };
//! let deadline = Instant::now() + Duration::from_secs(60);
//! let submitted = Submitter::new(&retries).submit(&leaflet, deadline, &mut ()).await.unwrap();
//! assert!(submitted.found);
//! assert_eq!(*queue.lock().unwrap(), ["leaflet 17"]);
//! # }
//! ```
//!
//! # Slots
//!
//! A submission that names a [`Lane`] holds a [`Slot`] from its post until the job has ended.
//!
//! ```
//! use std::sync::atomic::{AtomicU32, Ordering};
//! use std::time::Duration;
//! use async_trait::async_trait;
//! use kling_tasks::{Lanes, PostFailure, RetryBudget, Submission, Submitter};
//! use tokio::time::{Instant, sleep};
//!
//! /// The only press of the house.
//! struct Press(AtomicU32);
//!
//! #[async_trait]
//! impl Submission for Press {
//!     type Task = ();
//!     type Error = &'static str;
//!
//!     async fn post(&self) -> Result<(), PostFailure<&'static str>> {
//!         match self.0.swap(1, Ordering::Relaxed) {
//!             0 => Ok(()),
//!             _ => Err(PostFailure::NoSlot { error: "busy", retry_after: None }),
//!         }
//!     }
//!
//!     async fn find(&self) -> Result<Option<()>, &'static str> {
//!         Ok(None)
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() {
//! let (press, retries, lanes) = (Press(0.into()), RetryBudget::default(), Lanes::default());
//! let submitter = Submitter::new(&retries).lane(lanes.lane("printing"), 1);
//! let (started, deadline) = (Instant::now(), Instant::now() + Duration::from_secs(60));
//!
//! let first = submitter.submit(&press, deadline, &mut ()).await.unwrap();
//! let print = async {
//!     sleep(Duration::from_secs(10)).await;
//!     press.0.store(0, Ordering::Relaxed);
//!     first.slot.finished();
//! };
//! let mut observer = ();
//! let (second, ()) = tokio::join!(submitter.submit(&press, deadline, &mut observer), print);
//! assert!(second.is_ok());
//! assert_eq!(started.elapsed().as_secs(), 10);
//! # }
//! ```
//!
//! A whole print shop is in `examples/print_shop.rs`.

#![forbid(unsafe_code)]

mod ask;
mod budget;
mod jitter;
mod ledger;
mod life;
mod progress;
mod schedule;
mod slots;
mod submit;
mod wait;

pub use ask::{AskError, MAX_QUESTIONS, ask};
pub use budget::RetryBudget;
pub use jitter::Jitter;
pub use ledger::{ADOPTABLE_FOR, Claim, ClaimError, Earlier, Fingerprint, Ledger};
pub use progress::{Progress, ProgressObserver, REPORT_EVERY};
pub use schedule::{LONGEST_RETRY_AFTER, Schedule};
pub use slots::{Lane, Lanes, Slot};
pub use submit::{
    ABSENCE_LOOKUPS, ABSENCE_TAKES, CheckFailure, POST_NEEDS, PostFailure, SUBMIT_PATIENCE, Submission, SubmitError,
    Submitted, Submitter,
};
pub use wait::{
    MAX_MISSING_LOOKS, Observation, Phase, PollFailure, TaskSource, UNKNOWN_STATUS_PATIENCE, WaitError, Waited, Waits,
};

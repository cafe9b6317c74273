//! Submit once, wait well: for any API that takes a job and lets you ask for it.

#![forbid(unsafe_code)]

mod ask;
mod budget;
mod jitter;
mod life;
mod progress;
mod schedule;
mod slots;
mod submit;
mod wait;

pub use ask::{MAX_QUESTIONS, ask};
pub use budget::RetryBudget;
pub use jitter::Jitter;
pub use progress::{Progress, ProgressObserver, REPORT_EVERY};
pub use schedule::{LONGEST_RETRY_AFTER, Schedule};
pub use slots::{Lane, Lanes, Slot};
pub use submit::{ABSENCE_TAKES, PostFailure, SUBMIT_PATIENCE, Submission, SubmitError, Submitted, Submitter};
pub use wait::{
    MAX_MISSING_LOOKS, Observation, Phase, PollFailure, TaskSource, UNKNOWN_STATUS_PATIENCE, WaitError, Waited, Waits,
};

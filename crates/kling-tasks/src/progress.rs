//! What happens while submitting and waiting, for those who want to tell it.

use std::pin::pin;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until, timeout_at};

/// An observer hears something at least this often.
pub const REPORT_EVERY: Duration = Duration::from_secs(30);

/// Something worth telling. `elapsed` counts from the start of the call that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// All slots are taken and the job waits in line: told when it begins and every [`REPORT_EVERY`].
    WaitingForSlot {
        /// Jobs of this process that are before it in line.
        ahead: usize,
        /// Time waited so far.
        elapsed: Duration,
    },
    /// The job was refused again and again while no other job of this process ran: it may want more slots than the
    /// account has. It goes on trying, and smaller jobs pass. Told when that shows and every [`REPORT_EVERY`].
    Oversized {
        /// Time waited so far.
        elapsed: Duration,
    },
    /// The post has been going on for a long time: told every [`REPORT_EVERY`].
    Posting {
        /// Time waited so far.
        elapsed: Duration,
    },
    /// A post created nothing and will be repeated: told when it happens and every [`REPORT_EVERY`].
    PostFailed {
        /// How many posts in a row have failed in this way.
        in_a_row: u32,
        /// Time waited so far.
        elapsed: Duration,
    },
    /// What became of the post is unknown, or the service says that the job is there already; it is looked up by the
    /// caller's own id. Told when it begins and every [`REPORT_EVERY`].
    LookingUp {
        /// Time waited so far.
        elapsed: Duration,
    },
    /// The service's word for the status is another than before, or the first.
    StatusChanged {
        /// The new word.
        word: &'a str,
        /// Time waited so far.
        elapsed: Duration,
    },
    /// Nothing changed for [`REPORT_EVERY`].
    StillWaiting {
        /// The last word, if one was seen.
        word: Option<&'a str>,
        /// Time waited so far.
        elapsed: Duration,
    },
    /// A look failed and will be repeated.
    LookFailed {
        /// How many looks in a row have failed.
        in_a_row: u32,
        /// Time waited so far.
        elapsed: Duration,
    },
}

/// Hears of progress. `()` hears nothing.
#[async_trait]
pub trait ProgressObserver: Send {
    /// Called between steps; the work goes on when it returns, or at the deadline.
    async fn progress(&mut self, progress: Progress<'_>);
}

#[async_trait]
impl ProgressObserver for () {
    async fn progress(&mut self, _: Progress<'_>) {}
}

/// Tells an observer what happens, and that nothing happens.
pub(crate) struct Teller<'a> {
    observer: &'a mut dyn ProgressObserver,
    started: Instant,
    deadline: Instant,
    report_at: Instant,
}

impl<'a> Teller<'a> {
    /// Begins to count. An observer that does not return is left at the deadline.
    pub(crate) fn new(observer: &'a mut dyn ProgressObserver, deadline: Instant) -> Self {
        let started = Instant::now();
        Self { observer, started, deadline, report_at: started + REPORT_EVERY }
    }

    /// Tells it now; the next report is due a full interval later.
    pub(crate) async fn tell<'w>(&mut self, what: impl FnOnce(Duration) -> Progress<'w>) {
        self.report_at = Instant::now() + REPORT_EVERY;
        let progress = what(self.started.elapsed());
        // Whoever does not listen in time misses it.
        let _ = timeout_at(self.deadline, self.observer.progress(progress)).await;
    }

    /// Runs `step` and tells every so often that it is still running.
    pub(crate) async fn during<'w, R>(
        &mut self,
        step: impl Future<Output = R>,
        what: impl Fn(Duration) -> Progress<'w>,
    ) -> R {
        let mut step = pin!(step);
        loop {
            tokio::select! {
                biased;
                result = &mut step => return result,
                () = sleep_until(self.report_at) => self.tell(&what).await,
            }
        }
    }
}

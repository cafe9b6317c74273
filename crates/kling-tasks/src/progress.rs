//! What happens while waiting, for those who want to tell it.

use std::time::Duration;

use async_trait::async_trait;

/// Something worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The service's word for the status is another than before, or the first.
    StatusChanged {
        /// The new word.
        word: &'a str,
        /// Time waited so far.
        elapsed: Duration,
    },
    /// Nothing changed for [`Waiter::REPORT_EVERY`](crate::Waiter::REPORT_EVERY).
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
    /// Called between looks; the wait goes on when it returns.
    async fn progress(&mut self, progress: Progress<'_>);
}

#[async_trait]
impl ProgressObserver for () {
    async fn progress(&mut self, _: Progress<'_>) {}
}

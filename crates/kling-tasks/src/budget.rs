//! How many retries an account may make: few, however many jobs want one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex as Turn, Notify};
use tokio::time::{Instant, sleep_until, timeout_at};

/// A token bucket that all retries of an account draw on: repeated posts, lookups and looks. First attempts never draw.
///
/// With the bucket empty a retry waits for its turn, first come, first served, until its deadline. So an outage meets a
/// trickle of retries, whether one job waits or a thousand. Each answer that comes puts one token back: when the
/// service returns, the waiting retries follow as fast as it answers.
///
/// Waiting costs the same however long the queue is: only its head holds a timer for the next token.
#[derive(Debug)]
pub struct RetryBudget {
    every: Duration,
    depth: Duration,
    /// The bucket as one instant: when it will be full. A token is `every` of the time until then.
    full_at: Mutex<Instant>,
    /// Held by the head of the queue. Tokio's mutex serves in the order of asking.
    turn: Turn<()>,
    put_back: Notify,
}

impl Default for RetryBudget {
    /// 30 retries at once, then two a second.
    fn default() -> Self {
        Self::new(30, Duration::from_millis(500))
    }
}

impl RetryBudget {
    /// A full bucket of `burst` tokens (at least one) that gains a token `every` so often.
    pub fn new(burst: u32, every: Duration) -> Self {
        Self {
            every,
            depth: every.saturating_mul(burst.max(1)),
            full_at: Mutex::new(Instant::now()),
            turn: Turn::new(()),
            put_back: Notify::new(),
        }
    }

    /// Takes a token, waiting for it if need be; false when none came before the deadline. Dropping the future gives
    /// up the place in the queue and takes nothing.
    pub async fn take(&self, deadline: Instant) -> bool {
        let taken = async {
            let _turn = self.turn.lock().await;
            while let Err(next) = self.try_take() {
                tokio::select! {
                    () = sleep_until(next) => {}
                    () = self.put_back.notified() => {}
                }
            }
        };
        timeout_at(deadline, taken).await.is_ok()
    }

    /// The service answered: a token comes back, up to the burst.
    pub fn succeeded(&self) {
        let mut full_at = self.full_at();
        let now = Instant::now();
        if *full_at > now {
            *full_at = full_at.checked_sub(self.every).map_or(now, |earlier| earlier.max(now));
            self.put_back.notify_one();
        }
    }

    /// Takes a token that is there, or says when the next one will be.
    fn try_take(&self) -> Result<(), Instant> {
        let mut full_at = self.full_at();
        let now = Instant::now();
        let after = (*full_at).max(now) + self.every;
        if after <= now + self.depth {
            *full_at = after;
            return Ok(());
        }
        Err(after.checked_sub(self.depth).unwrap_or(now))
    }

    fn full_at(&self) -> std::sync::MutexGuard<'_, Instant> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

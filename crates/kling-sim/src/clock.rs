use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// Turns tokio's clock, which a test can pause, into the Unix times of answers.
#[derive(Debug)]
pub(crate) struct Clock {
    origin: Instant,
    origin_unix_ms: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { origin: Instant::now(), origin_unix_ms: millis(since_epoch) }
    }

    pub(crate) fn origin(&self) -> Instant {
        self.origin
    }

    pub(crate) fn unix_ms(&self, at: Instant) -> u64 {
        self.origin_unix_ms.saturating_add(millis(at.saturating_duration_since(self.origin)))
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! The instants that a deadline implies.

use std::time::Duration;

use tokio::time::Instant;

use super::POST_NEEDS;

/// A last lookup begins this long before the deadline, so that its answer can still arrive.
const LOOKUP_ROOM: Duration = Duration::from_secs(5);

/// A short submission keeps this part of itself for its last lookup.
const SHARE: u32 = 4;

/// By when a submission does what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// No post begins from here on.
    pub(super) last_post: Instant,
    /// The last lookup begins now, and a post that has not been answered is cut off.
    pub(super) last_lookup: Instant,
    pub(super) deadline: Instant,
}

impl Times {
    pub(super) fn until(deadline: Instant) -> Self {
        let now = Instant::now();
        let share = deadline.saturating_duration_since(now) / SHARE;
        let last_lookup = deadline.checked_sub(LOOKUP_ROOM.min(share)).unwrap_or(now);
        let last_post = deadline.checked_sub(POST_NEEDS).unwrap_or(now);
        Self { last_post, last_lookup, deadline }
    }
}

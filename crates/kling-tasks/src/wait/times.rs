//! The instants that a deadline implies.

use std::time::Duration;

use tokio::time::Instant;

/// A look begins this long before the deadline at the latest, so that its answer can still arrive.
const LOOK_ROOM: Duration = Duration::from_secs(2);

/// A short wait keeps this part of itself for its only look.
const SHARE: u32 = 4;

/// The last moment at which a wait that begins now starts a look.
pub(super) fn last_look(deadline: Instant) -> Instant {
    let now = Instant::now();
    let room = LOOK_ROOM.min(deadline.saturating_duration_since(now) / SHARE);
    deadline.checked_sub(room).unwrap_or(now)
}

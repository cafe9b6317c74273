//! What the host and the machine do to a call, as a seed draws it.

use std::fmt;
use std::time::Duration;

use kling_sim::FaultPlan;

/// What happens around a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    /// It is made once.
    Once,
    /// Dify's "Retry on Failure": after an error it is made again, as a new call of the same process.
    Retried { times: u8, pause: Duration },
    /// The process is killed in the middle of it. A call with an id of the user's own is then made again in another one.
    Killed(Kill),
    /// Another process gets the same call, under the same session id.
    DeliveredTwice { apart: Duration },
}

/// When a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kill {
    /// After so much time.
    After(Duration),
    /// When so many messages were read from it: between any two steps.
    AtMessage(usize),
}

impl Story {
    pub(crate) fn drawn(seed: u64) -> Self {
        let mut state = seed ^ 0x5851_F42D_4C95_7F2D;
        let mut draw = |choices: u64| {
            // SplitMix64.
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (mixed ^ (mixed >> 31)) % choices
        };
        match draw(20) {
            0..=6 => Self::Once,
            7..=12 => {
                Self::Retried { times: u8::try_from(1 + draw(3)).unwrap(), pause: Duration::from_millis(draw(10_000)) }
            }
            13..=16 => Self::Killed(match draw(3) {
                0 => Kill::AtMessage(usize::try_from(1 + draw(10)).unwrap()),
                1 => Kill::After(Duration::from_millis(draw(8_000))),
                _ => Kill::After(Duration::from_millis(draw(150_000))),
            }),
            _ => Self::DeliveredTwice { apart: Duration::from_millis(draw(70_000)) },
        }
    }

    /// The faults of a seed. Two processes that know nothing of each other rely on the service to know an id at once:
    /// nothing but a common memory could replace that.
    pub(crate) fn plan(self, seed: u64) -> FaultPlan {
        let plan = FaultPlan::seeded(seed);
        match self {
            Self::DeliveredTwice { .. } => plan.with_lags(false),
            Self::Once | Self::Retried { .. } | Self::Killed(_) => plan,
        }
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once => f.write_str("made once"),
            Self::Retried { times, pause } => write!(f, "made up to {times} times again, {pause:?} after an error"),
            Self::Killed(Kill::After(time)) => write!(f, "killed after {time:?}"),
            Self::Killed(Kill::AtMessage(count)) => write!(f, "killed at message {count}"),
            Self::DeliveredTwice { apart } => write!(f, "delivered to a second process {apart:?} later"),
        }
    }
}

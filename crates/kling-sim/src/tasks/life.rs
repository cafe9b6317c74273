use std::fmt;
use std::time::Duration;

use crate::SimOptions;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskStatus {
    /// Accepted, waiting.
    Submitted,
    /// Being made.
    Processing,
    /// Done, with results.
    Succeed,
    /// Ended without results.
    Failed,
}

impl TaskStatus {
    /// The word of the `/v1` answers: `submitted`, `processing`, `succeed` or `failed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Processing => "processing",
            Self::Succeed => "succeed",
            Self::Failed => "failed",
        }
    }

    /// Whether the task will change no more; until then it holds a slot.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Succeed | Self::Failed)
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How long a task takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// From the create answer to the start of work.
    pub(crate) queued: Duration,
    /// From the create answer to the end.
    pub(crate) total: Duration,
}

impl Pace {
    const QUEUED: Duration = Duration::from_secs(2);
    const WORKING: Duration = Duration::from_secs(40);

    /// Life divided by `speed`; `None` when that is no sensible number.
    pub(crate) fn at_speed(speed: f64) -> Option<Self> {
        let sensible = (SimOptions::SLOWEST..=SimOptions::FASTEST).contains(&speed);
        sensible
            .then(|| Self { queued: Self::QUEUED.div_f64(speed), total: (Self::QUEUED + Self::WORKING).div_f64(speed) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_divides_every_phase() {
        let pace = Pace::at_speed(20.0).unwrap();
        assert_eq!(pace.queued, Duration::from_millis(100));
        assert_eq!(pace.total, Duration::from_millis(2100));
    }

    #[test]
    fn senseless_speeds_have_no_pace() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9, 1e9] {
            assert!(Pace::at_speed(speed).is_none(), "{speed}");
        }
    }
}

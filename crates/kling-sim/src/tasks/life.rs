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

    /// The word of the answers of the surface with the model in the path: `succeeded` in place of `succeed`.
    pub(crate) const fn path_word(self) -> &'static str {
        match self {
            Self::Succeed => "succeeded",
            other => other.as_str(),
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
    /// The same with a longer end; two hundred years are taken for ever.
    pub(crate) fn stuck_for(self, time: Duration) -> Self {
        const FOR_EVER: Duration = Duration::from_secs(200 * 365 * 24 * 60 * 60);
        Self { total: self.total + time.min(FOR_EVER), ..self }
    }
}

/// How many times faster than life tasks run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed(f64);

impl Speed {
    const QUEUED: Duration = Duration::from_secs(2);

    /// `None` for what is no sensible number.
    pub(crate) fn new(speed: f64) -> Option<Self> {
        (SimOptions::SLOWEST..=SimOptions::FASTEST).contains(&speed).then_some(Self(speed))
    }

    /// The pace of a task that takes `total` in life.
    pub(crate) fn pace(self, total: Duration) -> Pace {
        Pace { queued: Self::QUEUED.div_f64(self.0), total: total.div_f64(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_divides_every_phase() {
        let pace = Speed::new(20.0).unwrap().pace(Duration::from_secs(42));
        assert_eq!(pace.queued, Duration::from_millis(100));
        assert_eq!(pace.total, Duration::from_millis(2100));
    }

    #[test]
    fn senseless_speeds_are_none() {
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-9, 1e9] {
            assert!(Speed::new(speed).is_none(), "{speed}");
        }
    }
}

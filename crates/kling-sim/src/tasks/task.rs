use std::time::Duration;

use tokio::time::Instant;

use super::life::{Pace, TaskStatus};
use super::product::{Product, Results};
use crate::faults::Misfortune;
use crate::prices::Units;

/// A prompt with this word makes a task that fails.
const FAIL_MARK: &str = "[fail]";
/// The reason Kling gives when its review refuses what was made (documentation of September 2026).
const RISK_CONTROL: &str = "Failure to pass the risk control system";

/// A task that has been checked and not yet accepted.
#[derive(Debug, Clone)]
pub(crate) struct NewTask {
    /// The create path.
    pub(crate) path: &'static str,
    /// The model as it was called; empty where there is none.
    pub(crate) model: String,
    /// The caller's own id, never empty.
    pub(crate) external_id: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) watermark: bool,
    pub(crate) product: Product,
    /// What it costs if it succeeds.
    pub(crate) price: Units,
}

/// How a task will end, settled at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    /// With the reason Kling gives.
    Failure(&'static str),
}

impl Outcome {
    /// What becomes of these words.
    pub(crate) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let fails = texts.into_iter().any(|text| text.contains(FAIL_MARK));
        if fails { Self::Failure(RISK_CONTROL) } else { Self::Success }
    }
}

/// A task of the account.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) order: NewTask,
    pub(crate) born: Instant,
    pub(crate) pace: Pace,
    /// What it delivers when it succeeds.
    pub(crate) results: Results,
    /// Whether the element it made was deleted since.
    pub(crate) deleted: bool,
    /// When which part of the service does not know it.
    pub(crate) unknown: Unknown,
    /// A reason to fail that is not in its order.
    pub(crate) failure: Option<String>,
}

/// A part of the service that knows of tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Queries,
    Lists,
    /// The check for duplicate custom ids.
    Duplicates,
}

/// The times during which the parts of the service do not know a task.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unknown {
    queries: Option<Gap>,
    lists: Option<Gap>,
    duplicates: Option<Gap>,
}

#[derive(Debug, Clone, Copy)]
struct Gap {
    from: Instant,
    /// `None` is for good.
    until: Option<Instant>,
}

impl Gap {
    fn lasting(from: Instant, time: Duration) -> Self {
        Self { from, until: from.checked_add(time) }
    }
}

impl Unknown {
    pub(crate) fn of(misfortune: Option<Misfortune>, born: Instant) -> Self {
        let hidden = |gap| Self { queries: Some(gap), lists: Some(gap), duplicates: None };
        match misfortune {
            Some(Misfortune::HiddenFor(time)) => hidden(Gap::lasting(born, time)),
            Some(Misfortune::Vanishes { after, lasting }) => {
                born.checked_add(after).map_or_else(Self::default, |from| {
                    hidden(Gap { from, until: lasting.and_then(|time| from.checked_add(time)) })
                })
            }
            Some(Misfortune::Lagging { queries, lists, duplicates }) => {
                let gap = |time| Some(Gap::lasting(born, time));
                Self { queries: gap(queries), lists: gap(lists), duplicates: gap(duplicates) }
            }
            Some(Misfortune::StuckFor(_) | Misfortune::FailsQuoting) | None => Self::default(),
        }
    }
}

impl Task {
    /// Whether a part of the service knows it.
    pub(crate) fn is_known_to(&self, part: Part, now: Instant) -> bool {
        let gap = match part {
            Part::Queries => self.unknown.queries,
            Part::Lists => self.unknown.lists,
            Part::Duplicates => self.unknown.duplicates,
        };
        gap.is_none_or(|gap| now < gap.from || gap.until.is_some_and(|until| now >= until))
    }

    pub(crate) fn status(&self, now: Instant) -> TaskStatus {
        let age = now.saturating_duration_since(self.born);
        if age < self.pace.queued {
            TaskStatus::Submitted
        } else if age < self.pace.total {
            TaskStatus::Processing
        } else {
            match self.order.outcome {
                Outcome::Success if self.failure.is_none() => TaskStatus::Succeed,
                Outcome::Success | Outcome::Failure(_) => TaskStatus::Failed,
            }
        }
    }

    /// The reason of a failure; empty until then and otherwise.
    pub(crate) fn reason(&self, now: Instant) -> &str {
        match (self.status(now), &self.failure, self.order.outcome) {
            (TaskStatus::Failed, Some(reason), _) => reason,
            (TaskStatus::Failed, None, Outcome::Failure(reason)) => reason,
            _ => "",
        }
    }

    /// When it reached the status it has now.
    pub(crate) fn updated(&self, now: Instant) -> Instant {
        match self.status(now) {
            TaskStatus::Submitted => self.born,
            TaskStatus::Processing => self.born + self.pace.queued,
            TaskStatus::Succeed | TaskStatus::Failed => self.born + self.pace.total,
        }
    }

    /// For how long it held its slots between two instants, times their number.
    pub(crate) fn slot_time(&self, from: Instant, to: Instant) -> Duration {
        let end = self.born.checked_add(self.pace.total).map_or(to, |end| end.min(to));
        let slots = self.order.product.pack().map_or(0, |_| self.order.product.count());
        end.saturating_duration_since(self.born.max(from)).saturating_mul(slots)
    }

    /// What it has cost so far: nothing until it has succeeded.
    pub(crate) fn cost(&self, now: Instant) -> Units {
        match self.status(now) {
            TaskStatus::Succeed => self.order.price,
            TaskStatus::Submitted | TaskStatus::Processing | TaskStatus::Failed => Units::ZERO,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_in_any_text_makes_the_task_fail() {
        assert_eq!(Outcome::of(["one", "two [fail]"]), Outcome::Failure(RISK_CONTROL));
        assert_eq!(Outcome::of(["one", "two fail"]), Outcome::Success);
    }
}

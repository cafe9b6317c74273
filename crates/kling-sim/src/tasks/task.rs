use tokio::time::Instant;

use super::life::{Pace, TaskStatus};
use crate::prices::Units;

/// A task that has been checked and not yet accepted.
#[derive(Debug, Clone)]
pub(crate) struct NewTask {
    /// The create path.
    pub(crate) path: &'static str,
    pub(crate) model: String,
    /// The caller's own id, never empty.
    pub(crate) external_id: Option<String>,
    pub(crate) outcome: Outcome,
    /// Length of the video ordered.
    pub(crate) seconds: u32,
    pub(crate) watermark: bool,
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

/// A task of the account.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) id: u64,
    pub(crate) order: NewTask,
    pub(crate) born: Instant,
    pub(crate) pace: Pace,
    /// What it delivers when it succeeds.
    pub(crate) video: VideoResult,
}

/// One entry of `task_result.videos`.
#[derive(Debug, Clone)]
pub(crate) struct VideoResult {
    pub(crate) id: String,
    pub(crate) url: String,
    /// Empty without a watermark.
    pub(crate) watermark_url: String,
    /// Seconds, as a decimal string.
    pub(crate) duration: String,
}

impl Task {
    pub(crate) fn status(&self, now: Instant) -> TaskStatus {
        let age = now.saturating_duration_since(self.born);
        if age < self.pace.queued {
            TaskStatus::Submitted
        } else if age < self.pace.total {
            TaskStatus::Processing
        } else {
            match self.order.outcome {
                Outcome::Success => TaskStatus::Succeed,
                Outcome::Failure(_) => TaskStatus::Failed,
            }
        }
    }

    /// When it reached the status it has now.
    pub(crate) fn updated(&self, now: Instant) -> Instant {
        match self.status(now) {
            TaskStatus::Submitted => self.born,
            TaskStatus::Processing => self.born + self.pace.queued,
            TaskStatus::Succeed | TaskStatus::Failed => self.ends(),
        }
    }

    pub(crate) fn ends(&self) -> Instant {
        self.born + self.pace.total
    }

    /// What it has cost so far: nothing until it has succeeded.
    pub(crate) fn cost(&self, now: Instant) -> Units {
        match self.status(now) {
            TaskStatus::Succeed => self.order.price,
            TaskStatus::Submitted | TaskStatus::Processing | TaskStatus::Failed => Units::ZERO,
        }
    }
}

/// A task as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskView {
    /// The task id: 18 digits.
    pub id: String,
    /// The caller's own id, if one was given.
    pub external_task_id: Option<String>,
    /// The create path, e.g. `/v1/videos/text2video`.
    pub path: String,
    /// Where it stands now.
    pub status: TaskStatus,
    /// The model that makes it.
    pub model_name: String,
    /// When it was accepted, Unix milliseconds.
    pub created_at: u64,
    /// What it cost, in units of the resource pack; `0` until it has succeeded.
    pub deduction: String,
}

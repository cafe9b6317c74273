use tokio::time::Instant;

use super::life::TaskStatus;
use super::product::{Grouping, Product};
use super::task::Task;
use crate::clock::Clock;

/// The form of the API a task was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Surface {
    /// `/v1`: the model stands in the body.
    Legacy,
    /// The model is the last segment of the path (since 2026-06-17).
    Path,
}

impl Surface {
    pub(crate) fn of(path: &str) -> Self {
        if path.starts_with("/v1/") { Self::Legacy } else { Self::Path }
    }
}

/// What a task makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskKind {
    /// One video.
    Video,
    /// Images that have nothing to do with each other.
    Images,
    /// Images that belong together.
    Series,
    /// One element.
    Element,
}

/// A task as a test sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskView {
    /// The task id: 18 digits.
    pub id: String,
    /// The caller's own id, if one was given.
    pub external_task_id: Option<String>,
    /// The create path, e.g. `/v1/videos/text2video` or `/text-to-video/kling-3.0`.
    pub path: String,
    /// The form of the API it was made with.
    pub surface: Surface,
    /// What it makes.
    pub kind: TaskKind,
    /// How many results it delivers when it succeeds; as many slots does a video or image task hold until it ends.
    pub n: u32,
    /// The length of the video ordered, in seconds.
    pub seconds: Option<u32>,
    /// Whether a watermarked copy was asked for.
    pub watermark: bool,
    /// Where it stands now.
    pub status: TaskStatus,
    /// The model that makes it, as the request called it; empty for elements, which name none.
    pub model_name: String,
    /// When it was accepted, Unix milliseconds.
    pub created_at: u64,
    /// What it cost, in units of the resource pack; `0` until it has succeeded.
    pub deduction: String,
}

impl TaskView {
    pub(crate) fn new(task: &Task, now: Instant, clock: &Clock) -> Self {
        let order = &task.order;
        let (kind, seconds) = match &order.product {
            Product::Video { seconds } => (TaskKind::Video, Some(*seconds)),
            Product::Images { grouping: Grouping::Series, .. } => (TaskKind::Series, None),
            Product::Images { .. } => (TaskKind::Images, None),
            Product::Element(_) => (TaskKind::Element, None),
        };
        Self {
            id: task.id.to_string(),
            external_task_id: order.external_id.clone(),
            path: order.path.to_owned(),
            surface: Surface::of(order.path),
            kind,
            n: order.product.count(),
            seconds,
            watermark: order.watermark,
            status: task.status(now),
            model_name: order.model.clone(),
            created_at: clock.unix_ms(task.born),
            deduction: task.cost(now).to_string(),
        }
    }
}

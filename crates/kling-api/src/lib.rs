//! Kling AI's HTTP API as data: request and answer types, error codes, model names, task handles.
//!
//! Nothing in this crate does I/O, waits or reads a clock. Reading is tolerant (Kling's answers drift: ids arrive as
//! numbers or strings, `succeed` is sometimes `succeeded`, `request_id` may be missing, fields appear); writing is
//! exact. What is not known here is kept, not dropped.
//!
//! ```
//! use kling_api::{Envelope, Task, TaskStatus};
//!
//! let answer = br#"{"code":0,"data":{"task_id":840000000000000001,"task_status":"succeeded"}}"#;
//! let envelope: Envelope<Task> = Envelope::from_slice(answer)?;
//! let task = envelope.data.expect("code 0 carries data");
//! assert_eq!(task.task_id.as_str(), "840000000000000001");
//! assert_eq!(task.task_status, TaskStatus::Succeed);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Sources
//!
//! Facts come from the vendor's public documentation: the English export of 2026-09-20, the Chinese pages of early
//! October 2026 and the legacy pages of 2026-03-27, with live measurements of 2026-07-30 to 2026-09-28 where an item
//! says so. The newest stored copy is of about 2026-10-07.

#![forbid(unsafe_code)]

mod account;
mod envelope;
mod error_code;
mod handle;
mod id;
mod lenient;
mod model;
mod path;
mod region;
mod rules;
mod task;
mod text2video;

pub use account::{AccountCosts, ResourcePack};
pub use envelope::{Envelope, OneOrMany};
pub use error_code::{ERROR_CODES, ErrorCode, Meaning, RetryClass};
pub use handle::{Handle, HandleError};
pub use id::Id;
pub use model::{DEFAULT_TEXT2VIDEO_MODEL, Retirement, VIDEO_MODELS, VideoModel};
pub use path::{PathError, Surface, TaskPath};
pub use region::{Region, UnknownRegion};
pub use rules::{
    Checked, MAX_NEGATIVE_PROMPT_CHARS, MAX_PROMPT_CHARS, MAX_SHOT_CHARS, MAX_SHOTS, MAX_VOICES, Problem, Violation,
};
pub use task::{RESULT_LIFETIME_DAYS, Task, TaskInfo, TaskResult, TaskStatus, Video};
pub use text2video::{Shot, Text2VideoRequest, Voice, WatermarkInfo};

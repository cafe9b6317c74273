//! Tasks: how they are accepted, how they age, how they are found again.

mod life;
mod store;
mod task;

pub(crate) use life::Pace;
pub(crate) use store::TaskStore;
pub(crate) use task::{NewTask, Outcome, Task};

pub use life::TaskStatus;
pub use task::TaskView;

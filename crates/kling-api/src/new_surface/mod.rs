//! The "path" API, since 2026-06-17: the model stands in the path, pictures and videos in `contents`, everything else
//! in `settings` and `options`.

mod convert;
mod endpoint;
mod output;
mod query;
mod request;
mod task;

pub use endpoint::{MultiShot, PATH_ENDPOINTS, PathEndpoint};
pub use output::{Billing, Output, PathElement, PathImage};
pub use query::{NEW_TASKS_PATH, NewTasks, NewTasksPage, TaskFilter};
pub use request::{Content, PathBody, PathOptions, PathRequest, PathSettings};
pub use task::{PathTask, PathTaskPage};

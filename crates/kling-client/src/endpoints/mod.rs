//! One file per endpoint family.

mod account;
mod elements;
mod image2video;
mod image_generations;
mod omni_image;
mod omni_video;
mod path_tasks;
mod task_lists;
mod tasks;
mod text2video;

pub use task_lists::{TaskListFilter, TaskListPage, TaskListPosition};
pub use tasks::{ListPage, Sought};

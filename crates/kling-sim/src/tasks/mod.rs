//! Tasks: how they are accepted, how they age, what they deliver, how they are found again.

mod deliver;
mod element;
mod life;
mod product;
mod store;
mod task;
mod view;

pub(crate) use element::{ElementKind, ElementOrder, ElementResult};
pub(crate) use life::Speed;
pub(crate) use product::{Grouping, ImageResult, Product, Results};
pub(crate) use store::{Slots, TaskStore};
pub(crate) use task::{NewTask, Outcome, Task};

pub use life::TaskStatus;
pub use view::{Surface, TaskKind, TaskView};

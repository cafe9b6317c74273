//! What Kling takes, and whether a file is that.

pub mod limits;
mod misfit;
mod verdict;

pub use limits::{Limits, Medium, Ratio, Shape};
pub use misfit::Misfit;

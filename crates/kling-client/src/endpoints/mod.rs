//! One file per endpoint family.

mod account;
mod tasks;
mod text2video;

pub use tasks::ListPage;

//! Slots: how many jobs of an account run at once, learned from what the service says.

mod gate;
mod lanes;
mod limit;
mod pace;
mod place;

pub use lanes::{Lane, Lanes};
pub use place::Slot;

pub(crate) use place::Place;

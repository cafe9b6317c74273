//! Agents get their video: what each of Dify's callers is sent, and whole turns with a model that knows nothing but what
//! the tools tell it.
//!
//! Time is paused: waiting takes none, and the simulator ages its tasks by the same clock.

mod callers;
mod dify;
mod model;
mod support;
mod tools;
mod turns;

//! The whole adapter, from Dify's request to its last message, with a simulated Kling behind it: one file a behaviour.
//!
//! Time is paused: waiting takes none, and the simulator ages its tasks by the same clock.

mod bad_input;
mod credentials;
mod download_trouble;
mod failed_tasks;
mod paid_once;
mod support;
mod video_comes_back;
mod waits_end;

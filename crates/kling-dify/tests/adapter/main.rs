//! The whole adapter, from Dify's request to its last message, with a simulated Kling behind it: one file a behaviour.
//!
//! Time is paused: waiting takes none, and the simulator ages its tasks by the same clock.

mod bad_input;
mod calls_made_again;
mod credentials;
mod download_trouble;
mod every_tool;
mod failed_tasks;
mod large_parameters;
mod library_and_account;
mod links_in;
mod paid_once;
mod pictures_in;
mod requests;
mod support;
mod surfaces;
mod task_list;
mod typed_inputs;
mod video_comes_back;
mod waits_end;

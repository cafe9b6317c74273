//! Kling AIGC for Dify: tool parameters in, messages out.
//!
//! The way of a request is straight: parameters are read leniently, become a checked request of `kling-api`, are
//! submitted once and waited for by `kling-tasks`, and come back as messages of `dify-plugin`. Each tool is a module of
//! `tools`; what they share lives beside it, once.

#![forbid(unsafe_code)]

mod account;
mod answer;
mod caller;
mod credentials;
pub mod declaration;
mod echo;
mod environment;
mod failure;
mod find;
#[doc(hidden)]
pub mod fuzz;
mod input_memory;
mod intent;
mod kind;
mod kling_task;
mod language;
mod links;
mod opening;
mod order;
mod parameters;
mod progress;
mod reading;
mod run;
mod settings;
mod short_forms;
mod task_list;
mod texts;
mod tools;
mod wait;
mod wish;

use std::sync::Arc;

use dify_plugin::{BuildError, Plugin};

pub use environment::{ALLOW_LOOPBACK, Environment};

/// The provider's name in Dify, part of every saved workflow.
pub const PROVIDER: &str = "kling_aigc";

/// The plugin with all its tools.
///
/// # Errors
/// When two tools have one name: a mistake of this crate that its tests would show.
pub fn plugin(environment: Environment) -> Result<Plugin, BuildError> {
    let shared = Arc::new(account::Accounts::new(environment));
    let plugin = Plugin::builder(PROVIDER).credentials(credentials::FreeCheck::new(shared.clone()));
    tools::add_to(plugin, &shared).build()
}

/// Every tool as a table, to be held against what Dify reads.
pub fn tables() -> Vec<declaration::ToolTable> {
    tools::tables()
}

//! Kling AIGC for Dify: tool parameters in, messages out.
//!
//! The way of a request is straight: parameters are read leniently, become a checked request of `kling-api`, are
//! submitted once and waited for by `kling-tasks`, and come back as messages of `dify-plugin`. Each tool is a module of
//! `tools`; what they share lives beside it, once.

#![forbid(unsafe_code)]

mod account;
mod answer;
mod credentials;
mod environment;
mod failure;
mod kling_task;
mod language;
mod parameters;
mod progress;
mod run;
mod settings;
mod texts;
mod tools;
mod wait;

use std::sync::Arc;

use dify_plugin::{BuildError, Plugin};

pub use environment::Environment;

/// The provider's name in Dify, part of every saved workflow.
pub const PROVIDER: &str = "kling_aigc";

/// The plugin with all its tools.
///
/// # Errors
/// When two tools have one name: a mistake of this crate that its tests would show.
pub fn plugin(environment: Environment) -> Result<Plugin, BuildError> {
    let shared = Arc::new(account::Accounts::new(environment));
    Plugin::builder(PROVIDER)
        .credentials(credentials::FreeCheck::new(shared.clone()))
        .tool(tools::text_2_video_create::Text2VideoCreate(shared.clone()))
        .tool(tools::text_2_video_query::Text2VideoQuery(shared))
        .build()
}

//! Dify's plugin protocol for Rust: write a tool, serve it, and never think of the wire.
//!
//! A Dify plugin is a process that Dify's plugin daemon starts and talks to over its standard streams, one JSON
//! message a line. This crate keeps the process alive (a heartbeat every 10 s), runs every request in a task of its
//! own, and promises the host that each session it opens is ended, whatever the tool does, and that nothing follows.
//!
//! # Example
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use dify_plugin::{async_trait, Credentials, CredentialsCheck, Error, MessageSink, Plugin, Tool, ToolCall};
//!
//! struct Greet;
//!
//! #[async_trait]
//! impl Tool for Greet {
//!     fn name(&self) -> &str {
//!         "greet"
//!     }
//!
//!     async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
//!         let Some(name) = call.parameters.get("name").and_then(|name| name.as_str()) else {
//!             return Err(Error::BadRequest("whom to greet? Fill in `name`".into()));
//!         };
//!         out.variable("greeted", name).await?;
//!         out.text(format!("Hello, {name}!")).await
//!     }
//! }
//!
//! struct Key;
//!
//! #[async_trait]
//! impl CredentialsCheck for Key {
//!     async fn check(&self, credentials: Credentials) -> Result<(), Error> {
//!         match credentials.get_str("api_key") {
//!             Some(key) if !key.is_empty() => Ok(()),
//!             _ => Err(Error::InvalidCredentials("an API key is required".into())),
//!         }
//!     }
//! }
//!
//! fn main() -> ExitCode {
//!     dify_plugin::log_to_stderr(&["dify_plugin"], dify_plugin::Level::WARN);
//!     match Plugin::builder("greeter").tool(Greet).credentials(Key).build() {
//!         Ok(plugin) => dify_plugin::serve(plugin),
//!         Err(_) => ExitCode::FAILURE,
//!     }
//! }
//! ```
//!
//! Errors and panics become a protocol `error` of their session alone. The names of provider and tools are those of
//! the YAML declarations Dify reads.
//!
//! The same program runs in all the ways Dify knows, as [`Server`] tells: started by Dify's daemon, from a developer's
//! machine, and behind HTTP.
//!
//! # Features
//!
//! - `remote` (default): debugging in a running Dify, over TCP.
//! - `serverless` (default): HTTP instead of the standard streams.
//! - `http-client` (with `serverless`): uploads, and calls into Dify in serverless mode, by a client the plugin brings.
//! - `declaration` (with `remote`): the YAML that declares a plugin, read and checked.
//! - `host`: the other side, for demos, benchmarks and tests: the `host` module plays Dify's daemon, for a process or
//!   in memory.

mod backwards;
mod blob;
mod call;
pub mod connection;
#[cfg(feature = "declaration")]
pub mod declaration;
pub mod dify;
pub mod endpoint;
mod error;
mod file;
#[doc(hidden)]
pub mod fuzz;
#[cfg(feature = "host")]
pub mod host;
mod life;
mod log_entry;
mod oauth;
mod options;
mod parameters;
mod plugin;
#[cfg(feature = "remote")]
mod remote;
mod request;
mod retriever;
mod router;
mod runtime_parameters;
mod salvage;
mod serve;
#[cfg(feature = "serverless")]
mod serverless;
mod session;
mod settings;
mod sink;
mod stderr;
mod tree;

pub use async_trait::async_trait;

pub use backwards::CallError;
pub use blob::{BLOB_CHUNK_BYTES, BlobMeta};
pub use call::{Credentials, Parameters, Session, ToolCall};
pub use connection::{Connection, MAX_LINE_BYTES};
pub use dify::Dify;
pub use endpoint::{Endpoint, EndpointRequest, EndpointResponse};
pub use error::{BlobError, BuildError, Error};
pub use file::DifyFile;
pub use life::{HEARTBEAT_INTERVAL, serve_on};
pub use log_entry::LogEntry;
pub use oauth::{OAuth, OAuthCallback, OAuthCredentials, OAuthRequest};
pub use options::{DynamicOptions, OptionsRequest, ParameterOption};
pub use plugin::{CredentialsCheck, Plugin, PluginBuilder, Tool};
pub use retriever::RetrieverResource;
pub use runtime_parameters::{RuntimeParameters, RuntimeParametersRequest};
pub use serve::{Server, serve};
#[cfg(feature = "serverless")]
pub use serverless::serve_http;
pub use settings::{BadSetting, Settings};
pub use sink::MessageSink;
pub use stderr::{Level, log_to_stderr};

//! Kling AI over HTTP: one method per endpoint, refusals decoded by meaning.
//!
//! ```no_run
//! use kling_api::{Region, Text2VideoRequest};
//! use kling_auth::{ApiHost, Credentials};
//! use kling_client::KlingClient;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = KlingClient::new(ApiHost::of_region(Region::Singapore)?, Credentials::api_key("api-key-example")?)?;
//! let request = Text2VideoRequest { prompt: Some("a paper boat in the rain".into()), ..Default::default() };
//! let answer = client.create_text2video(&request.check()?).await?;
//! println!("task {}", answer.data.task_id);
//! # Ok(())
//! # }
//! ```
//!
//! What holds for every call:
//!
//! - The credential goes to the configured host and nowhere else: redirects are not followed.
//! - 10 s to connect, 60 s in all; proxies are taken from `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, except for a
//!   loopback host, which is reached directly.
//! - The envelope's `code` decides, not the HTTP status, if it is one of Kling's: a gateway's own code means that the
//!   answer is lost. A call refused with 1003 or 1004 (token time) is repeated once
//!   with a newly signed token; nothing else is ever repeated here.
//! - Answers are read up to 2 MiB and into their types; a task that is found is the one that was asked for.
//! - Errors and logs carry no prompt, key, token or URL; Kling's own texts in them are one line of plain text.

#![forbid(unsafe_code)]

mod body;
mod call;
mod client;
mod endpoints;
mod error;
pub mod transport;
mod weight;

pub use client::{Answer, CONNECT_TIMEOUT, KlingClient, MAX_ANSWER_BYTES, MAX_ANSWER_OBJECTS, REQUEST_TIMEOUT};
pub use endpoints::{ListPage, Sought, TaskListFilter, TaskListPage, TaskListPosition};
pub use error::{BadAnswer, KlingError, Refusal};

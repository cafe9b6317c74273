//! A Kling AI API on localhost, for demos, tests, benchmarks and anyone's CI.
//!
//! The simulator answers over real HTTP as the service does: it checks credentials, validates bodies, counts running
//! tasks, lets tasks grow from `submitted` to `succeed` or `failed` on a clock, and hands out files that play. It knows
//! nothing of any client: what it accepts and answers comes from Kling's public documentation (English pages of
//! 2026-09-20, Chinese pages of October 2026) and from published live observations; where both are silent, the choice
//! made is listed in [`assumptions`].
//!
//! ```
//! use kling_sim::{SimOptions, Simulator};
//!
//! # async fn run() -> Result<(), kling_sim::SimError> {
//! let sim = Simulator::start(SimOptions { speed: 1000.0, ..SimOptions::default() }).await?;
//! println!("point a client at {}", sim.url());
//! assert!(sim.requests().is_empty());
//! sim.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What it serves
//!
//! | Request | Answer |
//! |---|---|
//! | `POST /v1/videos/{text2video, image2video, omni-video}` | creates a video task |
//! | `POST /v1/images/{generations, omni-image}` | creates an image task |
//! | `POST /v1/general/advanced-custom-elements` | creates an element task |
//! | `GET {create path}/{task id or external id}` | one task |
//! | `GET {create path}?pageNum&pageSize` | tasks, newest first |
//! | `GET /v1/general/advanced-presets-elements` | elements everybody has |
//! | `POST /v1/general/{delete-advanced-elements, delete-elements}` | deletes an element |
//! | `POST /{text-to-video, image-to-video, omni-video}/{model}` | creates a video task, API keys only |
//! | `GET /tasks?task_ids` or `?external_task_ids` | those of these tasks that exist |
//! | `POST /tasks` | pages of these tasks |
//! | `GET /account/costs?start_time&end_time` | the demo resource packs |
//! | `GET`, `HEAD /files/...` | result files, with ranges |
//!
//! # Time
//!
//! Task life is computed from tokio's clock when asked for, nothing runs in the background: a test may pause that clock
//! and advance it. JSON Web Tokens are judged by the machine's wall clock, because that is what their claims state.
//!
//! # Trouble
//!
//! [`Simulator::faults`] spoils requests: one by one ([`Faults::push_on`]) or by a seeded plan ([`Faults::follow`]).
//!
//! # Memory
//!
//! Bounded, see [`Simulator::requests`] and [`Simulator::tasks`].

mod account;
mod assets;
pub mod assumptions;
mod auth;
mod clock;
mod demo;
mod envelope;
mod error;
mod faults;
mod fields;
mod files;
mod intake;
mod legacy;
mod lenient;
mod media;
mod omni;
mod options;
mod order;
mod path;
mod presets;
mod prices;
mod recorder;
mod references;
mod refusal;
mod routes;
pub mod scripted;
mod simulator;
mod state;
mod tasks;
mod versions;

pub use assets::{SAMPLE_MP4, SAMPLE_PNG};
pub use auth::Credential;
pub use demo::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY};
pub use error::SimError;
pub use faults::{
    Damage, Fault, FaultPlan, Faults, GATEWAY_ANSWERS, Happened, Misfortune, Reply, RequestKind, Requests,
    WRONG_STATUS_ANSWERS,
};
pub use options::{RetiredModels, SimOptions};
pub use recorder::RecordedRequest;
pub use simulator::Simulator;
pub use tasks::{Surface, TaskKind, TaskStatus, TaskView};

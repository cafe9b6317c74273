//! What networks, gateways and a service in trouble do to a client: on demand, or by a seeded plan.

mod answers;
mod damage;
mod fault;
mod plan;
mod queue;
mod quote;
mod requests;

pub(crate) use answers::{Dropped, with_fault};
pub(crate) use damage::spoil_download;
pub use fault::{Damage, Fault, GATEWAY_ANSWERS, Misfortune, Reply, WRONG_STATUS_ANSWERS};
pub use plan::FaultPlan;
pub use queue::{Faults, Happened};
pub(crate) use quote::quoting;
pub use requests::{RequestKind, Requests};

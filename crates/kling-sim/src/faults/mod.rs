//! What networks, gateways and a service in trouble do to a client: on demand, or by a seeded plan.

mod answers;
mod fault;
mod plan;
mod queue;
mod requests;

pub(crate) use answers::{Dropped, spoil_download, with_fault};
pub use fault::{Damage, Fault, Misfortune, Reply};
pub use plan::FaultPlan;
pub use queue::{Faults, Happened};
pub use requests::{RequestKind, Requests};

//! Where connections may go: judged by address, at the moment of connecting.

mod guard;
mod proxies;
mod rules;
mod zone;

pub(crate) use guard::{Guard, Reach, refusal_in};
pub(crate) use proxies::Proxies;
pub(crate) use rules::Rules;
pub(crate) use zone::Zone;

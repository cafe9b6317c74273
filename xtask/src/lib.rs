//! The habits of this repository, one module a command.
//!
//! Rules that need no command, such as those for the YAML Dify reads, are ordinary tests in `tests/`.

#![forbid(unsafe_code)]

pub mod arch;
pub mod bench;
pub mod conformance;
pub mod debug;
pub mod declaration;
pub mod demo;
pub mod e2e;
pub mod empty_root;
pub mod fuzz;
mod installed;
pub mod package;
pub mod project;
pub mod python;
pub mod say;
pub mod test;

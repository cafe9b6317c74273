//! The habits of this repository, one module a command.
//!
//! Rules that need no command, such as those for the YAML Dify reads, are ordinary tests in `tests/`.

#![forbid(unsafe_code)]

pub mod arch;
pub mod bench;
pub mod bump;
pub mod companion;
pub mod conformance;
pub mod daemon_e2e;
pub mod debug;
pub mod declaration;
pub mod demo;
pub mod difypkg;
pub mod e2e;
pub mod empty_root;
pub mod emulator;
pub mod fuzz;
mod installed;
pub mod keygen;
pub mod offline;
pub mod package;
pub mod project;
pub mod python;
pub mod python_sdk;
pub mod readme_preview;
pub mod say;
pub mod sign;
pub mod test;
mod tools;
pub mod verify;
pub mod wheel;

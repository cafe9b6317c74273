//! `cargo xtask bench`: measures, prints, and judges nothing but its own targets.

mod example;
mod fleet;
mod large;
mod machine;
mod media;
mod memory;
mod processor;
mod protocol;
mod startup;
mod statistics;
mod tasks;

use std::fmt::Display;

use anyhow::Result;
use clap::Subcommand;

use crate::say;

/// What can be measured.
#[derive(Subcommand)]
pub enum What {
    /// From process start to the first heartbeat, and the memory held after it
    Startup {
        /// How often the plugin is started
        #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// Memory while a file is handed over, the pace of its chunks, and the cost of Base64
    Media {
        /// How often each is measured
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
    /// Memory and processor time while a thousand tasks wait in the plugin, and ten thousand in the library alone
    Tasks {
        /// For how many seconds processor time is counted
        #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=300))]
        seconds: u64,
    },
    /// Slot use, refusals and waiting times while ten processes that know nothing of each other share twelve slots
    Fleet(fleet::Options),
    /// Memory and heartbeats while large pictures, parameters, results and answers are dealt with, and afterwards
    Memory {
        /// How often each is measured
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
        /// Start the program alone, without what main.py tells its allocator
        #[arg(long)]
        program: bool,
    },
    /// Messages a second through the standard streams, and the memory that calls leave behind
    Protocol {
        /// How often each is measured
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
        runs: u32,
    },
}

/// Measures. A missed target is told, not an error.
///
/// # Errors
/// When nothing could be measured.
pub async fn run(what: What) -> Result<()> {
    match what {
        What::Startup { runs } => startup::run(runs).await,
        What::Media { runs } => media::run(runs).await,
        What::Tasks { seconds } => tasks::run(seconds).await,
        What::Fleet(options) => fleet::run(options).await,
        What::Memory { runs, program } => {
            large::run(runs, if program { large::Start::Program } else { large::Start::Python }).await
        }
        What::Protocol { runs } => protocol::run(runs).await,
    }
}

fn judge(target: impl Display, met: bool) {
    let word = if met { "ok" } else { "MISSED" };
    say::line("target", format_args!("{target}: {word}"));
}

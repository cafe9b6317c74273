//! `cargo xtask <command>`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, conformance, debug, demo, e2e, fuzz, package, test};

/// The habits of this repository
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the static binary and write the package into dist/
    Package,
    /// Package the plugin, start it as Dify does and call a tool, with a simulated Kling
    Demo(demo::Options),
    /// Run the plugin here, registered with a running Dify for debugging
    Debug(debug::Options),
    /// Check formatting, lints, tests and documentation
    Test,
    /// Run every tool through the package, across two processes, with either kind of key
    E2e,
    /// Let Dify's own Python SDK read our declarations and all that our plugins say
    Conformance(conformance::Options),
    /// Run the fuzz targets
    Fuzz(fuzz::Options),
    /// Measure
    Bench {
        #[command(subcommand)]
        what: bench::What,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Package => package::run().await,
        Command::Demo(options) => demo::run(options).await,
        Command::Debug(options) => debug::run(options).await,
        Command::Test => test::run(),
        Command::E2e => e2e::run().await,
        Command::Conformance(options) => conformance::run(&options).await,
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench { what } => bench::run(what).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

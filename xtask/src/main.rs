//! `cargo xtask <command>`.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{
    bench, bump, companion, conformance, daemon_e2e, debug, demo, e2e, fuzz, keygen, offline, package, readme_preview,
    sign, test, verify, wheel,
};

/// The habits of this repository
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the static binaries and write the package into dist/
    Package(package::Options),
    /// Package the plugin, start it as Dify does and call a tool, with a simulated Kling
    Demo(demo::Options),
    /// Build the program as wheels for pip into dist/, and start the marketplace's flavour with one
    Wheel(wheel::Options),
    /// Try the marketplace's flavour with its wheel as the marketplace's install test does
    Probe,
    /// Install and show the package where there is no network
    Offline(offline::Options),
    /// Run the plugin here, registered with a running Dify for debugging
    Debug(debug::Options),
    /// Check formatting, lints, tests and documentation
    Test,
    /// Run every tool through the package, across two processes, with either kind of key
    E2e,
    /// Install and use the package in Dify's real plugin daemon, as an administrator and users do
    DaemonE2e(daemon_e2e::Options),
    /// Show the plugin's READMEs as Dify does, as pages and screenshots
    ReadmePreview(readme_preview::Options),
    /// Make a pair of keys to sign packages with
    Keygen(keygen::Options),
    /// Sign a package, for a Dify that knows your public key
    Sign(sign::Options),
    /// Tell what Dify and its marketplace would say about a package
    Verify(verify::Options),
    /// Change the version, in every place that holds it
    Bump(bump::Options),
    /// Print what the changelog says about a version
    Notes(bump::NotesOptions),
    /// Let Dify's own Python SDK read our declarations and all that our plugins say
    Conformance(conformance::Options),
    /// Run the fuzz targets
    Fuzz(fuzz::Options),
    /// Measure
    Bench {
        #[command(subcommand)]
        what: bench::What,
    },
    /// Become a program that ends with the process that asks for it
    #[command(hide = true)]
    Companion(companion::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Package(options) => package::run(options).await,
        Command::Demo(options) => demo::run(options).await,
        Command::Wheel(options) => wheel::run(options).await,
        Command::Probe => wheel::probe().await,
        Command::Offline(options) => offline::run(options).await,
        Command::Test => test::run(),
        Command::E2e => e2e::run().await,
        Command::DaemonE2e(options) => daemon_e2e::run(options).await,
        Command::ReadmePreview(options) => readme_preview::run(&options),
        Command::Keygen(options) => keygen::run(&options),
        Command::Sign(options) => sign::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Bump(options) => bump::run(&options),
        Command::Notes(options) => bump::print_notes(&options),
        Command::Debug(options) => debug::run(options).await,
        Command::Conformance(options) => conformance::run(&options).await,
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Bench { what } => bench::run(what).await,
        Command::Companion(options) => companion::become_it(&options).map(|never| match never {}),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

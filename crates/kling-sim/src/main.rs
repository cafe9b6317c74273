//! `kling-sim`: a Kling AI API on localhost, until Ctrl-C.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, FaultPlan, RetiredModels, SimOptions, Simulator};

/// A Kling AI API on localhost, for demos, tests and benchmarks.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// How many times faster than life tasks run (1: about 42 s a video).
    #[arg(long, default_value_t = 20.0)]
    speed: f64,
    /// Video tasks of one model that may run at the same time.
    #[arg(long, default_value_t = 5)]
    concurrency: usize,
    /// Images of one model that may be in the making at the same time.
    #[arg(long, default_value_t = 9)]
    image_concurrency: usize,
    /// Refuse the models reported as retired on 2026-09-15.
    #[arg(long)]
    refuse_retired: bool,
    /// Spoil requests by the plan of this seed.
    #[arg(long, value_name = "SEED")]
    faults: Option<u64>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when standard error is closed as well.
            let _ = writeln!(io::stderr(), "kling-sim: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { port, speed, concurrency, image_concurrency, refuse_retired, faults } = arguments;
    let retired = if refuse_retired { RetiredModels::Refuse } else { RetiredModels::Accept };
    let signals = StopSignals::catch().context("cannot catch signals")?;
    let faults = faults.map(FaultPlan::seeded);
    let sim = Simulator::start(SimOptions {
        port,
        speed,
        concurrency,
        image_concurrency,
        retired,
        faults,
        ..SimOptions::default()
    })
    .await?;
    io::stdout()
        .write_all(welcome(&sim.url(), speed, concurrency).as_bytes())
        .context("cannot write to the terminal")?;
    signals.wait().await;
    sim.stop().await;
    Ok(())
}

fn welcome(url: &str, speed: f64, concurrency: usize) -> String {
    format!(
        "kling-sim listens on {url} (speed {speed}, {concurrency} videos at a time for each model)\n\
         \n\
         Credentials to paste into Dify:\n\
         \x20 api_key     {DEMO_API_KEY}\n\
         \x20 region      beijing\n\
         \x20 base_url    {url}\n\
         or, in place of api_key:\n\
         \x20 access_key  {DEMO_ACCESS_KEY}\n\
         \x20 secret_key  {DEMO_SECRET_KEY}\n\
         \n\
         They open this simulator and nothing else. Dify's plugin daemon must have KLING_ALLOW_LOOPBACK=1 in its\n\
         environment, or the plugin refuses an address on its own machine. Ctrl-C stops it.\n"
    )
}

/// The signals that end the process. They are caught from the moment this is made, so a greeting seen is a promise kept.
#[cfg(unix)]
struct StopSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl StopSignals {
    fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ctrl-C, caught from the moment this is made.
#[cfg(windows)]
struct StopSignals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl StopSignals {
    fn catch() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn wait(mut self) {
        let _ = self.0.recv().await;
    }
}

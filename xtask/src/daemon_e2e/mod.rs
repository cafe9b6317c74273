//! `cargo xtask daemon-e2e`: the package in Dify's real plugin daemon, in the hands of an administrator and of users.

mod admin;
mod answer;
mod call;
mod daemon;
mod http;
mod inner_api;
mod kling;
mod machine;
mod packages;
mod plugin_process;
mod process;
mod services;
mod steps;

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::declaration::Declaration;
use crate::package::{self, unpack};
use crate::say;
use daemon::{Daemon, Installation};
use inner_api::InnerApi;
use kling::Klings;
use machine::Machine;
use packages::Packages;
use services::{Postgres, Redis};

/// What it needs. `PostgreSQL` and Redis are those of the machine; the daemon comes from Dify's image or its sources.
#[derive(Debug, Args)]
pub struct Options {
    /// The daemon's program: `main` in Dify's image
    #[arg(long, value_name = "PATH")]
    pub daemon: PathBuf,
    /// The program that makes its tables [default: `commandline` beside it, as in Dify's image]
    #[arg(long, value_name = "PATH")]
    pub migrate: Option<PathBuf>,
    /// An unsigned package [default: build one]
    #[arg(long, value_name = "FILE")]
    pub package: Option<PathBuf>,
    /// uv [default: the one in PATH, or one that pip installs below target/]
    #[arg(long, value_name = "PATH")]
    pub uv: Option<PathBuf>,
    /// The plugin's interpreter; one of another version stands in for 3.12 [default: a Python 3.12 in PATH or of pyenv]
    #[arg(long, value_name = "PATH")]
    pub python: Option<PathBuf>,
}

/// Starts a database, a cache, the daemon and simulated Klings in a temporary folder, walks the whole course, and ends
/// all of it, also when something fails or this program is asked to end.
///
/// # Errors
/// At the first thing that is not as it should be. The folder with the logs stays then, and is named.
pub async fn run(options: Options) -> Result<()> {
    let machine = Machine::look(&options)?;
    let package = match &options.package {
        Some(package) => package.clone(),
        None => package::build().await?,
    };
    let package = fs::read(&package).with_context(|| format!("{} cannot be read", package.display()))?;
    let folder = tempfile::Builder::new().prefix("kling-aigc-daemon-").tempdir()?;
    let stock = Stock::of(package, folder.path())?;
    let began = Instant::now();
    let done = tokio::select! {
        done = course(&machine, stock, folder.path()) => done,
        asked = asked_to_end() => asked,
    };
    if let Err(error) = done {
        let kept = folder.keep();
        return Err(error.context(format!("the logs are in {}", kept.display())));
    }
    say::line("done", format_args!("{:.0} s", began.elapsed().as_secs_f64()));
    Ok(())
}

/// All that stands while the course is walked. What is held is ended from top to bottom.
struct Stage {
    daemon: Daemon,
    installation: Installation,
    postgres: Postgres,
    _redis: Redis,
    inner_api: InnerApi,
    klings: Klings,
    packages: Packages,
    declaration: Declaration,
}

/// What is installed, and what is expected of it.
struct Stock {
    packages: Packages,
    declaration: Declaration,
}

impl Stock {
    fn of(package: Vec<u8>, folder: &Path) -> Result<Self> {
        let unpacked = TempDir::new()?;
        unpack::unpack(Cursor::new(&package), unpacked.path()).context("the package cannot be unpacked")?;
        let declaration = Declaration::read(unpacked.path())?;
        Ok(Self { packages: Packages::make(package, folder)?, declaration })
    }
}

async fn course(machine: &Machine, stock: Stock, folder: &Path) -> Result<()> {
    let Stock { packages, declaration } = stock;
    let postgres = Postgres::start(machine, folder).await?;
    let redis = Redis::start(machine, folder).await?;
    let inner_api = InnerApi::serve().await?;
    let installation = Installation::prepare(machine, folder, &postgres, &redis, &inner_api, &packages.public_key)?;
    let daemon = installation.start().await?;
    let klings = Klings::start().await?;
    let mut stage = Stage { daemon, installation, postgres, _redis: redis, inner_api, klings, packages, declaration };
    steps::run(&mut stage).await
}

async fn asked_to_end() -> Result<()> {
    let (mut interrupt, mut terminate, mut hangup) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        _ = interrupt.recv() => bail!("interrupted"),
        _ = terminate.recv() => bail!("asked to end"),
        _ = hangup.recv() => bail!("the terminal is gone"),
    }
}

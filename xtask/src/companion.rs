//! A program that does not outlive this one, however this one ends: done, killed, or killed without a chance to tidy up.
//!
//! A plugin on pipes ends with its stdin anyhow. One that serves a network has no such link to who started it, so the
//! kernel keeps watch: this program starts itself anew, asks for a signal when its parent is gone, and becomes the other
//! program. The request survives that, and needs no code between fork and exec, which only `unsafe` allows.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::{CommandExt, parent_id};
use std::path::PathBuf;
use std::process::{self, Command};

use anyhow::{Context, Result, bail};
use clap::Args;
use rustix::process::{Signal, set_parent_process_death_signal};

/// The hidden command of this program, which is [`become_it`].
const COMMAND: &str = "companion";

/// What to become, and whose companion to be.
#[derive(Debug, Args)]
pub struct Options {
    /// The process that started this one
    #[arg(long)]
    parent: u32,
    /// The program
    program: PathBuf,
    /// What it is given
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// A command that starts `program` and has it end by SIGTERM when the thread that started it ends: call it from one that
/// lasts, in `xtask` itself.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    // Which is still this very program when its file was replaced since.
    let mut command = Command::new("/proc/self/exe");
    command.args([COMMAND, "--parent", &process::id().to_string(), "--"]).arg(program);
    command
}

/// Becomes the program: the same process, pipes and environment.
///
/// # Errors
/// When the kernel refuses, the parent is gone already, or the program cannot be started.
pub fn become_it(options: &Options) -> Result<Infallible> {
    let Options { parent, program, arguments } = options;
    set_parent_process_death_signal(Some(Signal::TERM)).context("the kernel does not watch the parent")?;
    // It may have ended before the kernel was asked.
    if parent_id() != *parent {
        bail!("process {parent}, which started this one, is gone");
    }
    let error = Command::new(program).args(arguments).exec();
    Err(error).with_context(|| format!("{} cannot be started", program.display()))
}

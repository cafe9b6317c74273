//! `cargo xtask debug`: the plugin on this machine, in a Dify that runs anywhere.

use std::path::{PathBuf, absolute};

use anyhow::{Context, Result, ensure};
use clap::Args;
use dify_plugin::Settings;
use tokio::process::Command;

use crate::project::{self, BINARY, PLUGIN};
use crate::{companion, say};

/// Where Dify's daemon waits, on this machine.
const LOCAL: &str = "localhost:5003";

/// How to register.
#[derive(Args)]
pub struct Options {
    /// The name to register [default: the plugin's with `_debug` behind it]. Under the plugin's own, Dify uninstalls
    /// the package of that name, should it be installed, when the debugged plugin ends
    #[arg(long, value_name = "NAME", env = "REMOTE_INSTALL_NAME")]
    pub name: Option<String>,
    /// A program to run in the place of the plugin's, which is built otherwise
    #[arg(long, value_name = "PATH")]
    pub program: Option<PathBuf>,
}

/// Builds the plugin and registers it, with what `plugin/` declares, until it is stopped (Ctrl-C) or turned away. The
/// plugin ends with this command, whatever ends it.
///
/// Takes `REMOTE_INSTALL_URL` and `REMOTE_INSTALL_KEY` from the environment or from `.env` at the repository's root.
///
/// # Errors
/// When there is no key, the build fails or Dify does not keep the plugin.
pub async fn run(options: Options) -> Result<()> {
    let settings = Settings::of_process(project::root())?;
    let setting = |name| settings.get(name).map(str::to_owned);
    let key = setting("REMOTE_INSTALL_KEY").context(
        "REMOTE_INSTALL_KEY is missing: copy it and REMOTE_INSTALL_URL from Dify's page of plugins (the bug at its \
         top) into the environment or into .env",
    )?;
    let url = setting("REMOTE_INSTALL_URL").unwrap_or_else(|| LOCAL.to_owned());
    let author = setting("REMOTE_INSTALL_AUTHOR");
    let name = options.name.or_else(|| setting("REMOTE_INSTALL_NAME")).unwrap_or_else(|| format!("{PLUGIN}_debug"));

    let program = options.program.map_or_else(build, |program| Ok(absolute(program)?))?;
    say::line("debug", format_args!("{name} at {url}; Ctrl-C ends it"));
    let mut plugin = Command::from(companion::command(program));
    plugin
        .current_dir(project::root().join("plugin"))
        .env("INSTALL_METHOD", "remote")
        .env("REMOTE_INSTALL_URL", url)
        .env("REMOTE_INSTALL_KEY", key)
        .env("REMOTE_INSTALL_NAME", name)
        .envs(author.map(|author| ("REMOTE_INSTALL_AUTHOR", author)))
        .kill_on_drop(true);
    let status = plugin.status().await.context("the plugin cannot be started")?;
    ensure!(status.success(), "the plugin ends with {status}");
    Ok(())
}

fn build() -> Result<PathBuf> {
    say::line("build", format_args!("{BINARY}, with debug information"));
    let shell = project::shell()?;
    project::cargo(&shell, "cargo").args(["build", "--package", "kling-dify", "--bin", BINARY]).run()?;
    Ok(project::target_folder().join("debug").join(BINARY))
}

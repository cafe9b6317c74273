//! The course, in its order: what happens to a plugin in the hands of an administrator and of users.

mod endurance;
mod errors;
mod files;
mod installation;
mod recovery;
mod removal;
mod signatures;
mod tools;
mod upgrade;

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::time::sleep;

use super::Stage;
use super::plugin_process::{self, PluginProcess};
use super::process::SOON;

/// A dead plugin is seen by a loop that runs every 5 s (dify-plugin-daemon 0.6.10).
const RESTART_LIMIT: Duration = Duration::from_secs(60);

/// Everything, to the first thing that is not as it should be.
pub(super) async fn run(stage: &mut Stage) -> Result<()> {
    signatures::run(stage).await.context("signatures")?;
    installation::elsewhere(stage).await.context("a package for other machines")?;
    installation::run(stage).await.context("installation")?;
    upgrade::run(stage).await.context("upgrade")?;
    errors::credentials(stage).await.context("credentials")?;
    tools::run(stage).await.context("tools")?;
    files::run(stage).await.context("files")?;
    errors::run(stage).await.context("errors")?;
    endurance::run(stage).await.context("many calls at once")?;
    recovery::after_a_kill(stage).await.context("recovery of the plugin")?;
    recovery::after_a_restart(stage).await.context("restart of the daemon")?;
    removal::run(stage).await.context("uninstalling")?;
    removal::logs(stage).context("logs")
}

/// The plugin's one process.
fn plugin(stage: &Stage) -> Result<PluginProcess> {
    let mut all = plugin_process::below(stage.daemon.id())?;
    match (all.pop(), all.len()) {
        (Some(plugin), 0) => Ok(plugin),
        (None, _) => bail!("the plugin has no process"),
        (Some(_), more) => bail!("the plugin has {} processes", more + 1),
    }
}

/// Waits for a process of the plugin that is not `old`.
async fn another_plugin(stage: &Stage, old: &PluginProcess) -> Result<PluginProcess> {
    let started = std::time::Instant::now();
    loop {
        let new = plugin_process::below(stage.daemon.id())?.into_iter().find(|plugin| plugin.id != old.id);
        if let Some(new) = new {
            return Ok(new);
        }
        ensure!(started.elapsed() < RESTART_LIMIT, "no plugin is started within {} s", RESTART_LIMIT.as_secs());
        sleep(SOON).await;
    }
}

//! Uninstalled, nothing of it runs; and what the logs tell then.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use kling_sim::{DEMO_API_KEY, DEMO_SECRET_KEY};

use super::errors::WRONG_KEY;
use super::plugin;
use crate::daemon_e2e::http::Refusal;
use crate::daemon_e2e::{Stage, admin, call, kling};
use crate::say;

/// An idle plugin is ended at once; the daemon looks every second.
const END_LIMIT: Duration = Duration::from_secs(60);
/// Keys, words of this course's prompts, and signed links. The daemon logs the message of every failed call (0.6.10).
const SECRETS: [&str; 7] = [DEMO_API_KEY, DEMO_SECRET_KEY, WRONG_KEY, "boat", "bridge", "lighthouse", "sign="];

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let daemon = &stage.daemon.client;
    let process = plugin(stage)?;
    let installed = admin::only(daemon).await?;
    admin::uninstall(daemon, &installed.installation_id).await?;
    ensure!(admin::list(daemon).await?.is_empty(), "it is still listed");
    let ended = process.ended(END_LIMIT).await?;
    let refusal =
        call::validate(daemon, &kling::api_key(&stage.klings.fast)).await.err().context("it is still called")?;
    let refusal = refusal.downcast::<Refusal>()?;
    ensure!(refusal.error_type == "PluginNotFoundError", "{refusal}");
    say::line("uninstall", format_args!("its process ended after {:.1} s, calls meet {refusal}", ended.as_secs_f64()));
    let calls = stage.inner_api.calls();
    ensure!(calls == 0, "Dify was called back {calls} times");
    Ok(())
}

/// Promise 6: no prompt, key or signed link in any log.
pub(super) fn logs(stage: &Stage) -> Result<()> {
    let log = stage.daemon.log()?;
    for secret in SECRETS {
        let line = log.lines().find(|line| line.contains(secret));
        ensure!(line.is_none(), "the daemon's log has `{secret}`: {}", line.unwrap_or_default());
    }
    let panic = log.lines().find(|line| line.contains("panic"));
    ensure!(panic.is_none(), "the daemon's log has a panic: {}", panic.unwrap_or_default());
    let size = say::size(log.len() as u64);
    say::line("logs", format_args!("{size} of the daemon's: no key, no prompt, no signed link, no panic"));
    Ok(())
}

//! From an earlier version to this one, while someone works.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use kling_sim::SAMPLE_MP4;
use serde_json::json;

use super::{another_plugin, plugin, signatures};
use crate::daemon_e2e::{Stage, admin, call, kling};
use crate::say;

/// After the last session the daemon ends the old process within seconds.
const END_LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let daemon = &stage.daemon.client;
    let (earlier, signed) = (&stage.packages.earlier, &stage.packages.signed);
    let old = plugin(stage)?;
    let parameters = call::prompt("A slow river");
    let working = call::tool(daemon, "text_2_video_create", parameters, &kling::api_key(&stage.klings.slow)).await?;
    let working = tokio::spawn(working.finish());

    signatures::accepted(stage, signed).await?;
    let took = admin::upgrade(daemon, &earlier.identity, &signed.identity).await?;
    let installed = admin::only(daemon).await?;
    ensure!(
        installed.plugin_unique_identifier == signed.identity,
        "{} is installed",
        installed.plugin_unique_identifier
    );
    let new = another_plugin(stage, &old).await?;
    say::line("upgrade", format_args!("to {}, running after {:.1} s", installed.version, took.as_secs_f64()));

    ensure!(!working.is_finished(), "the call ended before the upgrade: it shows nothing");
    let upgraded = Instant::now();
    let answer = working.await.context("the call")??.succeeded()?;
    let file = answer.files.first().context("the call gives no file")?;
    ensure!(file.bytes == SAMPLE_MP4, "the file is another");
    let waited = upgraded.elapsed().as_secs_f64();
    say::line("meanwhile", format_args!("a call of the old version went on for {waited:.1} s and gave its file"));

    let ended = old.ended(END_LIMIT).await?;
    ensure!(new.runs(), "the new version's process ended too");
    ensure!(new.program != old.program, "both versions run {}", new.program.display());
    say::line("old version", format_args!("its process ended {:.1} s after its last call", ended.as_secs_f64()));
    let verdict = call::validate(daemon, &kling::api_key(&stage.klings.fast)).await?;
    ensure!(verdict == Ok(json!({"result": true})), "after the upgrade: {verdict:?}");
    Ok(())
}

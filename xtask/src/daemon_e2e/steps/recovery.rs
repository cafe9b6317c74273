//! What was paid for is not lost: not when the plugin dies, not when the daemon does.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kling_sim::SAMPLE_MP4;
use rustix::process::Signal;
use tokio::time::timeout;

use super::{another_plugin, plugin};
use crate::daemon_e2e::answer::Answer;
use crate::daemon_e2e::call::{Call, Event};
use crate::daemon_e2e::{Stage, call, kling, process};
use crate::say;

/// A plugin whose stdin ended ends.
const END_LIMIT: Duration = Duration::from_secs(10);
/// So long a caller is watched whose plugin died.
const WATCHED: Duration = Duration::from_secs(10);

/// Kills the plugin in the middle of a call: it comes back, and the task is found by its handle.
pub(super) async fn after_a_kill(stage: &Stage) -> Result<()> {
    let (mut call, handle) = start_a_video(stage).await?;
    let before = stage.klings.slow.tasks().len();
    let old = plugin(stage)?;
    process::signal(old.id, Signal::KILL)?;
    let killed = Instant::now();
    let new = another_plugin(stage, &old).await?;
    let back = killed.elapsed();
    say::line("kill", format_args!("process {} after {}, {:.1} s later", new.id, old.id, back.as_secs_f64()));

    let fate = fate(&mut call).await;
    say::line("its caller", fate);
    drop(call);
    resume(stage, &handle).await?;
    let made = stage.klings.slow.tasks().len() - before;
    ensure!(made == 0, "Kling was paid {made} more times");
    Ok(())
}

/// What a caller sees whose plugin died.
async fn fate(call: &mut Call) -> String {
    loop {
        return match timeout(WATCHED, call.next()).await {
            // On its way already.
            Ok(Ok(Some(Event::Chunk(_)))) => continue,
            Ok(Ok(Some(Event::Failure(failure)))) => format!("is told {failure}"),
            Ok(Ok(None)) => "sees the end of its stream".to_owned(),
            Ok(Err(error)) => format!("sees its stream break: {error:#}"),
            Err(_) => format!("is told nothing within {} s, as known of the daemon", WATCHED.as_secs()),
        };
    }
}

/// Ends the daemon and starts it again: the plugin ends with it and comes back with it.
pub(super) async fn after_a_restart(stage: &mut Stage) -> Result<()> {
    let (call, handle) = start_a_video(stage).await?;
    let old = plugin(stage)?;
    stage.daemon.stop()?;
    drop(call);
    let ended = old.ended(END_LIMIT).await.context("an orphan")?;
    say::line("daemon", format_args!("ended, and the plugin by itself within {}", say::millis(ended + process::SOON)));
    stage.daemon = stage.installation.start().await?;
    let started = Instant::now();
    let new = another_plugin(stage, &old).await?;
    say::line("restart", format_args!("process {}, {:.1} s after the daemon", new.id, started.elapsed().as_secs_f64()));
    resume(stage, &handle).await
}

/// A call on its way, at least as far as the handle of its task.
async fn start_a_video(stage: &Stage) -> Result<(Call, String)> {
    let parameters = call::prompt("A long bridge");
    let credentials = kling::api_key(&stage.klings.slow);
    let mut call = call::tool(&stage.daemon.client, "text_2_video_create", parameters, &credentials).await?;
    let mut answer = Answer::default();
    while let Some(event) = call.next().await? {
        answer.take(event)?;
        if let Ok(handle) = answer.text_of("handle") {
            return Ok((call, handle.to_owned()));
        }
    }
    bail!("the call ended before it gave a handle: {:?}", answer.failure)
}

/// Asks about the task until its file is there. The plugin may still be starting: the daemon waits for it.
async fn resume(stage: &Stage, handle: &str) -> Result<()> {
    let parameters = [("handle", handle), ("wait_for_result", "true")];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.into())).into_iter().collect();
    let credentials = kling::api_key(&stage.klings.slow);
    let answer =
        call::tool(&stage.daemon.client, "task_query", parameters, &credentials).await?.finish().await?.succeeded()?;
    let file = answer.files.first().context("the task gives no file")?;
    ensure!(file.bytes == SAMPLE_MP4, "the file is another");
    say::line("resumed", "the task was found by its handle, its file delivered");
    Ok(())
}

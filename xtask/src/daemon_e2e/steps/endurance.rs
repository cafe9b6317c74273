//! Many users at once, one plugin process.

use std::collections::HashSet;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use kling_sim::SAMPLE_MP4;
use tokio::task::JoinSet;

use crate::daemon_e2e::{Stage, call, kling};
use crate::say;

const CALLS: usize = 40;

pub(super) async fn run(stage: &Stage) -> Result<()> {
    let before = stage.klings.fast.tasks().len();
    let began = Instant::now();
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let (daemon, credentials) = (stage.daemon.client.clone(), kling::api_key(&stage.klings.fast));
        let parameters = call::prompt(&format!("Boat number {number}"));
        calls.spawn(async move {
            let call = call::tool(&daemon, "text_2_video_create", parameters, &credentials).await?;
            call.finish().await?.succeeded()
        });
    }
    let mut tasks = HashSet::new();
    while let Some(done) = calls.join_next().await {
        let answer = done.context("a call")??;
        let file = answer.files.first().context("a call gives no file")?;
        ensure!(answer.files.len() == 1 && file.bytes == SAMPLE_MP4, "a call's file is another");
        tasks.insert(answer.text_of("task_id")?.to_owned());
    }
    let made = stage.klings.fast.tasks().len() - before;
    ensure!((tasks.len(), made) == (CALLS, CALLS), "{CALLS} calls gave {} tasks, Kling made {made}", tasks.len());
    say::line(
        "at once",
        format_args!("{CALLS} calls, each with its own video, {:.1} s", began.elapsed().as_secs_f64()),
    );
    Ok(())
}

//! The whole plugin, as it is installed, with tasks of a simulator that takes its time.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use dify_plugin::host::{Event, Host, ToolInvocation};
use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::super::memory;
use super::super::statistics::Size;
use super::Cost;
use crate::project::PLUGIN;

/// At a twentieth of its speed a video takes a quarter of an hour: longer than anybody waits here.
const SPEED: f64 = 0.05;
/// Between two calls: many at once, but not all in the same moment.
const PACE: Duration = Duration::from_millis(10);
/// What takes seconds may take this long.
const LIMIT: Duration = Duration::from_secs(120);

pub(super) async fn measure(command: Command, tasks: usize, window: Duration) -> Result<Cost> {
    let options = SimOptions { speed: SPEED, concurrency: tasks, ..SimOptions::default() };
    let simulator = Simulator::start(options).await?;
    let host = Host::spawn(command)?;
    timeout(LIMIT, host.ready()).await.context("no heartbeat")??;
    let process = host.process_id().context("the plugin ended")?;
    sleep(Duration::from_secs(1)).await;
    let before = Size(memory::resident(process)?);

    let mut calls = JoinSet::new();
    for _ in 0..tasks {
        let mut events = host.invoke(call(&simulator)).await;
        calls.spawn(async move {
            while let Some(event) = events.next().await {
                if let Event::Error(failure) = event {
                    return Some(failure.to_string());
                }
            }
            None
        });
        sleep(PACE).await;
    }
    let submitted = async {
        while simulator.tasks().len() < tasks {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LIMIT, submitted).await.context("not all tasks are submitted")?;
    let cost = Cost::watch(process, before, window).await?;
    if let Some(ended) = calls.try_join_next() {
        ensure!(false, "a call ended before its time: {}", ended?.unwrap_or_default());
    }
    calls.shutdown().await;
    simulator.stop().await;
    Ok(cost)
}

fn call(simulator: &Simulator) -> ToolInvocation {
    ToolInvocation::new(PLUGIN, "text_2_video_create")
        .parameter("prompt", "a paper boat")
        .parameter("wait_for_result", "true")
        .credential("api_key", DEMO_API_KEY)
        .credential("base_url", simulator.url())
}

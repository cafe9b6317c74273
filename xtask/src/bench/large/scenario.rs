//! Calls that are large in one way each, to a new process each.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use dify_plugin::host::{Event, Events, Host, ToolInvocation};
use kling_sim::DEMO_API_KEY;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::super::memory;
use super::super::statistics::Size;
use super::servers::{Answer, Files, Kling};
use crate::project::PLUGIN;

/// What takes seconds may take this long.
const LIMIT: Duration = Duration::from_secs(300);
/// From the end of a call to the look at what is left of it.
pub(super) const SETTLES: Duration = Duration::from_secs(2);
/// Heartbeats come every 10 s: in a shorter time none would be missed.
const WATCHED: Duration = Duration::from_secs(25);

const TASKS: usize = 12;
const PICTURE_BYTES: usize = 9_500_000;
const OMNI_PICTURES: usize = 7;
const OMNI_PICTURE_BYTES: usize = 45_000_000;
const TEXT_BYTES: usize = 18_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scenario {
    WaitingTasks,
    OmniPictures,
    JsonText,
    UnsizedResult,
    LargeAnswer,
}

/// What one process held.
pub(super) struct Cost {
    /// Before its first call.
    pub(super) idle: Size,
    pub(super) peak: Size,
    /// While tasks wait, or some time after the call.
    pub(super) held: Size,
    /// The longest between two heartbeats.
    pub(super) silence: Duration,
    /// The longest that another session waited for its answer.
    pub(super) delay: Duration,
    /// How the call ended, in a word or an error's text.
    pub(super) answer: String,
}

impl Scenario {
    pub(super) fn describe(self) -> String {
        let megabytes = |bytes: usize| format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10);
        match self {
            Self::WaitingTasks => format!("{TASKS} accepted tasks with a picture of {} each", megabytes(PICTURE_BYTES)),
            Self::OmniPictures => {
                format!("an omni call with {OMNI_PICTURES} pictures of {}", megabytes(OMNI_PICTURE_BYTES))
            }
            Self::JsonText => format!("{} of small JSON objects as the text of multi_prompt", megabytes(TEXT_BYTES)),
            Self::UnsizedResult => "a result of 29 MiB without a length".to_owned(),
            Self::LargeAnswer => "an answer of Kling of 15 MB of JSON to a poll".to_owned(),
        }
    }

    pub(super) async fn measure(self, command: Command) -> Result<Cost> {
        let plugin = Plugin::start(command).await?;
        match self {
            Self::WaitingTasks => waiting(plugin).await,
            Self::OmniPictures => omni(plugin).await,
            Self::JsonText => json_text(plugin).await,
            Self::UnsizedResult => answered(plugin, Answer::UnsizedResult).await,
            Self::LargeAnswer => answered(plugin, Answer::Large).await,
        }
    }
}

pub(super) async fn start_once(command: Command) -> Result<()> {
    Plugin::start(command).await?;
    Ok(())
}

async fn waiting(plugin: Plugin) -> Result<Cost> {
    let kling = Kling::serve(Answer::Waiting).await?;
    let files = Files::serve(PICTURE_BYTES).await?;
    let mut calls = JoinSet::new();
    for number in 0..TASKS {
        let call = call(&kling.url(), "image_2_video_create")
            .parameter("image", files.picture(number))
            .parameter("model_name", "kling-v2-6")
            .parameter("wait_for_result", "true");
        calls.spawn(end_of(plugin.host.invoke(call).await));
    }
    let submitted = async {
        while kling.tasks() < TASKS {
            if let Some(ended) = calls.try_join_next() {
                return Err(anyhow::anyhow!("a call ended before its time: {}", ended?));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    };
    timeout(LIMIT, submitted).await.context("not all tasks are submitted")??;
    plugin.watched().await;
    let held = plugin.resident()?;
    ensure!(calls.len() == TASKS, "a call ended before its time");
    let cost = plugin.cost(held, format!("{TASKS} tasks wait"));
    calls.shutdown().await;
    cost
}

async fn omni(plugin: Plugin) -> Result<Cost> {
    let kling = Kling::serve(Answer::Waiting).await?;
    let files = Files::serve(OMNI_PICTURE_BYTES).await?;
    let pictures: Value = (0..OMNI_PICTURES).map(|number| files.picture(number)).collect();
    let call = call(&kling.url(), "omni_video_create")
        .parameter("model_name", "kling-3.0-omni")
        .parameter("image_list", pictures)
        .parameter("wait_for_result", "false");
    plugin.run(call).await
}

async fn json_text(plugin: Plugin) -> Result<Cost> {
    let kling = Kling::serve(Answer::Waiting).await?;
    let object = "{\"\":0},";
    let text = format!("[{}{{}}]", object.repeat(TEXT_BYTES / object.len()));
    let call = call(&kling.url(), "text_2_video_create")
        .parameter("multi_shot", "true")
        .parameter("shot_type", "customize")
        .parameter("multi_prompt", text)
        .parameter("wait_for_result", "false");
    plugin.run(call).await
}

async fn answered(plugin: Plugin, answer: Answer) -> Result<Cost> {
    let kling = Kling::serve(answer).await?;
    let call = call(&kling.url(), "text_2_video_create")
        .parameter("model_name", "kling-v2-6")
        .parameter("wait_for_result", "true")
        .parameter("max_wait_seconds", 30)
        .parameter("download_video", "true");
    plugin.run(call).await
}

fn call(base_url: &str, tool: &str) -> ToolInvocation {
    ToolInvocation::new(PLUGIN, tool)
        .parameter("prompt", "a paper boat")
        .credential("api_key", DEMO_API_KEY)
        .credential("base_url", base_url)
}

/// A process of its own, its heartbeats watched.
struct Plugin {
    host: Arc<Host>,
    process: u32,
    idle: Size,
    start: Instant,
    silence: watch::Receiver<Duration>,
    delay: watch::Receiver<Duration>,
    watching: [JoinHandle<()>; 2],
}

impl Plugin {
    async fn start(command: Command) -> Result<Self> {
        let host = Arc::new(Host::spawn(command)?);
        timeout(LIMIT, host.ready()).await.context("no heartbeat")??;
        let process = host.process_id().context("the plugin ended")?;
        let (longest, silence) = watch::channel(Duration::ZERO);
        let hearing = tokio::spawn(hear(host.clone(), longest));
        let (longest, delay) = watch::channel(Duration::ZERO);
        let asking = tokio::spawn(ask(host.clone(), longest));
        let watching = [hearing, asking];
        sleep(Duration::from_secs(1)).await;
        let idle = Size(memory::resident(process)?);
        memory::forget_peak(process);
        Ok(Self { host, process, idle, start: Instant::now(), silence, delay, watching })
    }

    fn resident(&self) -> Result<Size> {
        memory::resident(self.process).map(Size)
    }

    /// Waits for as long as the heartbeats must be watched.
    async fn watched(&self) {
        tokio::time::sleep_until(self.start + WATCHED).await;
    }

    /// Makes a call and looks at what it cost.
    async fn run(self, call: ToolInvocation) -> Result<Cost> {
        let answer = timeout(LIMIT, end_of(self.host.invoke(call).await)).await.context("the call does not end")?;
        sleep(SETTLES).await;
        let kept = self.resident()?;
        self.watched().await;
        self.cost(kept, answer)
    }

    fn cost(&self, held: Size, answer: String) -> Result<Cost> {
        let (silence, delay) = (*self.silence.borrow(), *self.delay.borrow());
        Ok(Cost { idle: self.idle, peak: Size(memory::peak(self.process)?), held, silence, delay, answer })
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // They hold the host, and with that the process.
        self.watching.iter().for_each(JoinHandle::abort);
    }
}

/// Tells the longest between two heartbeats.
async fn hear(host: Arc<Host>, longest: watch::Sender<Duration>) {
    let (mut last, mut beats) = (Instant::now(), host.heartbeats());
    loop {
        sleep(Duration::from_millis(20)).await;
        raise(&longest, last.elapsed());
        if host.heartbeats() > beats {
            (last, beats) = (Instant::now(), host.heartbeats());
        }
    }
}

/// Tells the longest that a call of a tool that is not there takes to be refused.
async fn ask(host: Arc<Host>, longest: watch::Sender<Duration>) {
    loop {
        sleep(Duration::from_millis(100)).await;
        let begin = Instant::now();
        drop(end_of(host.invoke(ToolInvocation::new(PLUGIN, "nothing")).await).await);
        raise(&longest, begin.elapsed());
    }
}

fn raise(longest: &watch::Sender<Duration>, time: Duration) {
    longest.send_if_modified(|longest| {
        let longer = time > *longest;
        *longest = time.max(*longest);
        longer
    });
}

/// How a session ends. What it says is not kept: it may be large.
async fn end_of(mut events: Events) -> String {
    let (mut files, mut answer) = (0, None);
    while let Some(event) = events.next().await {
        match event {
            Event::BlobChunk(chunk) => files += chunk.bytes.len(),
            Event::Error(failure) => answer = Some(failure.to_string()),
            _ => {}
        }
    }
    let answer = answer.unwrap_or_else(|| format!("well, with {files} bytes of files"));
    answer.chars().filter(|letter| !letter.is_control()).take(160).collect()
}

//! The memory of the whole plugin, as it is installed, while it hands over a video.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use kling_sim::{DEMO_API_KEY, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::super::memory;
use super::super::statistics::Size;
use super::MIB;
use super::reader::Plugin;
use crate::project::PLUGIN;

/// As large as a file may be without the user's word.
pub(super) const FILE: u64 = 30 * MIB;

/// What one process held.
pub(super) struct Held {
    /// Before its first call.
    pub(super) before: Size,
    /// After a call for something small: connections are open, all that is made once is made.
    pub(super) idle: Size,
    peak: Size,
}

impl Held {
    /// What the file added to the idle plugin at the most.
    pub(super) fn grown(&self) -> Size {
        Size(self.peak.0.saturating_sub(self.idle.0))
    }
}

/// A Kling whose videos are large.
pub(super) async fn simulator() -> Result<Simulator> {
    Ok(Simulator::start(SimOptions { video: video()?.into(), speed: SimOptions::FASTEST, ..SimOptions::default() })
        .await?)
}

/// A video that plays, and a box of the kind that players skip (`free`, ISO 14496-12).
fn video() -> Result<Vec<u8>> {
    let mut video = SAMPLE_MP4.to_vec();
    let length = usize::try_from(FILE)?;
    video.extend(u32::try_from(length - video.len())?.to_be_bytes());
    video.extend(b"free");
    video.resize(length, 0);
    Ok(video)
}

pub(super) async fn measure(command: Command, simulator: &Simulator) -> Result<Held> {
    let mut plugin = Plugin::start(command).await?;
    let before = idle(&plugin).await?;
    plugin.ask(&request(simulator, "image_generation_create", "download_image"), 0).await?;
    let idle = idle(&plugin).await?;
    memory::forget_peak(plugin.process_id());
    plugin.ask(&request(simulator, "text_2_video_create", "download_video"), FILE).await?;
    let peak = Size(memory::peak(plugin.process_id())?);
    Ok(Held { before, idle, peak })
}

async fn idle(plugin: &Plugin) -> Result<Size> {
    sleep(Duration::from_secs(1)).await;
    memory::resident(plugin.process_id()).map(Size)
}

fn request(simulator: &Simulator, tool: &str, download: &str) -> Value {
    json!({
        "action": "invoke_tool",
        "provider": PLUGIN,
        "tool": tool,
        "tool_parameters": { "prompt": "a paper boat", "wait_for_result": "true", download: "true" },
        "credentials": { "api_key": DEMO_API_KEY, "base_url": simulator.url() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_video_is_as_large_as_it_may_be_and_ends_with_its_box() {
        let video = video().unwrap();
        assert_eq!(video.len() as u64, FILE);
        let (sample, rest) = video.split_at(SAMPLE_MP4.len());
        assert_eq!(sample, SAMPLE_MP4);
        assert_eq!(u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize, rest.len());
    }
}

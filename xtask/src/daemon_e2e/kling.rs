//! Simulated Klings, each for a part of the course.

use anyhow::Result;
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::{Map, Value};

/// Near the most that Dify takes as one file, 30 MB.
const LARGE_VIDEO_BYTES: usize = 24 * 1024 * 1024;

/// What stands behind the plugin.
pub(super) struct Klings {
    /// A video takes a second.
    pub(super) fast: Simulator,
    /// A video takes long enough for an upgrade in between.
    pub(super) slow: Simulator,
    /// A video is large.
    pub(super) large: Simulator,
    pub(super) large_video: Vec<u8>,
}

impl Klings {
    pub(super) async fn start() -> Result<Self> {
        let large_video: Vec<u8> = SAMPLE_MP4.iter().copied().cycle().take(LARGE_VIDEO_BYTES).collect();
        let video = large_video.clone().into();
        Ok(Self {
            fast: Simulator::start(SimOptions { speed: 60.0, concurrency: 64, ..SimOptions::default() }).await?,
            slow: Simulator::start(SimOptions { speed: 5.0, ..SimOptions::default() }).await?,
            large: Simulator::start(SimOptions { speed: 60.0, video, ..SimOptions::default() }).await?,
            large_video,
        })
    }
}

/// An API key that a simulator accepts, and where it is.
pub(super) fn api_key(kling: &Simulator) -> Map<String, Value> {
    with_key(kling, DEMO_API_KEY)
}

/// As [`api_key`], with a key of one's own.
pub(super) fn with_key(kling: &Simulator, key: &str) -> Map<String, Value> {
    credentials(kling, &[("api_key", key)])
}

/// The older form of credentials.
pub(super) fn key_pair(kling: &Simulator) -> Map<String, Value> {
    credentials(kling, &[("access_key", DEMO_ACCESS_KEY), ("secret_key", DEMO_SECRET_KEY)])
}

fn credentials(kling: &Simulator, keys: &[(&str, &str)]) -> Map<String, Value> {
    let url = kling.url();
    let settings = [("region", "beijing"), ("language", "en_US"), ("base_url", &url)];
    keys.iter().chain(&settings).map(|(name, value)| ((*name).to_owned(), (*value).into())).collect()
}

//! Whose Kling: the simulator's demo account, or the user's own.

use std::fmt;

use anyhow::Result;
use kling_sim::{DEMO_API_KEY, SAMPLE_MP4, SimOptions, Simulator};
use serde_json::{Map, Value};

use super::Options;

/// Runs the simulator as long as it lives.
pub(super) struct Account {
    region: String,
    /// `None` for the simulator's.
    own_key: Option<String>,
    simulator: Option<Simulator>,
}

impl Account {
    pub(super) async fn open(options: &Options) -> Result<Self> {
        // A variable that is set to nothing is not a key.
        let own_key = options.api_key.as_deref().map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
        let simulator = match own_key {
            Some(_) => None,
            None => Some(Simulator::start(SimOptions { speed: options.speed, ..SimOptions::default() }).await?),
        };
        Ok(Self { region: options.region.clone(), own_key, simulator })
    }

    pub(super) fn credentials(&self) -> Map<String, Value> {
        let key = self.own_key.as_deref().unwrap_or(DEMO_API_KEY);
        let mut credentials = Map::from_iter([
            ("api_key".into(), key.into()),
            ("region".into(), self.region.as_str().into()),
            ("language".into(), "en_US".into()),
        ]);
        if let Some(simulator) = &self.simulator {
            credentials.insert("base_url".into(), simulator.url().into());
        }
        credentials
    }

    /// The bytes the video must have, where they are known.
    pub(super) fn expected_video(&self) -> Option<&'static [u8]> {
        self.simulator.as_ref().map(|_| SAMPLE_MP4)
    }

    pub(super) fn without_key(&self, text: &str) -> String {
        match &self.own_key {
            Some(key) => text.replace(key, "[API key]"),
            None => text.to_owned(),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.simulator {
            Some(simulator) => write!(f, "simulated Kling at {}, no key needed", simulator.url()),
            None => write!(f, "your own, at Kling in {}", self.region),
        }
    }
}

//! Whose Kling: the simulator's demo account, or the user's own.

use std::fmt;

use anyhow::Result;
use kling_sim::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY, SimOptions, Simulator};
use serde_json::{Map, Value};

use super::Options;

/// Runs the simulator as long as it lives.
pub(super) struct Account {
    region: String,
    keys: Keys,
    simulator: Option<Simulator>,
}

enum Keys {
    /// The user's.
    Own(String),
    DemoApiKey,
    DemoKeyPair,
}

impl Account {
    pub(super) async fn open(options: &Options) -> Result<Self> {
        // A variable that is set to nothing is not a key.
        let own_key = options.api_key.as_deref().map(str::trim).filter(|key| !key.is_empty()).map(str::to_owned);
        let keys = match own_key {
            _ if options.jwt => Keys::DemoKeyPair,
            Some(key) => Keys::Own(key),
            None => Keys::DemoApiKey,
        };
        let simulator = match keys {
            Keys::Own(_) => None,
            _ => Some(Simulator::start(SimOptions { speed: options.speed, ..SimOptions::default() }).await?),
        };
        Ok(Self { region: options.region.clone(), keys, simulator })
    }

    pub(super) fn credentials(&self) -> Map<String, Value> {
        let keys: &[(&str, &str)] = match &self.keys {
            Keys::Own(key) => &[("api_key", key)],
            Keys::DemoApiKey => &[("api_key", DEMO_API_KEY)],
            Keys::DemoKeyPair => &[("access_key", DEMO_ACCESS_KEY), ("secret_key", DEMO_SECRET_KEY)],
        };
        let settings = [("region", self.region.as_str()), ("language", "en_US")];
        let all = keys.iter().copied().chain(settings).map(|(name, value)| (name.to_owned(), value.into()));
        let address = self.simulator.as_ref().map(|simulator| ("base_url".to_owned(), simulator.url().into()));
        all.chain(address).collect()
    }

    /// Whether the simulator makes what is delivered.
    pub(super) fn is_simulated(&self) -> bool {
        self.simulator.is_some()
    }

    pub(super) fn without_key(&self, text: &str) -> String {
        match &self.keys {
            Keys::Own(key) => text.replace(key, "[API key]"),
            _ => text.to_owned(),
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.simulator, &self.keys) {
            (Some(simulator), Keys::DemoKeyPair) => {
                write!(f, "simulated Kling at {}, with its access key and secret key", simulator.url())
            }
            (Some(simulator), _) => write!(f, "simulated Kling at {}, no key needed", simulator.url()),
            (None, _) => write!(f, "your own, at Kling in {}", self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn credentials(api_key: Option<&str>, jwt: bool) -> (Map<String, Value>, bool) {
        let (region, api_key) = ("singapore".into(), api_key.map(str::to_owned));
        let options = Options { region, api_key, jwt, ..Options::simulated() };
        let account = Account::open(&options).await.unwrap();
        (account.credentials(), account.is_simulated())
    }

    #[tokio::test]
    async fn a_key_of_ones_own_goes_to_the_real_kling() {
        let (own, simulated) = credentials(Some(" own "), false).await;
        assert_eq!((&own["api_key"], &own["region"]), (&"own".into(), &"singapore".into()));
        assert!(!simulated && !own.contains_key("base_url"));
        for nothing in [None, Some(" ")] {
            let (demo, simulated) = credentials(nothing, false).await;
            assert!(simulated && demo["api_key"] == DEMO_API_KEY && demo.contains_key("base_url"));
        }
    }

    #[tokio::test]
    async fn a_pair_of_keys_is_for_the_simulator_alone() {
        for own in [None, Some("own")] {
            let (pair, simulated) = credentials(own, true).await;
            assert!(simulated && pair.contains_key("base_url") && !pair.contains_key("api_key"));
            assert_eq!((&pair["access_key"], &pair["secret_key"]), (&DEMO_ACCESS_KEY.into(), &DEMO_SECRET_KEY.into()));
        }
    }
}

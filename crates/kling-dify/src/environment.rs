//! What the process was given, read once.

use std::time::Duration;

use kling_auth::{ApiHost, AuthError, Region};
use kling_tasks::Jitter;

/// The daemon stops a call after this long unless told otherwise (dify-plugin-daemon 0.6.10).
const DEFAULT_MAX_EXECUTION: Duration = Duration::from_secs(600);

/// What comes from outside the request: the host's limit for one call, and where each region's API is, and
/// where the random share of pauses comes from.
#[derive(Debug, Clone)]
pub struct Environment {
    max_execution: Duration,
    beijing: String,
    singapore: String,
    jitter: Jitter,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            max_execution: DEFAULT_MAX_EXECUTION,
            beijing: Region::Beijing.base_url().to_owned(),
            singapore: Region::Singapore.base_url().to_owned(),
            jitter: Jitter::default(),
        }
    }
}

impl Environment {
    /// The process's own: `PLUGIN_MAX_EXECUTION_TIMEOUT` in seconds, which the daemon hands down with the rest of its
    /// environment.
    pub fn of_process() -> Self {
        let told = std::env::var("PLUGIN_MAX_EXECUTION_TIMEOUT").ok().and_then(|text| text.trim().parse().ok());
        Self { max_execution: told.map_or(DEFAULT_MAX_EXECUTION, Duration::from_secs), ..Self::default() }
    }

    /// Another limit for one call.
    #[must_use]
    pub fn with_max_execution(mut self, limit: Duration) -> Self {
        self.max_execution = limit;
        self
    }

    /// Another address of a region's API, for tests: https, or http to loopback.
    #[must_use]
    pub fn with_region_url(mut self, region: Region, url: impl Into<String>) -> Self {
        match region {
            Region::Beijing => self.beijing = url.into(),
            Region::Singapore => self.singapore = url.into(),
        }
        self
    }

    /// Another source of the random share in pauses, for runs that repeat themselves.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
        self
    }

    pub(crate) fn jitter(&self) -> Jitter {
        self.jitter.clone()
    }

    pub(crate) fn max_execution(&self) -> Duration {
        self.max_execution
    }

    pub(crate) fn host_of(&self, region: Region) -> Result<ApiHost, AuthError> {
        ApiHost::custom(
            region,
            match region {
                Region::Beijing => &self.beijing,
                Region::Singapore => &self.singapore,
            },
        )
    }
}

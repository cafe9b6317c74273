//! What the process was given, read once.

use std::time::Duration;

use kling_auth::{ApiHost, AuthError, Region};
use kling_media::DifyOrigins;
use kling_tasks::Jitter;

/// The daemon stops a call after this long unless told otherwise (dify-plugin-daemon 0.6.10).
const DEFAULT_MAX_EXECUTION: Duration = Duration::from_secs(600);
/// No call is planned for longer, whatever the host allows: Kling's slowest task takes minutes.
const LONGEST_EXECUTION: Duration = Duration::from_secs(24 * 60 * 60);

/// What Dify's API takes from a tool as one file unless told otherwise, in bytes (its default until 2026-02, and where
/// its compose file's 52,428,800 is not set).
const DEFAULT_MAX_FILE_BYTES: u64 = 30 * 1024 * 1024;

/// Allows a `base_url` that leads to the plugin's own machine, when it is `1` or `true`.
pub const ALLOW_LOOPBACK: &str = "KLING_ALLOW_LOOPBACK";

/// What comes from outside the request: the host's limits for one call and one file, where each region's API is, whether a user may
/// name this machine as the API's host, where Dify keeps its files, and where the random share of pauses comes from.
#[derive(Debug, Clone)]
pub struct Environment {
    max_execution: Duration,
    max_file_bytes: u64,
    beijing: String,
    singapore: String,
    loopback: bool,
    dify_origins: DifyOrigins,
    jitter: Jitter,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            max_execution: DEFAULT_MAX_EXECUTION,
            max_file_bytes: DEFAULT_MAX_FILE_BYTES,
            beijing: Region::Beijing.base_url().to_owned(),
            singapore: Region::Singapore.base_url().to_owned(),
            loopback: false,
            dify_origins: DifyOrigins::default(),
            jitter: Jitter::default(),
        }
    }
}

impl Environment {
    /// The process's own, which the daemon hands down with the rest of its environment: `PLUGIN_MAX_EXECUTION_TIMEOUT`
    /// in seconds (600 where it is absent, 0 or no number), `PLUGIN_MAX_FILE_SIZE` in bytes (31,457,280 likewise; Dify's
    /// compose file gives the daemon the same as the API, which enforces it), [`ALLOW_LOOPBACK`], and Dify's addresses as
    /// [`DifyOrigins::of_the_environment`] reads them. What cannot be used in it is written to the log, once.
    pub fn of_process() -> Self {
        for name in kling_client::transport::unusable_proxies() {
            tracing::warn!("{name} does not name a proxy that can be used (such as http://proxy:3128): it is ignored");
        }
        Self::of(|name| std::env::var(name).ok()).with_dify_origins(DifyOrigins::of_the_environment())
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let number = |name| variable(name)?.trim().parse().ok().filter(|number| *number > 0);
        let limit = number("PLUGIN_MAX_EXECUTION_TIMEOUT").map_or(DEFAULT_MAX_EXECUTION, Duration::from_secs);
        let max_file_bytes = number("PLUGIN_MAX_FILE_SIZE").unwrap_or(DEFAULT_MAX_FILE_BYTES);
        let loopback = variable(ALLOW_LOOPBACK).is_some_and(|text| {
            let text = text.trim();
            text == "1" || text.eq_ignore_ascii_case("true")
        });
        Self::default().with_max_execution(limit).with_max_file_bytes(max_file_bytes).with_loopback(loopback)
    }

    /// Another limit for one call: at most a day.
    #[must_use]
    pub fn with_max_execution(mut self, limit: Duration) -> Self {
        self.max_execution = limit.min(LONGEST_EXECUTION);
        self
    }

    /// Another size of file that the host takes, in bytes: larger results stay a link unless the user's credentials say
    /// otherwise.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// Whether the `base_url` of a user's credentials may lead to this machine: to a simulator, or to any other of its
    /// services.
    #[must_use]
    pub fn with_loopback(mut self, allowed: bool) -> Self {
        self.loopback = allowed;
        self
    }

    /// Where Dify keeps its files.
    #[must_use]
    pub fn with_dify_origins(mut self, origins: DifyOrigins) -> Self {
        self.dify_origins = origins;
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

    pub(crate) fn max_file_bytes(&self) -> u64 {
        self.max_file_bytes
    }

    pub(crate) fn allows_loopback(&self) -> bool {
        self.loopback
    }

    pub(crate) fn dify_origins(&self) -> &DifyOrigins {
        &self.dify_origins
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::WaitPlan;

    fn limit(setting: &str) -> Duration {
        Environment::of(|name| (name == "PLUGIN_MAX_EXECUTION_TIMEOUT").then(|| setting.to_owned())).max_execution()
    }

    /// Promise 3: every wait ends, whatever number the host's limit is.
    #[tokio::test(start_paused = true)]
    async fn any_limit_of_the_host_can_be_planned_with() {
        for (setting, seconds) in [
            ("", 600),
            ("0", 600),
            ("-1", 600),
            ("soon", 600),
            ("18446744073709551616", 600),
            (" 1 ", 1),
            ("1200", 1200),
            ("86401", 86_400),
            ("18446744073709551615", 86_400),
        ] {
            assert_eq!(limit(setting), Duration::from_secs(seconds), "{setting}");
            let plan = WaitPlan::new(true, Some(Duration::MAX), limit(setting), false);
            assert!(plan.deadline() <= plan.submit_by() && plan.submit_by() <= plan.files_by(), "{setting}");
        }
        assert_eq!(Environment::default().with_max_execution(Duration::MAX).max_execution(), LONGEST_EXECUTION);
    }

    #[test]
    fn the_largest_file_is_what_the_environment_says() {
        let bytes = |setting: Option<&str>| {
            Environment::of(|name| setting.filter(|_| name == "PLUGIN_MAX_FILE_SIZE").map(str::to_owned))
                .max_file_bytes()
        };
        assert_eq!(bytes(Some(" 52428800 ")), 52_428_800);
        for unusable in [None, Some(""), Some("0"), Some("-1"), Some("50M"), Some("18446744073709551616")] {
            assert_eq!(bytes(unusable), 31_457_280, "{unusable:?}");
        }
    }

    #[test]
    fn loopback_is_allowed_by_name_alone() {
        let allows = |setting: Option<&str>| {
            Environment::of(|name| setting.filter(|_| name == ALLOW_LOOPBACK).map(str::to_owned)).allows_loopback()
        };
        assert!(allows(Some("1")) && allows(Some(" TRUE ")));
        for no in [None, Some(""), Some("0"), Some("false"), Some("no")] {
            assert!(!allows(no), "{no:?}");
        }
    }
}

//! The proxies of the environment, whose own names may be private.

use url::Url;

const VARIABLES: [&str; 6] = ["ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"];

/// Hosts that connections may lead through. The machine's owner chose them, so they are not judged; nobody else's link
/// may name them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies(Vec<String>);

impl Proxies {
    pub(crate) fn of_the_environment() -> Self {
        Self::from_settings(VARIABLES.iter().filter_map(|name| std::env::var(name).ok()))
    }

    #[cfg(test)]
    pub(crate) fn of(setting: &str) -> Self {
        Self::from_settings(std::iter::once(setting.to_owned()))
    }

    fn from_settings(settings: impl Iterator<Item = String>) -> Self {
        Self(settings.filter_map(|setting| host(setting.trim())).collect())
    }

    pub(crate) fn include(&self, host: &str) -> bool {
        self.0.iter().any(|proxy| proxy.eq_ignore_ascii_case(host))
    }
}

fn host(setting: &str) -> Option<String> {
    let url = if setting.contains("://") { Url::parse(setting) } else { Url::parse(&format!("http://{setting}")) };
    Some(url.ok()?.host_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_known_by_its_host_however_it_is_written() {
        let settings = ["http://ssrf_proxy:3128", "user:pw@squid.corp:8080", "", "socks5://Relay/"];
        let proxies = Proxies::from_settings(settings.into_iter().map(str::to_owned));
        for host in ["ssrf_proxy", "squid.corp", "relay"] {
            assert!(proxies.include(host), "{host}");
        }
        assert!(!proxies.include("cdn.example.test") && !proxies.include(""));
    }
}

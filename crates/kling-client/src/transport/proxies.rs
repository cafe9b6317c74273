//! Settings of the environment that name a proxy and cannot be used.

use http::Uri;
use http::uri::{Authority, Scheme};

/// Of each pair the first that is set counts, as with the HTTP client that reads them.
const VARIABLES: [[&str; 2]; 3] =
    [["ALL_PROXY", "all_proxy"], ["HTTP_PROXY", "http_proxy"], ["HTTPS_PROXY", "https_proxy"]];

/// The names of the environment's proxy variables whose settings are no http or https proxy. The HTTP client ignores
/// such a setting in silence and connects directly. No setting is in the answer: it may hold a password.
pub fn unusable_proxies() -> Vec<&'static str> {
    unusable(|name| std::env::var(name).ok())
}

fn unusable(variable: impl Fn(&str) -> Option<String>) -> Vec<&'static str> {
    let set = VARIABLES.iter().filter_map(|pair| pair.iter().find_map(|name| Some((*name, variable(name)?))));
    set.filter(|(_, setting)| !setting.is_empty() && !is_usable(setting)).map(|(name, _)| name).collect()
}

fn is_usable(setting: &str) -> bool {
    let Ok(uri) = setting.parse::<Uri>() else { return false };
    let scheme = uri.scheme().is_none_or(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS);
    scheme && uri.authority().is_some_and(names_a_host)
}

fn names_a_host(authority: &Authority) -> bool {
    let after_host = authority.as_str().rsplit_once(authority.host()).map_or("", |(_, rest)| rest);
    !authority.host().is_empty() && (after_host.is_empty() || authority.port_u16().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_that_the_client_would_ignore_are_named() {
        let of = |setting: &str| unusable(|name| (name == "HTTPS_PROXY").then(|| setting.to_owned()));
        for usable in [
            "http://proxy:3128",
            "http://user:pw@proxy.example.test:3128/",
            "https://proxy",
            "proxy:3128",
            "user:pw@proxy:3128",
            "http://[::1]:3128",
            "",
        ] {
            assert_eq!(of(usable), [""; 0], "{usable}");
        }
        for unusable in [
            "http://",
            "http//proxy:3128",
            "htp://proxy:3128",
            "socks5://proxy:1080",
            "http://proxy:port",
            "http://proxy:99999",
            "http://proxy:",
            "http://my proxy:3128",
            " http://proxy:3128",
            "\"http://proxy:3128\"",
        ] {
            assert_eq!(of(unusable), ["HTTPS_PROXY"], "{unusable}");
        }
    }

    #[test]
    fn the_variable_that_counts_is_the_one_named() {
        let both = |name: &str| match name {
            "HTTP_PROXY" => Some("http://proxy:3128".to_owned()),
            "http_proxy" | "all_proxy" => Some("no proxy".to_owned()),
            _ => None,
        };
        assert_eq!(unusable(both), ["all_proxy"]);
    }
}

//! `network` of the manifest: which hosts a plugin connects to.
//!
//! The marketplace shows the list on the plugin's page, and warns of hosts in the package's files that are not on it
//! (dify-marketplace-toolkit, 2026-11). The daemon ignores the field: no version up to 0.6.10 reads a manifest strictly.

use super::field::Field;
use super::finding::Rule;

/// The hosts a plugin connects to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Names of hosts, `api.example.com`, or all below one, `*.example.com`.
    pub domains: Vec<String>,
}

impl Network {
    /// Whether a host is on the list. `*.example.com` covers `example.com` too, as it does in the marketplace.
    pub fn covers(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| match domain.strip_prefix("*.") {
            Some(parent) => host.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
            None => domain == host,
        })
    }

    /// Everything wrong with it is a warning: nothing in Dify refuses it.
    pub(super) fn read(field: &Field<'_>) -> Self {
        if !field.is_missing() && !field.is_map() {
            field.note(Rule::Domain, "must be a map with `domains`");
            return Self::default();
        }
        let domains = field.object(|fields| {
            let domains = fields.get("domains");
            if domains.is_map() || domains.is_scalar() && !domains.is_missing() {
                domains.note(Rule::Domain, "must be a list of hosts");
                return Vec::new();
            }
            domains.list().unwrap_or_default().iter().filter_map(domain).collect()
        });
        Self { domains: domains.unwrap_or_default() }
    }
}

fn domain(field: &Field<'_>) -> Option<String> {
    let name = field.word().unwrap_or_default();
    if is_domain(name) {
        return Some(name.to_owned());
    }
    let message =
        "must be a host such as api.example.com, or \"*.example.com\": in lower case, without a scheme, port or path";
    field.note(Rule::Domain, message);
    None
}

/// `^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`, the form of the marketplace.
fn is_domain(name: &str) -> bool {
    let Some((labels, top)) = name.strip_prefix("*.").unwrap_or(name).rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    labels.split('.').all(is_label) && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_names_of_hosts() {
        for good in ["example.com", "api-1.example.co.uk", "*.example.com", "1.example.com", "xn--fsq.example.com"] {
            assert!(is_domain(good), "{good}");
        }
        for bad in [
            "",
            "*",
            "*.com",
            "localhost",
            "https://example.com",
            "example.com/v1",
            "example.com:443",
            "Example.com",
            "a.*.example.com",
            "*example.com",
            "-a.example.com",
            "a-.example.com",
            "a..example.com",
            ".example.com",
            "example.com.",
            "192.0.2.1",
            "例.example.com",
        ] {
            assert!(!is_domain(bad), "{bad}");
        }
    }

    #[test]
    fn a_wildcard_covers_what_is_below_it_and_itself() {
        let network = Network { domains: vec!["*.example.com".into(), "api.example.org".into()] };
        for host in ["example.com", "a.example.com", "a.b.example.com", "api.example.org"] {
            assert!(network.covers(host), "{host}");
        }
        for host in ["notexample.com", "example.com.evil.org", "example.org", "b.api.example.org", ""] {
            assert!(!network.covers(host), "{host}");
        }
    }
}

//! The one host that credentials may go to.

use std::fmt;
use std::net::Ipv4Addr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::{Host, Url};

use crate::{AuthError, Region};

/// All but the characters that RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The Kling host in use: a region's own, or one that the user named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiHost {
    region: Region,
    base: Url,
}

impl ApiHost {
    /// A region's host.
    ///
    /// # Errors
    /// Never for the regions there are: their URLs are well formed.
    pub fn of_region(region: Region) -> Result<Self, AuthError> {
        Self::custom(region, region.base_url())
    }

    /// A host of the user's choice (a gateway, a simulator): https, or http to this machine itself.
    ///
    /// # Errors
    /// When the URL is something else, or carries a user name, a query or a fragment.
    pub fn custom(region: Region, base_url: &str) -> Result<Self, AuthError> {
        let base = Url::parse(base_url.trim())
            .map_err(|_| AuthError::BadHost("is not a URL: write it like `https://api.example.com`"))?;
        match base.scheme() {
            "https" => {}
            "http" if is_loopback(&base) => {}
            _ => {
                return Err(AuthError::BadHost("must begin with https:// (http:// only to a loopback address)"));
            }
        }
        if base.host().is_none() {
            return Err(AuthError::BadHost("names no host"));
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(AuthError::BadHost("must not carry a user name or password"));
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(AuthError::BadHost("must end before ? and #"));
        }
        Ok(Self { region, base: without_version(base) })
    }

    /// The region whose account is in use.
    pub fn region(&self) -> Region {
        self.region
    }

    /// Whether it is this machine: a simulator.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// Whether a connection to it ends at this machine, in whatever spelling: a [loopback](Self::is_loopback) address,
    /// one of those mapped into IPv6, an unspecified address (which Linux connects to itself), or a name under
    /// `localhost`. Names that DNS leads here are not looked up.
    pub fn leads_to_this_machine(&self) -> bool {
        match self.base.host() {
            Some(Host::Ipv4(address)) => is_own(address),
            Some(Host::Ipv6(address)) => {
                address.is_loopback() || address.is_unspecified() || address.to_ipv4().is_some_and(is_own)
            }
            Some(Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            None => false,
        }
    }

    /// A path of the API on this host. Segments beyond the fixed `path`, such as ids, are escaped.
    ///
    /// # Errors
    /// Never for hosts made by this type.
    pub fn endpoint<'a>(&self, path: &str, segments: impl IntoIterator<Item = &'a str>) -> Result<Url, AuthError> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| AuthError::BadHost("cannot carry a path"))?
            .pop_if_empty()
            .extend(path.split('/').filter(|segment| !segment.is_empty()));
        // Escaped here and not by the URL, which would leave characters alone that some servers give a meaning. Segments
        // of dots would climb out of the path.
        let escaped = segments
            .into_iter()
            .filter(|segment| !matches!(*segment, "." | ".."))
            .fold(url.path().to_owned(), |path, segment| format!("{path}/{}", utf8_percent_encode(segment, ESCAPED)));
        url.set_path(&escaped);
        Ok(url)
    }
}

impl fmt::Display for ApiHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

/// A base URL as other tools want it: with the `v1` that this one writes itself.
fn without_version(mut base: Url) -> Url {
    let versioned = base.path().trim_end_matches('/').strip_suffix("/v1").map(str::to_owned);
    if let Some(path) = versioned {
        base.set_path(&path);
    }
    base
}

/// 127.0.0.0/8 and 0.0.0.0/8.
fn is_own(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.octets()[0] == 0
}

/// Whether a URL's host is this machine by its own spelling: 127.0.0.0/8, `[::1]` or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(url: &str) -> Result<String, String> {
        ApiHost::custom(Region::Beijing, url).map(|host| host.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn regions_have_their_hosts() {
        let host = ApiHost::of_region(Region::Singapore).unwrap();
        assert_eq!(host.to_string(), "https://api-singapore.klingai.com");
        assert!(!host.is_loopback());
    }

    #[test]
    fn https_and_loopback_hosts_are_taken() {
        assert_eq!(custom(" https://gateway.example.com/kling/ ").unwrap(), "https://gateway.example.com/kling");
        for url in ["http://127.0.0.1:8787", "http://127.9.9.9", "http://[::1]:80", "http://localhost:1"] {
            assert!(ApiHost::custom(Region::Beijing, url).unwrap().is_loopback(), "{url}");
        }
    }

    #[test]
    fn every_spelling_of_this_machine_is_known() {
        let own = |url: &str| ApiHost::custom(Region::Beijing, url).unwrap().leads_to_this_machine();
        for url in [
            "http://127.0.0.1:1",
            "https://127.9.9.9",
            "https://0x7f.1",
            "https://0.0.0.0",
            "https://[::1]",
            "https://[::]",
            "https://[::ffff:127.0.0.1]",
            "https://localhost.",
            "https://sim.localhost",
        ] {
            assert!(own(url), "{url}");
        }
        for url in ["https://10.0.0.1", "https://[fd00::1]", "https://localhost.example.com", "https://mylocalhost"] {
            assert!(!own(url), "{url}");
        }
    }

    #[test]
    fn other_hosts_are_refused_with_what_to_do() {
        for url in [
            "http://api-beijing.klingai.com",
            "http://10.0.0.1",
            "http://localhost.evil.test",
            "ftp://x",
            "file:///etc/passwd",
            "http://127.0.0.1.evil.test",
        ] {
            assert!(custom(url).unwrap_err().contains("must begin with https://"), "{url}");
        }
        assert!(custom("api.example.com").unwrap_err().contains("is not a URL"));
        assert!(custom("").unwrap_err().contains("is not a URL"));
        assert!(custom("https://user:pw@example.com").unwrap_err().contains("user name"));
        assert!(custom("https://example.com/?a=b").unwrap_err().contains("before ? and #"));
    }

    #[test]
    fn paths_are_joined_and_ids_escaped() {
        let host = ApiHost::custom(Region::Beijing, "https://gateway.example.com/kling/").unwrap();
        let url = host.endpoint("/v1/videos/text2video", ["../a?b#c/d"]).unwrap();
        assert_eq!(url.as_str(), "https://gateway.example.com/kling/v1/videos/text2video/..%2Fa%3Fb%23c%2Fd");
        let url = host.endpoint("/account/costs", []).unwrap();
        assert_eq!(url.as_str(), "https://gateway.example.com/kling/account/costs");
    }

    #[test]
    fn a_version_at_the_end_is_not_written_twice() {
        for (given, base) in [
            ("https://gateway.example.com/v1", "https://gateway.example.com"),
            ("https://gateway.example.com/kling/v1/", "https://gateway.example.com/kling"),
            ("https://gateway.example.com/v1/kling", "https://gateway.example.com/v1/kling"),
            ("https://gateway.example.com/api-v1", "https://gateway.example.com/api-v1"),
            ("https://v1.example.com", "https://v1.example.com"),
        ] {
            assert_eq!(custom(given).unwrap(), base, "{given}");
        }
        let host = ApiHost::custom(Region::Beijing, "https://gateway.example.com/v1/").unwrap();
        let url = host.endpoint("/v1/videos/text2video", []).unwrap();
        assert_eq!(url.as_str(), "https://gateway.example.com/v1/videos/text2video");
    }

    /// A segment of dots alone is dropped by URL rules: it must not climb out of its path.
    #[test]
    fn an_id_of_dots_never_climbs() {
        let host = ApiHost::of_region(Region::Beijing).unwrap();
        for id in ["..", ".", "%2e%2e"] {
            let url = host.endpoint("/v1/videos/text2video", [id]).unwrap();
            assert!(url.path().starts_with("/v1/videos/text2video"), "{url}");
        }
    }
}

//! Which links are followed, and which are passed on.

use std::fmt;

use url::{Host, Url};

use crate::MediaError;
use crate::net::{Proxies, Reach, Rules};

/// Where a download may go, redirects included.
///
/// Every connection is judged when it is made, by the address that is connected to: no loopback, private, link-local,
/// carrier-grade or metadata address, in whatever spelling, and whatever DNS says by then. Where the environment names
/// a proxy, the proxy does the resolving: then hosts are judged by what their link says, and the rest is the proxy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPolicy {
    /// https links to public addresses only.
    HttpsOnly,
    /// Also this machine itself, by its loopback address or as `localhost`, over plain http too: for a simulator, when
    /// the API's host is one.
    HttpsOrLoopback,
}

/// What is wrong with a link. As text it continues "the link …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkProblem {
    /// Not a URL, or one that different programs read differently.
    NotAUrl,
    /// Another scheme than https.
    NotHttps,
    /// A user name or password before the host.
    Credentials,
    /// A host that is not on the public internet, or hides behind an odd spelling.
    Private,
    /// Too many redirects.
    TooManyRedirects,
}

impl LinkProblem {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotAUrl => "is not a URL",
            Self::NotHttps => "does not begin with https://",
            Self::Credentials => "carries a user name or password",
            Self::Private => "does not lead to a public host",
            Self::TooManyRedirects => "redirects too often",
        }
    }
}

impl fmt::Display for LinkProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for LinkProblem {}

impl LinkPolicy {
    pub(crate) fn rules(self, proxies: Proxies) -> Rules {
        let reach = match self {
            Self::HttpsOnly => Reach::Public,
            Self::HttpsOrLoopback => Reach::PublicOrLoopback,
        };
        Rules { reach, proxies }
    }

    /// A link that others are to follow, in the form in which it is passed on: public by its form, no name is looked up.
    pub(crate) fn passable(self, link: &str) -> Result<String, LinkProblem> {
        let link = link.trim();
        let url = unmistakable(link)?;
        self.rules(Proxies::default()).judge(&url)?;
        let own_machine = self == Self::HttpsOrLoopback && kling_auth::is_loopback(&url);
        if !own_machine && !is_public_form(&url, link) {
            return Err(LinkProblem::Private);
        }
        Ok(if link.is_ascii() && !link.contains(' ') { link.to_owned() } else { url.into() })
    }
}

/// Reads a link for a connection of ours.
pub(crate) fn parse(rules: &Rules, link: &str) -> Result<Url, MediaError> {
    let url = Url::parse(link.trim()).map_err(|_| LinkProblem::NotAUrl);
    let url = url.and_then(|url| rules.judge(&url).map(|()| url));
    url.map_err(|problem| MediaError::BadLink(problem.as_str()))
}

/// URL parsers of browsers mend much; others do not, or do it otherwise. Only what all read alike is passed on.
fn unmistakable(link: &str) -> Result<Url, LinkProblem> {
    let url = Url::parse(link).map_err(|_| LinkProblem::NotAUrl)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(LinkProblem::NotHttps);
    }
    let after_scheme = link.get(url.scheme().len()..).unwrap_or_default();
    if !after_scheme.starts_with("://") || link.contains(mended) {
        return Err(LinkProblem::NotAUrl);
    }
    Ok(url)
}

fn mended(c: char) -> bool {
    c == '\\' || c.is_control() || (c.is_whitespace() && c != ' ')
}

/// Names for private networks, by standard or by custom.
const PRIVATE_SUFFIXES: [&str; 11] =
    ["localhost", "local", "internal", "intranet", "private", "corp", "home", "lan", "home.arpa", "invalid", "onion"];

fn is_public_form(url: &Url, link: &str) -> bool {
    match url.host() {
        // Spelled as everybody spells it: what we read as a public address may be another one to others.
        Some(Host::Ipv4(address)) => spelled(link, &address.to_string()),
        Some(Host::Ipv6(_)) => true,
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let private = |suffix: &&str| name.strip_suffix(*suffix).is_some_and(|rest| rest.ends_with('.'));
            name.contains('.') && !PRIVATE_SUFFIXES.iter().any(private)
        }
        None => false,
    }
}

fn spelled(link: &str, host: &str) -> bool {
    let after = link.split_once("://").map_or("", |(_, rest)| rest);
    after.strip_prefix(host).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(policy: LinkPolicy, link: &str) -> Result<Url, MediaError> {
        super::parse(&policy.rules(Proxies::default()), link)
    }

    #[test]
    fn only_https_is_followed_and_loopback_where_allowed() {
        let allowed = |policy: LinkPolicy, link| parse(policy, link).is_ok();
        assert!(allowed(LinkPolicy::HttpsOnly, "https://cdn.example.test/v.mp4?sign=1"));
        for link in [
            "http://cdn.example.test/v.mp4",
            "http://127.0.0.1:1/v.mp4",
            "https://127.0.0.1:1/v.mp4",
            "ftp://x/y",
            "file:///etc/passwd",
            "",
            "v.mp4",
        ] {
            assert!(!allowed(LinkPolicy::HttpsOnly, link), "{link}");
        }
        assert!(allowed(LinkPolicy::HttpsOrLoopback, "http://127.0.0.1:1/v.mp4"));
        assert!(!allowed(LinkPolicy::HttpsOrLoopback, "http://10.0.0.1/v.mp4"));
    }

    /// Promise 6: no signed link in an error.
    #[test]
    fn a_refused_link_is_not_quoted() {
        let error = parse(LinkPolicy::HttpsOnly, "http://cdn.example.test/v.mp4?sign=SECRET").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("SECRET"));
    }

    #[test]
    fn public_links_are_passed_on_as_they_are() {
        for link in [
            "https://cdn.example.com/a.png",
            "HTTPS://CDN.example.com:8443/a.png?x-sign=a%2Fb&t=1#f",
            "https://8.8.8.8/a.png",
            "https://[2606:4700::1111]/a.png",
            "https://cdn.example.com",
        ] {
            assert_eq!(LinkPolicy::HttpsOnly.passable(&format!(" {link}\n")).as_deref(), Ok(link));
        }
        let chinese = LinkPolicy::HttpsOnly.passable("https://cdn.example.com/图 1.png");
        assert_eq!(chinese.as_deref(), Ok("https://cdn.example.com/%E5%9B%BE%201.png"));
    }

    #[test]
    fn links_that_are_not_public_by_their_form_are_not_passed_on() {
        use LinkProblem::{Credentials, NotAUrl, NotHttps, Private};
        for (link, problem) in [
            ("https://localhost/a.png", Private),
            ("https://localhost./a.png", Private),
            ("https://dify.local/a.png", Private),
            ("https://nas/a.png", Private),
            ("https://api.default.svc.cluster.local/a.png", Private),
            ("https://metadata.google.internal/a.png", Private),
            ("https://127.0.0.1/a.png", Private),
            ("https://0x7f.1/a.png", Private),
            ("https://[::ffff:127.0.0.1]/a.png", Private),
            // 8.8.8.8, for those who read numbers.
            ("https://134744072/a.png", Private),
            ("https://010.8.8.8/a.png", Private),
            ("http://127.0.0.1/a.png", Private),
            ("http://cdn.example.com/a.png", NotHttps),
            ("ftp://cdn.example.com/a.png", NotHttps),
            ("https://cdn.example.com@127.0.0.1/a.png", Credentials),
            ("https:cdn.example.com/a.png", NotAUrl),
            ("https:/cdn.example.com/a.png", NotAUrl),
            ("https:\\\\cdn.example.com/a.png", NotAUrl),
            ("https://cdn.exam ple.com/a.png", NotAUrl),
            ("https://cdn.exa\nmple.com/a.png", NotAUrl),
            ("https://", NotAUrl),
        ] {
            assert_eq!(LinkPolicy::HttpsOnly.passable(link), Err(problem), "{link}");
        }
    }

    #[test]
    fn a_simulators_links_are_passed_on_where_allowed() {
        for link in ["http://127.0.0.1:8787/a.png", "http://localhost:8787/a.png"] {
            assert_eq!(LinkPolicy::HttpsOrLoopback.passable(link).as_deref(), Ok(link));
        }
        assert_eq!(LinkPolicy::HttpsOrLoopback.passable("https://10.0.0.1/a.png"), Err(LinkProblem::Private));
    }
}

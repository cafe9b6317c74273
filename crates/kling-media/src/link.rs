//! Which links are followed.

use reqwest::redirect::Policy;
use url::Url;

use crate::MediaError;

const MAX_REDIRECTS: usize = 5;

/// Where a download may go, redirects included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPolicy {
    /// https links only.
    HttpsOnly,
    /// Also plain http to this machine itself: for a simulator, when the API's host is one.
    HttpsOrLoopback,
}

impl LinkPolicy {
    /// Reads a link and judges it.
    pub(crate) fn parse(self, link: &str) -> Result<Url, MediaError> {
        let url = Url::parse(link.trim()).map_err(|_| MediaError::BadLink("is not a URL"))?;
        if self.allows(&url) { Ok(url) } else { Err(MediaError::BadLink("does not begin with https://")) }
    }

    fn allows(self, url: &Url) -> bool {
        match url.scheme() {
            "https" => true,
            "http" => self == Self::HttpsOrLoopback && kling_auth::is_loopback(url),
            _ => false,
        }
    }

    pub(crate) fn redirects(self) -> Policy {
        Policy::custom(move |attempt| {
            if attempt.previous().len() > MAX_REDIRECTS {
                attempt.error("too many redirects")
            } else if self.allows(attempt.url()) {
                attempt.follow()
            } else {
                attempt.error("a redirect away from https")
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_followed_and_loopback_where_allowed() {
        let allowed = |policy: LinkPolicy, link| policy.parse(link).is_ok();
        assert!(allowed(LinkPolicy::HttpsOnly, "https://cdn.example.test/v.mp4?sign=1"));
        for link in [
            "http://cdn.example.test/v.mp4",
            "http://127.0.0.1:1/v.mp4",
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
        let error = LinkPolicy::HttpsOnly.parse("http://cdn.example.test/v.mp4?sign=SECRET").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("SECRET"));
    }
}

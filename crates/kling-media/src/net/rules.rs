//! Which URLs a client may ask, redirects included.

use reqwest::redirect::{Attempt, Policy};
use url::{Host, Url};

use super::{Proxies, Reach};
use crate::LinkProblem;

const MAX_REDIRECTS: usize = 5;

/// What holds for every URL that a client asks. Names are judged again, by their addresses, when they are connected to.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) reach: Reach,
    pub(crate) proxies: Proxies,
}

impl Rules {
    pub(crate) fn judge(&self, url: &Url) -> Result<(), LinkProblem> {
        let own_machine = kling_auth::is_loopback(url);
        match url.scheme() {
            "https" => {}
            "http" if self.reach == Reach::Dify => {}
            "http" if self.reach == Reach::PublicOrLoopback && own_machine => {}
            "http" if own_machine => return Err(LinkProblem::Private),
            _ => return Err(LinkProblem::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkProblem::Credentials);
        }
        let permitted = match url.host() {
            None => return Err(LinkProblem::NotAUrl),
            Some(Host::Ipv4(address)) => self.reach.permits_literal(address.into()),
            Some(Host::Ipv6(address)) => self.reach.permits_literal(address.into()),
            Some(Host::Domain(name)) => {
                !self.proxies.include(name.trim_end_matches('.')) && (self.reach != Reach::Public || !own_machine)
            }
        };
        if permitted { Ok(()) } else { Err(LinkProblem::Private) }
    }

    pub(crate) fn redirects(self) -> Policy {
        Policy::custom(move |attempt| match self.judge_redirect(&attempt) {
            Ok(()) => attempt.follow(),
            Err(problem) => attempt.error(problem),
        })
    }

    fn judge_redirect(&self, attempt: &Attempt<'_>) -> Result<(), LinkProblem> {
        if attempt.previous().len() > MAX_REDIRECTS {
            return Err(LinkProblem::TooManyRedirects);
        }
        if self.reach == Reach::Dify && !attempt.previous().last().is_some_and(|from| stays(from, attempt.url())) {
            // What Dify signed vouches for Dify and for nothing else, also not on the same machine.
            return Err(LinkProblem::Private);
        }
        self.judge(attempt.url())
    }
}

/// The same scheme, host and port.
fn stays(from: &Url, to: &Url) -> bool {
    from.origin() == to.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(reach: Reach, link: &str) -> Result<(), LinkProblem> {
        let rules = Rules { reach, proxies: Proxies::of("http://ssrf_proxy:3128") };
        rules.judge(&Url::parse(link).unwrap())
    }

    /// Spellings that read as 127.0.0.1 or as another address nobody may ask.
    const ODD_SPELLINGS: [&str; 12] = [
        "https://0x7f.1/v.mp4",
        "https://0177.0.0.1/v.mp4",
        "https://2130706433/v.mp4",
        "https://127.1/v.mp4",
        "https://127.0.0.1./v.mp4",
        "https://１２７.０.０.１/v.mp4",
        "https://%31%32%37.0.0.1/v.mp4",
        "https://[::ffff:127.0.0.1]/v.mp4",
        "https://[::127.0.0.1]/v.mp4",
        "https://[::ffff:7f00:1]/v.mp4",
        "https://[64:ff9b::10.0.0.1]/v.mp4",
        "https://0/v.mp4",
    ];

    #[test]
    fn odd_spellings_of_an_address_are_read_as_the_address() {
        for link in ODD_SPELLINGS {
            assert_eq!(judge(Reach::Public, link), Err(LinkProblem::Private), "{link}");
        }
    }

    #[test]
    fn only_the_internet_is_public() {
        assert_eq!(judge(Reach::Public, "https://cdn.example.test/v.mp4?sign=1"), Ok(()));
        assert_eq!(judge(Reach::Public, "https://8.8.8.8/v.mp4"), Ok(()));
        for link in [
            "https://127.0.0.1/",
            "https://localhost/",
            "http://localhost:1/",
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://100.64.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://198.18.0.1/",
            "https://[::1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://ssrf_proxy/",
        ] {
            assert_eq!(judge(Reach::Public, link), Err(LinkProblem::Private), "{link}");
        }
        assert_eq!(judge(Reach::Public, "http://cdn.example.test/"), Err(LinkProblem::NotHttps));
        assert_eq!(judge(Reach::Public, "https://user@cdn.example.test/"), Err(LinkProblem::Credentials));
        assert_eq!(judge(Reach::Public, "https://:pw@cdn.example.test/"), Err(LinkProblem::Credentials));
    }

    #[test]
    fn a_simulator_may_be_on_this_machine_and_dify_anywhere_a_dify_stands() {
        for link in ["http://127.0.0.1:8787/v.mp4", "http://localhost:8787/v.mp4", "http://[::1]:8787/v.mp4"] {
            assert_eq!(judge(Reach::PublicOrLoopback, link), Ok(()), "{link}");
            assert_eq!(judge(Reach::Dify, link), Ok(()), "{link}");
        }
        assert_eq!(judge(Reach::PublicOrLoopback, "https://10.0.0.1/"), Err(LinkProblem::Private));
        assert_eq!(judge(Reach::PublicOrLoopback, "http://10.0.0.1/"), Err(LinkProblem::NotHttps));
        assert_eq!(judge(Reach::Dify, "http://api:5001/files/1/file-preview"), Ok(()));
        assert_eq!(judge(Reach::Dify, "http://192.168.1.5/files/1/file-preview"), Ok(()));
        assert_eq!(judge(Reach::Dify, "http://169.254.169.254/files/"), Err(LinkProblem::Private));
    }

    #[test]
    fn dify_redirects_to_itself_alone() {
        let stays = |from, to| stays(&Url::parse(from).unwrap(), &Url::parse(to).unwrap());
        assert!(stays("http://dify.example.test/files/1", "http://DIFY.example.test:80/files/2"));
        assert!(!stays("http://dify.example.test/files/1", "https://dify.example.test/files/1"));
        assert!(!stays("http://dify.example.test/files/1", "http://dify.example.test:9200/files/1"));
        assert!(!stays("https://dify.example.test/files/1", "http://dify.example.test/files/1"));
        assert!(!stays("http://dify.example.test/files/1", "http://10.0.0.1/files/1"));
    }
}

//! The resolver that hands out no forbidden address, so that no connection to one can begin.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{Proxies, Zone};

/// How far connections may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The internet.
    Public,
    /// The internet, and this machine where it is called by its own name: a simulator.
    PublicOrLoopback,
    /// Wherever a Dify can stand: also on this machine or in a private network.
    Dify,
}

impl Reach {
    /// Whether an address that stands in a link itself may be connected to.
    pub(crate) fn permits_literal(self, address: IpAddr) -> bool {
        match Zone::of(address) {
            Zone::Public => true,
            Zone::Loopback => self != Self::Public,
            Zone::Private | Zone::Stand => self == Self::Dify,
            Zone::Forbidden => false,
        }
    }

    /// Whether an address that DNS gave for a name may be connected to.
    fn permits_answer(self, name: &str, address: IpAddr) -> bool {
        match Zone::of(address) {
            // Behind a transparent proxy every name has such an address, and the proxy connects to the true one.
            Zone::Public | Zone::Stand => true,
            Zone::Loopback => self == Self::Dify || (self == Self::PublicOrLoopback && name == "localhost"),
            Zone::Private => self == Self::Dify,
            Zone::Forbidden => false,
        }
    }
}

/// Every address of a name is out of reach.
#[derive(Debug, thiserror::Error)]
#[error("the host's address is not one that files are fetched from")]
pub(crate) struct OutOfReach;

/// Whether it was the guard that ended a request.
pub(crate) fn refusal_in(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(<dyn Error>::is::<OutOfReach>)
}

/// A resolver that drops what is out of reach. It is asked at every connection, and what it answers is what is
/// connected to: there is no time between check and use in which a name could change its mind.
#[derive(Clone)]
pub(crate) struct Guard {
    dns: Arc<dyn Resolve>,
    reach: Reach,
    proxies: Proxies,
}

impl Guard {
    pub(crate) fn new(dns: Arc<dyn Resolve>, reach: Reach, proxies: Proxies) -> Self {
        Self { dns, reach, proxies }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("reach", &self.reach).finish_non_exhaustive()
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().trim_end_matches('.').to_ascii_lowercase();
        if self.proxies.include(&host) {
            return self.dns.resolve(name);
        }
        let reach = self.reach;
        let resolving = self.dns.resolve(name);
        Box::pin(async move {
            let permitted: Vec<_> = resolving.await?.filter(|found| reach.permits_answer(&host, found.ip())).collect();
            if permitted.is_empty() {
                return Err(OutOfReach.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::sync::Mutex;

    use super::*;

    /// Answers in order, one a question.
    struct Answers(Mutex<Vec<&'static [&'static str]>>);

    impl Resolve for Answers {
        fn resolve(&self, _: Name) -> Resolving {
            let answer = self.0.lock().unwrap().remove(0);
            let addresses = answer.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 0));
            Box::pin(std::future::ready(Ok(Box::new(addresses) as Addrs)))
        }
    }

    async fn ask(guard: &Guard, name: &str) -> Result<Vec<String>, bool> {
        match guard.resolve(name.parse().unwrap()).await {
            Ok(found) => Ok(found.map(|found| found.ip().to_string()).collect()),
            Err(error) => Err(refusal_in(&*error)),
        }
    }

    fn guard(reach: Reach, answers: Vec<&'static [&'static str]>) -> Guard {
        Guard::new(Arc::new(Answers(Mutex::new(answers))), reach, Proxies::default())
    }

    #[tokio::test]
    async fn an_answer_that_changes_is_judged_each_time() {
        let guard = guard(Reach::Public, vec![&["8.8.8.8"], &["127.0.0.1"], &["169.254.169.254", "10.0.0.1"]]);
        assert_eq!(ask(&guard, "cdn.example.test").await, Ok(vec!["8.8.8.8".to_owned()]));
        assert_eq!(ask(&guard, "cdn.example.test").await, Err(true));
        assert_eq!(ask(&guard, "cdn.example.test").await, Err(true));
    }

    #[tokio::test]
    async fn of_a_mixed_answer_only_what_is_in_reach_is_left() {
        let guard = guard(Reach::Public, vec![&["10.0.0.1", "8.8.8.8", "::ffff:10.0.0.1", "198.18.0.9"]]);
        assert_eq!(ask(&guard, "cdn.example.test").await, Ok(vec!["8.8.8.8".to_owned(), "198.18.0.9".to_owned()]));
    }

    #[tokio::test]
    async fn loopback_answers_are_for_the_name_of_this_machine_alone() {
        let guard = guard(Reach::PublicOrLoopback, vec![&["127.0.0.1"], &["127.0.0.1"], &["10.0.0.1"]]);
        assert_eq!(ask(&guard, "localhost").await, Ok(vec!["127.0.0.1".to_owned()]));
        assert_eq!(ask(&guard, "rebind.example.test").await, Err(true));
        assert_eq!(ask(&guard, "localhost").await, Err(true));
    }

    #[tokio::test]
    async fn dify_may_be_private_but_is_never_a_metadata_service() {
        let guard = guard(Reach::Dify, vec![&["172.18.0.5"], &["169.254.169.254"]]);
        assert_eq!(ask(&guard, "api").await, Ok(vec!["172.18.0.5".to_owned()]));
        assert_eq!(ask(&guard, "api").await, Err(true));
    }

    #[tokio::test]
    async fn the_proxy_itself_may_be_private() {
        let guard = Guard { proxies: Proxies::default(), ..guard(Reach::Public, vec![&["172.18.0.9"]]) };
        assert_eq!(ask(&guard, "ssrf_proxy").await, Err(true));
        let proxies = Proxies::of("ssrf_proxy");
        let guard = Guard { proxies, ..self::guard(Reach::Public, vec![&["172.18.0.9"]]) };
        assert_eq!(ask(&guard, "ssrf_proxy").await, Ok(vec!["172.18.0.9".to_owned()]));
    }
}

//! Why a connection came to nothing, by meaning: the texts of the libraries below are for programmers.

use std::error::Error;
use std::io;

use crate::transport::dns::NameNotResolved;
use crate::transport::tls::{CertificateProblem, certificate_problem, is_tls};

/// Why there is no connection, or no longer one. Plain data, which callers can say in any language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConnectionProblem {
    /// No address could be found for a name: the service's, or that of a proxy before it.
    Name {
        /// The name.
        name: String,
        /// Why.
        problem: NameProblem,
    },
    /// Nobody listens there, or a firewall says so.
    Refused,
    /// Nobody answered in time.
    TimedOut,
    /// This machine has no way there.
    NoRoute,
    /// The other side is not who it should be.
    Certificate(CertificateProblem),
    /// No encrypted connection came about for another reason.
    Tls,
    /// The proxy wants a user name and password, or others.
    ProxyCredentials,
    /// The proxy does not connect to the service.
    Proxy,
    /// It was there, and ended too early.
    Broken,
    /// Anything else.
    Other,
}

/// Why a name has no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameProblem {
    /// The machine does not say which DNS servers to ask.
    #[error("this machine has no DNS settings (/etc/resolv.conf)")]
    NoSettings,
    /// The DNS servers say that there is none.
    #[error("the DNS server knows no such name")]
    NoSuchName,
    /// The name is there, without an address.
    #[error("the name has no address")]
    NoAddress,
    /// No DNS server answered.
    #[error("the DNS server does not answer")]
    TimedOut,
    /// The DNS servers refuse to answer this machine, or nobody listens there.
    #[error("the DNS server refuses to answer")]
    Refused,
    /// The DNS servers are in trouble.
    #[error("the DNS server reports a failure")]
    Failed,
}

/// What an error of the HTTP client, or one that holds such an error, is about.
pub fn connection_problem(error: &(dyn Error + 'static)) -> ConnectionProblem {
    if let Some(NameNotResolved { name, problem, .. }) = causes(error).find_map(|cause| cause.downcast_ref()) {
        return ConnectionProblem::Name { name: name.clone(), problem: *problem };
    }
    if let Some(problem) = certificate_problem(error) {
        return ConnectionProblem::Certificate(problem);
    }
    if let Some(problem) = causes(error).find_map(proxy_problem) {
        return problem;
    }
    if causes(error).any(is_tls) {
        return ConnectionProblem::Tls;
    }
    let of_http = causes(error).find_map(|cause| cause.downcast_ref::<reqwest::Error>());
    if of_http.is_some_and(reqwest::Error::is_timeout) {
        return ConnectionProblem::TimedOut;
    }
    match causes(error).find_map(|cause| io_problem(cause.downcast_ref::<io::Error>()?.kind())) {
        Some(problem) => problem,
        None if of_http.is_some_and(|error| !error.is_connect()) => ConnectionProblem::Broken,
        None => ConnectionProblem::Other,
    }
}

/// The HTTP client does not name its errors about tunnels through proxies: they are known by their text (hyper-util
/// 0.1). What is not recognised is [`ConnectionProblem::Other`].
fn proxy_problem(cause: &(dyn Error + 'static)) -> Option<ConnectionProblem> {
    let text = cause.to_string();
    let problem = text.strip_prefix("tunnel error: ")?;
    match problem {
        "proxy authorization required" => Some(ConnectionProblem::ProxyCredentials),
        // What went wrong stands below this one.
        "failed to create underlying connection" => None,
        _ => Some(ConnectionProblem::Proxy),
    }
}

fn io_problem(kind: io::ErrorKind) -> Option<ConnectionProblem> {
    use io::ErrorKind as Kind;
    match kind {
        Kind::ConnectionRefused => Some(ConnectionProblem::Refused),
        Kind::TimedOut => Some(ConnectionProblem::TimedOut),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown | Kind::AddrNotAvailable => {
            Some(ConnectionProblem::NoRoute)
        }
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe | Kind::UnexpectedEof => {
            Some(ConnectionProblem::Broken)
        }
        _ => None,
    }
}

/// An error and what it was made of, from the outside in.
pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| cause(error))
}

/// An I/O error has no source but holds the error it was made of.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<dyn Error + Send + Sync>>,
    }

    fn around(source: impl Into<Box<dyn Error + Send + Sync>>) -> Layer {
        Layer { text: "client error (Connect)", source: Some(source.into()) }
    }

    #[test]
    fn a_cause_is_found_however_deep_it_lies() {
        let lookup = NameNotResolved { name: "kling.test".to_owned(), problem: NameProblem::NoSuchName, cause: None };
        assert_eq!(
            connection_problem(&around(around(lookup))),
            ConnectionProblem::Name { name: "kling.test".to_owned(), problem: NameProblem::NoSuchName }
        );
        let certificate = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        assert_eq!(
            connection_problem(&around(io::Error::other(io::Error::other(certificate)))),
            ConnectionProblem::Certificate(CertificateProblem::UnknownIssuer)
        );
        let handshake = io::Error::other(rustls::Error::HandshakeNotComplete);
        assert_eq!(connection_problem(&around(handshake)), ConnectionProblem::Tls);
        assert_eq!(connection_problem(&around("no idea")), ConnectionProblem::Other);
    }

    #[test]
    fn the_machine_s_own_errors_are_told_apart() {
        for (kind, problem) in [
            (io::ErrorKind::ConnectionRefused, ConnectionProblem::Refused),
            (io::ErrorKind::TimedOut, ConnectionProblem::TimedOut),
            (io::ErrorKind::NetworkUnreachable, ConnectionProblem::NoRoute),
            (io::ErrorKind::ConnectionReset, ConnectionProblem::Broken),
            (io::ErrorKind::PermissionDenied, ConnectionProblem::Other),
        ] {
            assert_eq!(connection_problem(&around(io::Error::from(kind))), problem, "{kind}");
        }
    }

    #[test]
    fn a_proxy_that_wants_a_password_is_not_one_that_cannot_be_reached() {
        let tunnel = |text, source| around(Layer { text, source });
        let asks = tunnel("tunnel error: proxy authorization required", None);
        assert_eq!(connection_problem(&asks), ConnectionProblem::ProxyCredentials);
        assert_eq!(connection_problem(&tunnel("tunnel error: unsuccessful", None)), ConnectionProblem::Proxy);
        let refused: Box<dyn Error + Send + Sync> = Box::new(io::Error::from(io::ErrorKind::ConnectionRefused));
        let below = tunnel("tunnel error: failed to create underlying connection", Some(refused));
        assert_eq!(connection_problem(&below), ConnectionProblem::Refused);
    }
}

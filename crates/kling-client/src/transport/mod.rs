//! How bytes leave this machine: certificates, names and proxies, the same for API calls and for downloads.

mod dns;
mod problem;
mod proxies;
mod tls;

use std::time::Duration;

use crate::KlingError;

pub use dns::SystemDns;
pub use problem::{ConnectionProblem, NameProblem, connection_problem};
pub use proxies::unusable_proxies;
pub use tls::{CertificateProblem, certificate_problem};

/// A client builder that works on any Linux, also where there is no CA bundle and no resolver library: rustls with the
/// system's certificates or, without any, with Mozilla's; names by `/etc/hosts` and the servers of `/etc/resolv.conf`;
/// proxies from the environment; HTTP/1.1; no redirects.
///
/// # Errors
/// When the TLS set-up is refused, which no supported machine does.
pub fn builder(connect_timeout: Duration) -> Result<reqwest::ClientBuilder, KlingError> {
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config()?)
        .dns_resolver(std::sync::Arc::new(SystemDns::default()))
        .connect_timeout(connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("kling-client/", env!("CARGO_PKG_VERSION"))))
}

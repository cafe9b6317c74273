//! Whom to trust.

use std::error::Error;
use std::io;
use std::sync::{Arc, LazyLock};

use rustls::{ClientConfig, RootCertStore};

use crate::KlingError;

/// Read once a process: a bundle takes milliseconds to decode, and every account has two clients.
static ROOTS: LazyLock<Arc<RootCertStore>> = LazyLock::new(|| Arc::new(roots()));

pub(super) fn config() -> Result<ClientConfig, KlingError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| KlingError::Setup(error.to_string()))?
        .with_root_certificates(ROOTS.clone())
        .with_no_client_auth())
}

/// What is wrong with a server's certificate, where that is why a connection failed: such as
/// `invalid peer certificate: UnknownIssuer`. It may name hosts that the certificate is for.
pub fn certificate_problem(error: &(dyn Error + 'static)) -> Option<String> {
    std::iter::successors(Some(error), |&error| cause(error)).find_map(|cause| {
        let problem = cause.downcast_ref::<rustls::Error>()?;
        matches!(problem, rustls::Error::InvalidCertificate(_)).then(|| problem.to_string())
    })
}

/// An I/O error has no source but holds the error it was made of.
fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

/// The machine's own certificates, `SSL_CERT_FILE` and `SSL_CERT_DIR` included, because a company's proxy signs with
/// its own; Mozilla's list where the machine has none, as in an empty container.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        tracing::debug!("no system certificates found, using the bundled list");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

#[cfg(test)]
mod tests {
    use rustls::CertificateError;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the request failed")]
    struct Outer(#[source] io::Error);

    #[test]
    fn a_certificate_problem_is_found_however_deep_it_lies() {
        let unknown = || rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let found = |error: rustls::Error| certificate_problem(&Outer(io::Error::other(io::Error::other(error))));
        assert_eq!(found(unknown()).unwrap(), "invalid peer certificate: UnknownIssuer");
        assert_eq!(found(rustls::Error::HandshakeNotComplete), None);
        assert_eq!(certificate_problem(&Outer(io::ErrorKind::ConnectionRefused.into())), None);
    }
}

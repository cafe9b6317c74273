//! Whom to trust.

use std::error::Error;
use std::sync::{Arc, LazyLock};

use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::KlingError;
use crate::transport::problem::causes;

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

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// No authority that this machine trusts has signed it.
    #[error("its issuer is not known here")]
    UnknownIssuer,
    /// Its time is over, or this machine's clock is wrong.
    #[error("it has expired")]
    Expired,
    /// Its time has not come, or this machine's clock is wrong.
    #[error("it is not valid yet")]
    NotValidYet,
    /// It is for other hosts.
    #[error("it is for another host")]
    OtherHost,
    /// Its issuer took it back.
    #[error("it was revoked")]
    Revoked,
    /// Anything else.
    #[error("it is not valid")]
    Invalid,
}

/// What is wrong with a server's certificate, where that is why a connection failed.
pub fn certificate_problem(error: &(dyn Error + 'static)) -> Option<CertificateProblem> {
    let problem = causes(error).find_map(|cause| match cause.downcast_ref()? {
        rustls::Error::InvalidCertificate(problem) => Some(problem),
        _ => None,
    })?;
    Some(match problem {
        CertificateError::UnknownIssuer => CertificateProblem::UnknownIssuer,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => CertificateProblem::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => CertificateProblem::NotValidYet,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            CertificateProblem::OtherHost
        }
        CertificateError::Revoked => CertificateProblem::Revoked,
        _ => CertificateProblem::Invalid,
    })
}

/// Whether an error is one of TLS.
pub(super) fn is_tls(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<rustls::Error>()
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
    use std::io;

    use super::*;

    #[test]
    fn only_what_a_certificate_lacks_is_a_certificate_problem() {
        let found = |error: rustls::Error| certificate_problem(&io::Error::other(io::Error::other(error)));
        for (error, problem) in [
            (CertificateError::UnknownIssuer, CertificateProblem::UnknownIssuer),
            (CertificateError::Expired, CertificateProblem::Expired),
            (CertificateError::NotValidForName, CertificateProblem::OtherHost),
            (CertificateError::BadEncoding, CertificateProblem::Invalid),
        ] {
            assert_eq!(found(rustls::Error::InvalidCertificate(error)), Some(problem));
        }
        assert_eq!(found(rustls::Error::HandshakeNotComplete), None);
        assert_eq!(certificate_problem(&io::Error::from(io::ErrorKind::ConnectionRefused)), None);
    }
}

//! Whom to trust.

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

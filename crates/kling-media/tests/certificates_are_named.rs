//! A file host whose certificate nobody vouches for is told as such, with what helps.

mod support;

use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use kling_media::{Input, Limits, MediaError};
use rustls::pki_types::CertificateDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ServerConfig, ServerConnection, SignatureAlgorithm, SignatureScheme};
use support::{SIGNED, dify_file, downloader_beside};

/// For `localhost` and 127.0.0.1, signed by itself. Its key is thrown away: a client looks at the certificate first.
const CERTIFICATE: &[u8] = include_bytes!("fixtures/self_signed.der");

#[derive(Debug)]
struct NoKey;

impl SigningKey for NoKey {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(Self))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for NoKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(vec![7; 64])
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

impl ResolvesServerCert for NoKey {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::new(CertifiedKey::new(vec![CertificateDer::from(CERTIFICATE)], Arc::new(Self))))
    }
}

/// Takes one connection, which ends in the handshake. The thread ends with it.
fn server() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_cert_resolver(Arc::new(NoKey)));
    thread::spawn(move || -> io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
        connection.complete_io(&mut stream)?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    });
    address
}

#[tokio::test]
async fn of_dify_and_not_tried_again() {
    let address = format!("https://{}", server());
    let input = Input::from_json(&dify_file(&format!("{address}{SIGNED}"))).unwrap().unwrap();
    let error = input.fetch(&downloader_beside(&[&address]), &Limits::LEGACY_IMAGE).await.unwrap_err();
    assert!(matches!(error, MediaError::Certificate { .. }), "{error}");
    let text = error.to_string();
    for part in ["certificate of the file's host", "SSL_CERT_FILE", "INTERNAL_FILES_URL"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("SECRET"), "{text}");
}

//! Credentials for the Kling AI API: an API key, or an access key and a secret key as signed tokens; and the hosts
//! they may be sent to.
//!
//! A [`TokenSource`] answers one question, cheaply and from any thread: what goes into `Authorization: Bearer ...` now?
//!
//! ```
//! use std::sync::Arc;
//! use kling_auth::{Credentials, SystemClock, TokenSource};
//!
//! let credentials = Credentials::key_pair("AK-EXAMPLE", "SK-EXAMPLE")?;
//! let tokens = TokenSource::new(credentials, Arc::new(SystemClock));
//! let bearer = tokens.bearer()?;
//! assert_eq!(bearer.expose().split('.').count(), 3);
//! assert!(!format!("{tokens:?} {bearer:?}").contains("EXAMPLE"));
//! # Ok::<(), kling_auth::AuthError>(())
//! ```
//!
//! Secrets are wiped from memory when dropped, and `Debug` never shows them.

#![forbid(unsafe_code)]

mod clock;
mod credentials;
mod host;
mod token;

pub use clock::{Clock, SystemClock};
pub use credentials::{CredentialKind, Credentials};
pub use host::{ApiHost, is_loopback};
pub use kling_api::{Region, UnknownRegion};
pub use token::{Bearer, RENEW_BEFORE_EXPIRY_SECONDS, TOKEN_BACKDATED_SECONDS, TOKEN_LIFETIME_SECONDS, TokenSource};

/// What can be wrong with credentials or hosts before anything is sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthError {
    /// A key is empty, or holds characters that no header takes. Names the field, never its value.
    #[error("{0} is empty or holds characters that are not allowed: paste the key again, alone and whole")]
    MalformedKey(&'static str),
    /// The base URL is not usable; the reason says why.
    #[error("the base URL {0}")]
    BadHost(&'static str),
    /// Signing failed.
    #[error("the token could not be signed")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

//! What goes behind `Bearer`, signed as rarely as possible.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::credentials::Keys;
use crate::{AuthError, Clock, CredentialKind, Credentials};

/// How long a signed token is valid: the value of the vendor's sample (documentation 2026-09-20), which states no
/// maximum.
pub const TOKEN_LIFETIME_SECONDS: u64 = 1800;
/// How far back `nbf` lies, for a clock that runs ahead of Kling's (the vendor's sample).
pub const TOKEN_BACKDATED_SECONDS: u64 = 5;
/// How long before its end a token is replaced, so that none expires on its way.
pub const RENEW_BEFORE_EXPIRY_SECONDS: u64 = 60;

/// The text behind `Bearer`, hidden from `Debug` and wiped on drop.
#[derive(Debug, Clone)]
pub struct Bearer(SecretString);

impl Bearer {
    /// The text itself: for the header, for nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// Hands out bearers: the API key itself, or a token that is signed once and shared until shortly before its end.
pub struct TokenSource {
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    signed: Mutex<Option<Signed>>,
}

struct Signed {
    bearer: Bearer,
    renew_at: u64,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    exp: u64,
    nbf: u64,
}

impl TokenSource {
    /// A source for one account's credentials.
    pub fn new(credentials: Credentials, clock: Arc<dyn Clock>) -> Self {
        Self { credentials, clock, signed: Mutex::new(None) }
    }

    /// Which kind of key is behind it.
    pub fn kind(&self) -> CredentialKind {
        self.credentials.kind()
    }

    /// The bearer to send now. However many threads ask at once, one of them signs and the others share its token.
    ///
    /// # Errors
    /// When signing fails.
    pub fn bearer(&self) -> Result<Bearer, AuthError> {
        match &self.credentials.0 {
            Keys::ApiKey(key) => Ok(Bearer(key.clone())),
            Keys::KeyPair { access_key, secret_key } => {
                let mut signed = self.lock();
                let now = self.clock.unix_seconds();
                if let Some(current) = signed.as_ref().filter(|current| now < current.renew_at) {
                    return Ok(current.bearer.clone());
                }
                let fresh = sign(access_key, secret_key, now)?;
                let bearer = fresh.bearer.clone();
                *signed = Some(fresh);
                Ok(bearer)
            }
        }
    }

    /// Forgets a token that Kling refused as not valid yet or expired, so that the next [`bearer`](Self::bearer) is
    /// newly signed. A token that others have replaced meanwhile stays.
    pub fn forget(&self, refused: &Bearer) {
        let mut signed = self.lock();
        if signed.as_ref().is_some_and(|current| current.bearer.expose() == refused.expose()) {
            *signed = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Signed>> {
        // A signer that panicked left either the old token or none: both are fine.
        self.signed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sign(access_key: &SecretString, secret_key: &SecretString, now: u64) -> Result<Signed, AuthError> {
    let expiry = now.saturating_add(TOKEN_LIFETIME_SECONDS);
    let claims =
        Claims { iss: access_key.expose_secret(), exp: expiry, nbf: now.saturating_sub(TOKEN_BACKDATED_SECONDS) };
    let key = EncodingKey::from_secret(secret_key.expose_secret().as_bytes());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)?;
    Ok(Signed { bearer: Bearer(SecretString::from(token)), renew_at: expiry - RENEW_BEFORE_EXPIRY_SECONDS })
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

    use jsonwebtoken::{DecodingKey, Validation};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default)]
    struct TestClock {
        now: AtomicU64,
        looks: AtomicUsize,
    }

    impl TestClock {
        fn at(now: u64) -> Arc<Self> {
            Arc::new(Self { now: now.into(), looks: 0.into() })
        }
    }

    impl Clock for TestClock {
        fn unix_seconds(&self) -> u64 {
            self.looks.fetch_add(1, Ordering::Relaxed);
            self.now.load(Ordering::Relaxed)
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Read {
        iss: String,
        exp: u64,
        nbf: u64,
    }

    fn source(clock: &Arc<TestClock>) -> TokenSource {
        TokenSource::new(Credentials::key_pair("AK_EXAMPLE", "SK_EXAMPLE").unwrap(), clock.clone())
    }

    fn text(source: &TokenSource) -> String {
        source.bearer().unwrap().expose().to_owned()
    }

    #[test]
    fn the_token_is_signed_as_the_vendor_documents() {
        let token = text(&source(&TestClock::at(1_790_000_000)));
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::HS256, Some("JWT")));
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        let read = jsonwebtoken::decode::<Read>(&token, &DecodingKey::from_secret(b"SK_EXAMPLE"), &validation).unwrap();
        assert_eq!(read.claims, Read { iss: "AK_EXAMPLE".into(), exp: 1_790_001_800, nbf: 1_789_999_995 });
    }

    #[test]
    fn a_token_is_kept_until_a_minute_before_its_end() {
        let clock = TestClock::at(1_000_000);
        let source = source(&clock);
        let first = text(&source);
        clock.now.store(1_000_000 + 1739, Ordering::Relaxed);
        assert_eq!(text(&source), first);
        clock.now.store(1_000_000 + 1740, Ordering::Relaxed);
        assert_ne!(text(&source), first);
    }

    #[test]
    fn a_refused_token_is_signed_again_once_and_a_newer_one_stays() {
        let clock = TestClock::at(1_000_000);
        let source = source(&clock);
        let refused = source.bearer().unwrap();
        clock.now.store(1_000_001, Ordering::Relaxed);
        source.forget(&refused);
        let newer = text(&source);
        assert_ne!(newer, refused.expose());
        source.forget(&refused);
        clock.now.store(1_000_002, Ordering::Relaxed);
        assert_eq!(text(&source), newer);
    }

    /// A clock that moves at every look would give every signer another token.
    #[test]
    fn under_load_one_signer_serves_all() {
        #[derive(Debug)]
        struct MovingClock(AtomicU64);
        impl Clock for MovingClock {
            fn unix_seconds(&self) -> u64 {
                self.0.fetch_add(1, Ordering::Relaxed)
            }
        }
        let credentials = Credentials::key_pair("AK", "SK").unwrap();
        let source = TokenSource::new(credentials, Arc::new(MovingClock(1_000_000.into())));
        let start = std::sync::Barrier::new(32);
        let tokens: HashSet<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        text(&source)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(tokens.len(), 1);
    }

    #[test]
    fn an_api_key_is_its_own_bearer_and_needs_no_clock() {
        let clock = TestClock::at(0);
        let source = TokenSource::new(Credentials::api_key("key-1").unwrap(), clock.clone());
        assert_eq!(text(&source), "key-1");
        source.forget(&source.bearer().unwrap());
        assert_eq!(text(&source), "key-1");
        assert_eq!(clock.looks.load(Ordering::Relaxed), 0);
    }
}

//! Who is calling: the `Authorization` header, as Kling's documentation of 2026-09-20 describes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use crate::path;
use crate::refusal::Refusal;
use crate::{DEMO_ACCESS_KEY, DEMO_API_KEY, DEMO_SECRET_KEY};

/// The kind of credential a request carried, judged by its form; whether it was right is told by the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Credential {
    /// No `Authorization` header, or an empty one.
    None,
    /// `Bearer` and an opaque key.
    ApiKey,
    /// `Bearer` and a JSON Web Token, made from an access key and a secret key.
    Jwt,
    /// A header of another form.
    Other,
}

impl Credential {
    /// `none`, `api_key`, `jwt` or `other`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ApiKey => "api_key",
            Self::Jwt => "jwt",
            Self::Other => "other",
        }
    }

    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match Bearer::of(headers) {
            Bearer::Absent => Self::None,
            Bearer::Malformed => Self::Other,
            Bearer::Key(_) => Self::ApiKey,
            Bearer::Token(_) => Self::Jwt,
        }
    }
}

/// What opens the account, and the clock that tokens are judged by.
#[derive(Debug)]
pub(crate) struct Keys {
    inner: Mutex<Inner>,
}

struct Inner {
    api_keys: BTreeSet<String>,
    /// Access keys and their secret keys.
    pairs: BTreeMap<String, String>,
    /// Seconds that the clock is ahead of the machine's.
    ahead: i64,
}

/// How many keys there are.
impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api_keys, pairs, ahead } = self;
        f.debug_struct("Inner")
            .field("api_keys", &api_keys.len())
            .field("pairs", &pairs.len())
            .field("ahead", ahead)
            .finish()
    }
}

impl Keys {
    pub(crate) fn demo() -> Self {
        let api_keys = BTreeSet::from([DEMO_API_KEY.to_owned()]);
        let pairs = BTreeMap::from([(DEMO_ACCESS_KEY.to_owned(), DEMO_SECRET_KEY.to_owned())]);
        Self { inner: Mutex::new(Inner { api_keys, pairs, ahead: 0 }) }
    }

    pub(crate) fn add_api_key(&self, key: &str) {
        self.lock().api_keys.insert(key.to_owned());
    }

    pub(crate) fn add_pair(&self, access_key: &str, secret_key: &str) {
        self.lock().pairs.insert(access_key.to_owned(), secret_key.to_owned());
    }

    /// Takes an API key, or an access key with its secret key, out of use.
    pub(crate) fn revoke(&self, key: &str) {
        let mut inner = self.lock();
        inner.api_keys.remove(key);
        inner.pairs.remove(key);
    }

    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.lock().ahead = seconds;
    }

    /// Refuses a request whose credential the account does not know. The surface with the model in the path does not
    /// know tokens at all (observed 2026-09-19).
    pub(crate) fn check(&self, headers: &HeaderMap, path: &str) -> Result<(), Refusal> {
        let inner = self.lock();
        match Bearer::of(headers) {
            Bearer::Absent => Err(Refusal::authorization_empty()),
            Bearer::Malformed => Err(Refusal::authentication_failed()),
            Bearer::Key(key) if inner.api_keys.contains(key) => Ok(()),
            Bearer::Key(_) => Err(Refusal::key_not_found()),
            Bearer::Token(_) if path::serves(path) => Err(Refusal::key_not_found()),
            Bearer::Token(token) => check_token(token, &inner.pairs, unix_seconds().saturating_add(inner.ahead)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Bearer<'a> {
    Absent,
    Malformed,
    Key(&'a str),
    Token(&'a str),
}

impl<'a> Bearer<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Self::Absent;
        };
        let Ok(value) = value.to_str() else {
            return Self::Malformed;
        };
        if value.is_empty() {
            return Self::Absent;
        }
        match value.strip_prefix("Bearer ") {
            Some(word) if word.is_empty() || word.contains(char::is_whitespace) => Self::Malformed,
            Some(word) if word.matches('.').count() == 2 => Self::Token(word),
            Some(word) => Self::Key(word),
            None => Self::Malformed,
        }
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    exp: i64,
    nbf: Option<i64>,
}

fn check_token(token: &str, pairs: &BTreeMap<String, String>, now: i64) -> Result<(), Refusal> {
    let mut validation = Validation::new(Algorithm::HS256);
    // Times are judged below: the two failures have codes of their own, and the crate allows a minute of leeway.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    // Whoever signed it: the issuer is a claim, so it is found by trying the few pairs there are.
    let signed_by = |(access_key, secret_key): (&String, &String)| {
        let key = DecodingKey::from_secret(secret_key.as_bytes());
        let claims: Claims = jsonwebtoken::decode(token, &key, &validation).ok()?.claims;
        (claims.iss == *access_key).then_some(claims)
    };
    let claims = pairs.iter().find_map(signed_by).ok_or_else(Refusal::key_not_found)?;
    if claims.nbf.is_some_and(|not_before| not_before > now) {
        return Err(Refusal::token_not_yet_valid());
    }
    if claims.exp <= now {
        return Err(Refusal::token_expired());
    }
    Ok(())
}

fn unix_seconds() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::json;

    use super::*;

    fn token(nbf: i64, exp: i64) -> String {
        let claims = json!({ "iss": DEMO_ACCESS_KEY, "nbf": nbf, "exp": exp });
        let key = EncodingKey::from_secret(DEMO_SECRET_KEY.as_bytes());
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
    }

    #[test]
    fn a_token_is_valid_from_its_nbf_to_just_before_its_exp() {
        let token = token(100, 200);
        let pairs = BTreeMap::from([(DEMO_ACCESS_KEY.to_owned(), DEMO_SECRET_KEY.to_owned())]);
        let check_token = |token: &str, now| check_token(token, &pairs, now);
        assert_eq!(check_token(&token, 99), Err(Refusal::token_not_yet_valid()));
        assert_eq!(check_token(&token, 100), Ok(()));
        assert_eq!(check_token(&token, 199), Ok(()));
        assert_eq!(check_token(&token, 200), Err(Refusal::token_expired()));
    }
}

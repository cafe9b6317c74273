//! Who is calling: the `Authorization` header, as Kling's documentation of 2026-09-20 describes it.

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

/// Refuses a request whose credential the account does not know. The surface with the model in the path does not know
/// tokens at all (observed 2026-09-19).
pub(crate) fn check(headers: &HeaderMap, path: &str) -> Result<(), Refusal> {
    match Bearer::of(headers) {
        Bearer::Absent => Err(Refusal::authorization_empty()),
        Bearer::Malformed => Err(Refusal::authentication_failed()),
        Bearer::Key(DEMO_API_KEY) => Ok(()),
        Bearer::Key(_) => Err(Refusal::key_not_found()),
        Bearer::Token(_) if path::serves(path) => Err(Refusal::key_not_found()),
        Bearer::Token(token) => check_token(token, unix_seconds()),
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

fn check_token(token: &str, now: i64) -> Result<(), Refusal> {
    let mut validation = Validation::new(Algorithm::HS256);
    // Times are judged below: the two failures have codes of their own, and the crate allows a minute of leeway.
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    let key = DecodingKey::from_secret(DEMO_SECRET_KEY.as_bytes());
    let claims: Claims = jsonwebtoken::decode(token, &key, &validation).map_err(|_| Refusal::key_not_found())?.claims;
    if claims.iss != DEMO_ACCESS_KEY {
        return Err(Refusal::key_not_found());
    }
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
        assert_eq!(check_token(&token, 99), Err(Refusal::token_not_yet_valid()));
        assert_eq!(check_token(&token, 100), Ok(()));
        assert_eq!(check_token(&token, 199), Ok(()));
        assert_eq!(check_token(&token, 200), Err(Refusal::token_expired()));
    }
}

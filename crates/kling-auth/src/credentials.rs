//! The two kinds of keys.

use secrecy::{ExposeSecret, SecretString};

use crate::AuthError;

/// What proves to Kling who is asking.
///
/// An API key works everywhere; an access key with its secret key on the legacy surface and the account calls only
/// (vendor documentation 2026-06-17 and later).
#[derive(Debug, Clone)]
pub struct Credentials(pub(crate) Keys);

#[derive(Debug, Clone)]
pub(crate) enum Keys {
    ApiKey(SecretString),
    KeyPair { access_key: SecretString, secret_key: SecretString },
}

/// Which kind of key is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// One opaque string.
    ApiKey,
    /// Access key and secret key, sent as a signed token.
    KeyPair,
}

impl Credentials {
    /// Takes an API key; white space around it, as pasting leaves it, is dropped.
    ///
    /// # Errors
    /// When it is empty or cannot stand in a header.
    pub fn api_key(key: &str) -> Result<Self, AuthError> {
        Ok(Self(Keys::ApiKey(checked("api_key", key)?)))
    }

    /// Takes an access key and its secret key; white space around them is dropped.
    ///
    /// # Errors
    /// When one of them is empty or holds characters no key has.
    pub fn key_pair(access_key: &str, secret_key: &str) -> Result<Self, AuthError> {
        Ok(Self(Keys::KeyPair {
            access_key: checked("access_key", access_key)?,
            secret_key: checked("secret_key", secret_key)?,
        }))
    }

    /// Which kind of key this is.
    pub fn kind(&self) -> CredentialKind {
        match self.0 {
            Keys::ApiKey(_) => CredentialKind::ApiKey,
            Keys::KeyPair { .. } => CredentialKind::KeyPair,
        }
    }
}

impl PartialEq for Credentials {
    /// Whether both are the very same keys, for caches.
    fn eq(&self, other: &Self) -> bool {
        let same = |one: &SecretString, two: &SecretString| one.expose_secret() == two.expose_secret();
        match (&self.0, &other.0) {
            (Keys::ApiKey(one), Keys::ApiKey(two)) => same(one, two),
            (
                Keys::KeyPair { access_key, secret_key },
                Keys::KeyPair { access_key: other_access, secret_key: other_secret },
            ) => same(access_key, other_access) && same(secret_key, other_secret),
            _ => false,
        }
    }
}

impl Eq for Credentials {}

fn checked(field: &'static str, key: &str) -> Result<SecretString, AuthError> {
    let key = key.trim();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AuthError::MalformedKey(field));
    }
    Ok(SecretString::from(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_a_pasted_key_is_dropped() {
        assert_eq!(Credentials::api_key(" key-1\n").unwrap(), Credentials::api_key("key-1").unwrap());
    }

    #[test]
    fn a_key_that_cannot_be_sent_is_refused_by_field_and_not_by_value() {
        for key in ["", "  ", "two words", "line\nbreak", "ключ"] {
            let error = Credentials::api_key(key).unwrap_err().to_string();
            assert!(error.starts_with("api_key is empty"), "{error}");
            assert!(key.trim().is_empty() || !error.contains(key), "{error}");
        }
        assert!(Credentials::key_pair("AK", " ").unwrap_err().to_string().starts_with("secret_key is empty"));
    }

    /// Promise 6: no key in any debug output.
    #[test]
    fn debug_never_shows_a_key() {
        let pair = Credentials::key_pair("AK-VISIBLE", "SK-VISIBLE").unwrap();
        let key = Credentials::api_key("KEY-VISIBLE").unwrap();
        assert!(!format!("{pair:?} {pair:#?} {key:?}").contains("VISIBLE"));
    }

    #[test]
    fn kinds_and_keys_are_told_apart() {
        let key = Credentials::api_key("same").unwrap();
        let pair = Credentials::key_pair("same", "same").unwrap();
        assert_ne!(key, pair);
        assert_ne!(pair, Credentials::key_pair("same", "other").unwrap());
        assert_eq!((key.kind(), pair.kind()), (CredentialKind::ApiKey, CredentialKind::KeyPair));
    }
}

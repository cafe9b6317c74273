//! The client: one account on one host.

use std::sync::Arc;
use std::time::Duration;

use kling_api::{Envelope, Meaning, check_task_id};
use kling_auth::{ApiHost, Bearer, Clock, CredentialKind, Credentials, SystemClock, TokenSource};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::{self, Payload};
use crate::call::{self, Call};
use crate::error::from_reqwest;
use crate::{KlingError, transport};

/// To open a connection, TLS included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// For a whole call, from the first byte out to the last byte in.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// The largest answer that is read, in bytes: a list of 500 tasks takes less than one mebibyte.
pub const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;
/// The most JSON objects in an answer: in memory an object takes a hundred times the two bytes it takes on the wire. A
/// list of 500 tasks has less than ten thousand.
pub const MAX_ANSWER_OBJECTS: usize = 32 * 1024;

/// A Kling account on a host. Cheap to clone; clones share connections and the signed token.
#[derive(Debug, Clone)]
pub struct KlingClient {
    http: reqwest::Client,
    host: Arc<ApiHost>,
    tokens: Arc<TokenSource>,
}

/// A successful answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub data: T,
    /// Kling's text, `SUCCEED` in practice.
    pub message: String,
    /// Kling's name for the call.
    pub request_id: Option<String>,
}

impl<T> Answer<T> {
    /// The same answer with other data.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { data: f(self.data), message: self.message, request_id: self.request_id }
    }

    /// The answer as Kling frames it.
    pub fn into_envelope(self) -> Envelope<T> {
        Envelope { code: 0, message: self.message, request_id: self.request_id, data: Some(self.data) }
    }
}

impl KlingClient {
    /// A client for an account.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(host: ApiHost, credentials: Credentials) -> Result<Self, KlingError> {
        Self::with_clock(host, credentials, Arc::new(SystemClock))
    }

    /// A client that signs its tokens by another clock.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn with_clock(host: ApiHost, credentials: Credentials, clock: Arc<dyn Clock>) -> Result<Self, KlingError> {
        let mut builder = transport::builder(CONNECT_TIMEOUT)?.timeout(REQUEST_TIMEOUT);
        if host.is_loopback() {
            // No proxy can reach this machine's own loopback.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(from_reqwest)?;
        Ok(Self { http, host: Arc::new(host), tokens: Arc::new(TokenSource::new(credentials, clock)) })
    }

    /// The host in use.
    pub fn host(&self) -> &ApiHost {
        &self.host
    }

    /// Which kind of key is in use.
    pub fn credential_kind(&self) -> CredentialKind {
        self.tokens.kind()
    }

    pub(crate) async fn send<Q, B, T>(&self, call: Call<'_, Q, B>) -> Result<Answer<T>, KlingError>
    where
        Q: Serialize + ?Sized,
        B: Payload,
        T: DeserializeOwned,
    {
        let bearer = self.tokens.bearer()?;
        match self.attempt(&call, &bearer).await {
            Err(KlingError::Refused(refusal))
                if refusal.meaning() == Meaning::TokenTime && self.tokens.kind() == CredentialKind::KeyPair =>
            {
                // Refused before anything was done, so the same call, with a new token, cannot pay twice.
                tracing::debug!(code = refusal.code, "token refused, signing a new one");
                self.tokens.forget(&bearer);
                self.attempt(&call, &self.tokens.bearer()?).await
            }
            result => result,
        }
    }

    async fn attempt<Q, B, T>(&self, call: &Call<'_, Q, B>, bearer: &Bearer) -> Result<Answer<T>, KlingError>
    where
        Q: Serialize + ?Sized,
        B: Payload,
        T: DeserializeOwned,
    {
        for id in call.segments {
            check_task_id(id)?;
        }
        let url = self.host.endpoint(call.path, call.segments.iter().copied())?;
        let mut request = self.http.request(call.method.clone(), url).header(AUTHORIZATION, header(bearer)?);
        if let Some(query) = call.query {
            request = request.query(query);
        }
        // The documentation asks for the header on every endpoint, GET included.
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(json) = call.body {
            let (length, body) = body::of(json).await?;
            request = request.header(CONTENT_LENGTH, length).body(body);
        }
        let response = request.send().await.map_err(from_reqwest)?;
        tracing::debug!(method = %call.method, path = call.path, status = response.status().as_u16(), "answered");
        call::read(response).await
    }
}

/// `Bearer <credential>`, exactly one space, marked so that no logger prints it.
fn header(bearer: &Bearer) -> Result<HeaderValue, KlingError> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", bearer.expose()))
        .map_err(|_| KlingError::Setup("the credential cannot stand in a header".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

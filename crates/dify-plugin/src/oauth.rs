//! Signing in at the service (OAuth).

use std::time::SystemTime;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::endpoint::{Malformed, RawRequest};
use crate::request::{Fields, Request};
use crate::{Credentials, Error, Plugin, Session};

/// How users sign in at the service, for a provider that declares an `oauth_schema`. Needs dify-plugin-daemon 0.0.10.
#[async_trait]
pub trait OAuth: Send + Sync + 'static {
    /// The address at which a user agrees. The service sends the user back to `request.redirect_uri`.
    ///
    /// # Errors
    ///
    /// Whatever fails; the user sees the message.
    async fn authorization_url(&self, request: OAuthRequest) -> Result<String, Error>;

    /// The credentials for a user who came back, with what the service added to the address: a `code`, or an `error`.
    ///
    /// # Errors
    ///
    /// Whatever fails; the user sees the message.
    async fn credentials(&self, request: OAuthRequest, callback: OAuthCallback) -> Result<OAuthCredentials, Error>;

    /// New credentials for old ones that end soon. Their `metadata` is not used.
    ///
    /// # Errors
    ///
    /// Whatever fails.
    async fn refresh(&self, request: OAuthRequest, old: Credentials) -> Result<OAuthCredentials, Error>;
}

/// Who signs in where.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OAuthRequest {
    /// Where the request comes from.
    pub session: Session,
    /// The provider's name.
    pub provider: String,
    /// Where the service sends users back to: an address of Dify's.
    pub redirect_uri: String,
    /// The client registered with the service, by the names of `oauth_schema.client_schema`.
    pub system_credentials: Credentials,
}

/// The request with which a user came back. `Debug` does not show it.
#[derive(Clone)]
pub struct OAuthCallback {
    query: Vec<(String, String)>,
}

impl OAuthCallback {
    /// What the service added to the address under this name, such as `code`, `state` or `error`.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Debug for OAuthCallback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OAuthCallback").finish_non_exhaustive()
    }
}

/// Credentials of one user, by the names of `oauth_schema.credentials_schema`. `Debug` shows the names.
#[derive(Debug, Clone)]
#[must_use]
pub struct OAuthCredentials {
    credentials: Names,
    metadata: Names,
    expires_at: i64,
}

/// Values that `Debug` does not show.
#[derive(Clone, Default)]
struct Names(Map<String, Value>);

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl OAuthCredentials {
    /// Credentials that never end.
    pub fn new(credentials: Map<String, Value>) -> Self {
        Self { credentials: Names(credentials), metadata: Names::default(), expires_at: -1 }
    }

    /// When they end. Dify asks for new ones before that.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        self.expires_at = i64::try_from(seconds).unwrap_or(-1);
        self
    }

    /// What Dify shows of the user, such as a name or the address of a picture (`name`, `avatar_url`).
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.metadata = Names(metadata);
        self
    }
}

/// Answers the action `get_authorization_url`.
pub(crate) async fn authorization_url(plugin: &Plugin, request: Request) -> Result<Url, Error> {
    let Request { session, action, mut fields, .. } = request;
    let oauth = Plugin::part(plugin.oauth.as_ref(), &action)?;
    let request = read(session, &mut fields);
    check(plugin, &fields, &request)?;
    Ok(Url { authorization_url: oauth.authorization_url(request).await? })
}

/// Answers the action `get_credentials`.
pub(crate) async fn credentials(plugin: &Plugin, request: Request) -> Result<Fetched, Error> {
    let Request { session, action, mut fields, .. } = request;
    let oauth = Plugin::part(plugin.oauth.as_ref(), &action)?;
    let request = read(session, &mut fields);
    let raw = fields.string("raw_http_request");
    check(plugin, &fields, &request)?;
    let malformed = |Malformed(reason)| Error::InvalidRequest(format!("field `raw_http_request` is none: {reason}"));
    let callback = OAuthCallback { query: RawRequest::from_hex(&raw).map_err(malformed)?.query };
    let OAuthCredentials { credentials, metadata, expires_at } = oauth.credentials(request, callback).await?;
    Ok(Fetched { metadata: metadata.0, credentials: credentials.0, expires_at })
}

/// Answers the action `refresh_credentials`.
pub(crate) async fn refresh(plugin: &Plugin, request: Request) -> Result<Refreshed, Error> {
    let Request { session, action, mut fields, .. } = request;
    let oauth = Plugin::part(plugin.oauth.as_ref(), &action)?;
    let request = read(session, &mut fields);
    let old = fields.object("credentials").into();
    check(plugin, &fields, &request)?;
    let OAuthCredentials { credentials, expires_at, .. } = oauth.refresh(request, old).await?;
    Ok(Refreshed { credentials: credentials.0, expires_at })
}

fn read(session: Session, fields: &mut Fields) -> OAuthRequest {
    OAuthRequest {
        session,
        provider: fields.string("provider"),
        redirect_uri: fields.string("redirect_uri"),
        system_credentials: fields.object("system_credentials").into(),
    }
}

fn check(plugin: &Plugin, fields: &Fields, request: &OAuthRequest) -> Result<(), Error> {
    fields.check()?;
    plugin.check_provider(&request.provider)
}

#[derive(Serialize)]
pub(crate) struct Url {
    authorization_url: String,
}

#[derive(Serialize)]
pub(crate) struct Fetched {
    metadata: Map<String, Value>,
    credentials: Map<String, Value>,
    /// Seconds since 1970; -1 is never.
    expires_at: i64,
}

#[derive(Serialize)]
pub(crate) struct Refreshed {
    credentials: Map<String, Value>,
    expires_at: i64,
}

//! What a tool, a credentials check or the crate itself can fail with.

/// Why a session failed, by what it means to the person who reads it in Dify.
///
/// Every variant but [`Error::HostGone`] reaches the host as one protocol `error`: the [type](Error::error_type) and the
/// message as it stands here; `args` are empty, but for the five `Invoke*Error` kinds, whose message older releases of Dify
/// read there (`description`). So a message must be fit to be read by a user and must hold no secret.
///
/// A workflow node shows the message of the five `Invoke*Error` kinds as it is and wraps all others in "an error
/// occurred in the … plugin, contact its author" (Dify's API and engine as of 2026-08). Prefer those five for what a
/// user can act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service wants fewer requests. Sent as `InvokeRateLimitError`.
    #[error("{0}")]
    RateLimited(String),
    /// The service refused the credentials. Sent as `InvokeAuthorizationError`.
    #[error("{0}")]
    Unauthorized(String),
    /// The user's input cannot be used. Sent as `InvokeBadRequestError`.
    #[error("{0}")]
    BadRequest(String),
    /// The service could not be reached. Sent as `InvokeConnectionError`.
    #[error("{0}")]
    Connection(String),
    /// The service answered, but cannot serve now. Sent as `InvokeServerUnavailableError`.
    #[error("{0}")]
    ServerUnavailable(String),
    /// A credentials check failed; shown where the user pasted them. Sent as `CredentialsValidateFailedError`, whatever
    /// the provider offers.
    ///
    /// The Python SDK has a name of its own for tools (`ToolProviderCredentialValidationError`), which Dify does not
    /// know: the form then shows the raw JSON of the error. Of `CredentialsValidateFailedError`, the SDK's name for
    /// models, the form shows the message alone (seen in Dify 1.16.0).
    #[error("{0}")]
    InvalidCredentials(String),
    /// The provider or tool asked for does not exist. Sent as `ValueError`.
    #[error("{0}")]
    NotFound(String),
    /// The action asked for is none of this plugin's. Sent as `NotImplementedError`.
    #[error("{0}")]
    NotImplemented(String),
    /// The host's request lacks a field or has one of a wrong type. Sent as `ValidationError`.
    #[error("{0}")]
    InvalidRequest(String),
    /// A defect of the plugin. Sent as `ToolInvokeError`.
    #[error("{0}")]
    Internal(String),
    /// Nobody reads any more: the host closed the connection, or the session has already ended. Nothing is sent.
    #[error("the host is gone or the session has ended")]
    HostGone,
}

impl Error {
    /// The `error_type` the host is told, a name of the Python SDK (`dify_plugin` 0.10.1), though for
    /// [`Error::InvalidCredentials`] not the one that the SDK uses for tools.
    pub fn error_type(&self) -> &'static str {
        match self {
            Self::RateLimited(_) => "InvokeRateLimitError",
            Self::Unauthorized(_) => "InvokeAuthorizationError",
            Self::BadRequest(_) => "InvokeBadRequestError",
            Self::Connection(_) => "InvokeConnectionError",
            Self::ServerUnavailable(_) => "InvokeServerUnavailableError",
            Self::InvalidCredentials(_) => "CredentialsValidateFailedError",
            Self::NotFound(_) => "ValueError",
            Self::NotImplemented(_) => "NotImplementedError",
            Self::InvalidRequest(_) => "ValidationError",
            Self::Internal(_) => "ToolInvokeError",
            Self::HostGone => "ConnectionClosedError",
        }
    }

    /// Whether it is one of the five that tell what became of a call to the plugin's service.
    pub(crate) fn is_of_the_service(&self) -> bool {
        matches!(
            self,
            Self::RateLimited(_)
                | Self::Unauthorized(_)
                | Self::BadRequest(_)
                | Self::Connection(_)
                | Self::ServerUnavailable(_)
        )
    }
}

/// Why [`MessageSink::blob`](crate::MessageSink::blob) stopped; `E` is what the byte stream fails with.
///
/// After any of these the blob has no end chunk, so Dify drops it. Fail the session then: Dify takes a session that
/// ends well with half a blob in it as an error of its own.
#[derive(Debug, thiserror::Error)]
pub enum BlobError<E> {
    /// The byte stream failed.
    #[error("the source of the blob failed")]
    Source(#[source] E),
    /// The byte stream gave another number of bytes than announced. A longer one is stopped at the piece that
    /// exceeds, so `received` counts up to there.
    #[error("the blob was announced with {expected} bytes and had {received}")]
    LengthMismatch {
        /// The `total_length` announced, in bytes.
        expected: u64,
        /// The bytes the stream gave.
        received: u64,
    },
    /// A message could not be sent, as with any other message.
    #[error(transparent)]
    Send(#[from] Error),
}

/// Why a [`Plugin`](crate::Plugin) could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Two tools have the same name.
    #[error("the tool `{0}` is there twice")]
    DuplicateTool(String),
    /// Two endpoints have paths that match the same, and the same method.
    #[error("the endpoint {method} `{path}` is there twice")]
    DuplicateEndpoint {
        /// The later one's path rule.
        path: String,
        /// Its method.
        method: String,
    },
    /// An endpoint's path is no rule, or Dify does not serve its method.
    #[error("the endpoint `{path}` cannot be served: {reason}")]
    InvalidEndpoint {
        /// Its path rule.
        path: String,
        /// What is wrong.
        reason: String,
    },
}

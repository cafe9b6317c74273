//! Why a call back into Dify failed.

use std::time::Duration;

use crate::Error;

/// Why a call back into Dify failed.
///
/// Inside a tool `?` turns it into an [`Error`] of the session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Dify answered with an error; its text, as it came.
    #[error("dify refused the call: {0}")]
    Refused(String),
    /// The plugin's manifest does not ask for this permission (`resource.permission`); Dify's text, as it came.
    #[error("dify refused the call: {0}")]
    PermissionDenied(String),
    /// This Dify does not know such calls; its text, as it came.
    #[error("dify refused the call: {0}")]
    Unsupported(String),
    /// What was asked for does not exist; Dify's text, as it came.
    #[error("dify refused the call: {0}")]
    NotFound(String),
    /// Dify would refuse this, so it was not sent.
    #[error("{0}")]
    Invalid(String),
    /// The request would be a line longer than Dify reads. Nothing was sent.
    #[error("a call of {bytes} bytes is too long for Dify, which takes at most {limit}")]
    TooLong {
        /// The line's bytes.
        bytes: usize,
        /// The most there may be.
        limit: usize,
    },
    /// Nothing came for so long.
    #[error("dify did not answer for {} s", silence.as_secs())]
    TimedOut {
        /// How long was waited.
        silence: Duration,
    },
    /// The plugin did not read the answer while it came; what was read until now is all there is.
    #[error("the answer was not read: {bytes} bytes of it were waiting")]
    NotRead {
        /// The bytes that waited.
        bytes: usize,
    },
    /// The answer is not what the protocol says.
    #[error("dify's answer cannot be understood: {0}")]
    Malformed(String),
    /// A connection could not be made or broke off.
    #[error("dify cannot be reached: {0}")]
    Unreachable(String),
    /// The call needs HTTP, and the plugin was built without a client for it (`PluginBuilder::http_client`).
    #[error("the plugin was built without an HTTP client")]
    NoHttpClient,
    /// Calls are possible only while their session is open.
    #[error("the session has ended, and calls into Dify end with it")]
    SessionEnded,
    /// The host closed the connection.
    #[error("the host is gone")]
    HostGone,
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let text = error.to_string();
        match error {
            CallError::Refused(_) | CallError::NotFound(_) => Self::ServerUnavailable(text),
            CallError::TimedOut { .. } | CallError::Unreachable(_) => Self::Connection(text),
            CallError::SessionEnded | CallError::HostGone => Self::HostGone,
            CallError::PermissionDenied(_)
            | CallError::Unsupported(_)
            | CallError::Invalid(_)
            | CallError::TooLong { .. }
            | CallError::NotRead { .. }
            | CallError::Malformed(_)
            | CallError::NoHttpClient => Self::Internal(text),
        }
    }
}

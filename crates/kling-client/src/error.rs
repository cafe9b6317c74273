//! What can go wrong with a call, by meaning.

use std::fmt;
use std::time::Duration;

use kling_api::{Meaning, RetryClass, TaskIdProblem};
use kling_auth::AuthError;

use crate::call::is_trouble;
use crate::transport::{self, ConnectionProblem};

/// Why a call brought no answer to use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KlingError {
    /// Kling said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something answered, but not as Kling's documentation says.
    #[error("the answer (HTTP {status}) {what}")]
    BadAnswer {
        /// The HTTP status.
        status: u16,
        /// What is wrong with the body.
        what: BadAnswer,
        /// The answer's `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// No connection came about: nothing was sent.
    #[error("no connection to Kling: {0}")]
    Unreachable(#[source] reqwest::Error),
    /// The connection broke, or no answer came in time: what was sent may have arrived.
    #[error("the connection to Kling broke before the answer was complete: {0}")]
    Interrupted(#[source] reqwest::Error),
    /// No answer came in the time there was: what was sent may have arrived.
    #[error("no answer came in time")]
    TimedOut,
    /// A task cannot be asked for by this id: nothing was sent.
    #[error("the id of the task {0}")]
    BadTaskId(#[from] TaskIdProblem),
    /// The credentials or the host cannot be used.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The HTTP client cannot be set up on this machine.
    #[error("the HTTP client cannot be set up: {0}")]
    Setup(String),
}

/// What is wrong with an answer's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// HTML or other text, as gateways and login pages send it.
    #[error("is not JSON")]
    NotJson,
    /// JSON, but not Kling's envelope, or with data of another shape.
    #[error("is not what Kling's documentation describes")]
    UnexpectedShape,
    /// Code 0 without data.
    #[error("says success and carries no data")]
    NoData,
    /// More than [`crate::MAX_ANSWER_BYTES`].
    #[error("is too large")]
    TooLarge,
    /// A code that is not Kling's: a gateway's own answer.
    #[error("carries the code {0}, which is not one of Kling's")]
    ForeignCode(i64),
    /// A task that was not asked for.
    #[error("is about another task than the one asked for")]
    OtherTask,
    /// That there is no such task, although it is known to exist.
    #[error("does not list a task that exists")]
    NotListed,
    /// A redirect, which is never followed: the credential stays with the configured host.
    #[error("is a redirect, which is not followed")]
    Redirect,
}

/// A refusal in Kling's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The envelope's code, never 0.
    pub code: i64,
    /// The HTTP status it came with.
    pub http_status: u16,
    /// Kling's text as [plain text](kling_api::plain_text); may name fields and values of the request.
    pub message: String,
    /// Kling's name for the call.
    pub request_id: Option<String>,
    /// The answer's `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, message, .. } = self;
        write!(f, "Kling refused with code {code}: {message}")?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// What it is about.
    pub fn meaning(&self) -> Meaning {
        Meaning::of(self.code)
    }

    /// Whether asking again can help.
    pub fn retry(&self) -> RetryClass {
        RetryClass::of(self.code)
    }

    /// Whether a task with the same `external_task_id` exists already.
    ///
    /// Assumption: recognised by the text `External_task_id ... already exists` of code 1201, seen in live answers and
    /// not in the documentation.
    pub fn is_duplicate_task(&self) -> bool {
        let text = self.message.to_ascii_lowercase();
        self.code == 1201 && text.contains("external_task_id") && text.contains("already exists")
    }

    /// Whether there is no such task.
    ///
    /// Assumption: recognised by the text `Task not found` of code 1201 (seen live) or by code 1203.
    pub fn is_task_not_found(&self) -> bool {
        self.code == 1203 || (self.code == 1201 && self.message.to_ascii_lowercase().contains("task not found"))
    }
}

impl KlingError {
    /// Kling's refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the same call may go through later: what Kling itself did not refuse for good. (For a call that creates something, ask
    /// [`may_have_arrived`](Self::may_have_arrived) first.)
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(refusal) => !matches!(refusal.retry(), RetryClass::Never),
            // Somebody else answered in Kling's place.
            Self::BadAnswer { .. } | Self::Unreachable(_) | Self::Interrupted(_) | Self::TimedOut => true,
            Self::BadTaskId(_) | Self::Auth(_) | Self::Setup(_) => false,
        }
    }

    /// Whether Kling may have done what was asked although no good answer came: true for lost and unreadable answers,
    /// for a gateway's trouble and for Kling's own (5xxx), false where Kling or a gateway said no.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.meaning() == Meaning::Server,
            // Kling says with HTTP 400 that an id is there already, too: unread, it may mean that the task exists.
            Self::BadAnswer { status, what, .. } => {
                *status == 400 || (*what != BadAnswer::Redirect && !is_client_fault(*status))
            }
            Self::Interrupted(_) | Self::TimedOut => true,
            Self::Unreachable(_) | Self::BadTaskId(_) | Self::Auth(_) | Self::Setup(_) => false,
        }
    }

    /// Why there was no connection, or it did not last.
    pub fn connection_problem(&self) -> Option<ConnectionProblem> {
        match self {
            Self::Unreachable(cause) | Self::Interrupted(cause) => Some(transport::connection_problem(cause)),
            _ => None,
        }
    }

    /// How long the service wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(Refusal { retry_after, .. }) | Self::BadAnswer { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// A 4xx that is about the request and not about the moment.
fn is_client_fault(status: u16) -> bool {
    (400..500).contains(&status) && !is_trouble(status)
}

/// Sorts reqwest's errors, and takes the URL out: it would say more than a log may know.
pub(crate) fn from_reqwest(error: reqwest::Error) -> KlingError {
    let error = error.without_url();
    if error.is_builder() {
        KlingError::Setup(error.to_string())
    } else if error.is_connect() {
        KlingError::Unreachable(error)
    } else {
        KlingError::Interrupted(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: i64, message: &str) -> Refusal {
        Refusal { code, http_status: 400, message: message.into(), request_id: Some("r-1".into()), retry_after: None }
    }

    fn bad(status: u16, what: BadAnswer) -> KlingError {
        KlingError::BadAnswer { status, what, retry_after: None }
    }

    #[test]
    fn texts_name_code_message_and_request() {
        assert_eq!(
            KlingError::from(refusal(1201, "duration value '99' is invalid")).to_string(),
            "Kling refused with code 1201: duration value '99' is invalid (request r-1)"
        );
        assert_eq!(bad(502, BadAnswer::NotJson).to_string(), "the answer (HTTP 502) is not JSON");
    }

    #[test]
    fn duplicates_and_missing_tasks_are_recognised() {
        assert!(refusal(1201, "External_task_id job-1 already exists").is_duplicate_task());
        assert!(!refusal(1201, "duration value '99' is invalid").is_duplicate_task());
        assert!(refusal(1201, "Task not found by id/external id: x").is_task_not_found());
        assert!(!refusal(1201, "prompt is invalid").is_task_not_found());
    }

    #[test]
    fn what_may_have_arrived_is_looked_up_and_what_was_refused_is_not() {
        let unread = bad(400, BadAnswer::NotJson);
        for error in
            [unread, bad(200, BadAnswer::NotJson), bad(502, BadAnswer::Empty), refusal(5000, "internal error").into()]
        {
            assert!(error.may_have_arrived() && error.is_transient(), "{error}");
        }
        for error in [bad(404, BadAnswer::NotJson), bad(302, BadAnswer::Redirect)] {
            assert!(!error.may_have_arrived() && error.is_transient(), "{error}");
        }
        let error = KlingError::from(refusal(1201, "no"));
        assert!(!error.may_have_arrived() && !error.is_transient(), "{error}");
        assert!(KlingError::from(refusal(1303, "parallel task over resource pack limit")).is_transient());
        assert!(!KlingError::from(refusal(1303, "parallel task over resource pack limit")).may_have_arrived());
    }
}

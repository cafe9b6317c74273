//! Errors of the layers below, as the five kinds that Dify shows to users as they are.

use dify_plugin::Error;
use kling_api::{Handle, Meaning};
use kling_client::{KlingError, Refusal};
use kling_media::MediaError;

use crate::language::Language;
use crate::texts;

/// A call to Kling that failed.
pub(crate) fn of_call(language: Language, error: &KlingError) -> Error {
    if error.refusal().is_some_and(|refusal| is_about_the_account(refusal.meaning())) {
        return Error::Unauthorized(language.for_everybody(|language| describe(language, error)));
    }
    let text = describe(language, error);
    match error {
        KlingError::Refused(refusal) => of_refusal(refusal, text),
        KlingError::Unreachable(_) | KlingError::Interrupted(_) | KlingError::TimedOut => Error::Connection(text),
        KlingError::BadAnswer { .. } => Error::ServerUnavailable(text),
        _ => Error::Internal(text),
    }
}

/// The same for a call that had to be given up although it might have gone through later.
pub(crate) fn nothing_created(language: Language, error: &KlingError) -> Error {
    map_text(of_call(language, error), |text| texts::nothing_created(language, &text))
}

/// What whoever set the key up has to put right.
fn is_about_the_account(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Credential | Meaning::TokenTime | Meaning::Account | Meaning::Permission | Meaning::IpAddress
    )
}

fn of_refusal(refusal: &Refusal, text: String) -> Error {
    match refusal.meaning() {
        Meaning::RequestRate | Meaning::Concurrency => Error::RateLimited(text),
        Meaning::Server => Error::ServerUnavailable(text),
        _ => Error::BadRequest(text),
    }
}

/// What happened and what to do, in the user's language.
pub(crate) fn describe(language: Language, error: &KlingError) -> String {
    match error {
        KlingError::Refused(refusal) => texts::refusal(language, refusal),
        KlingError::BadAnswer { status, what, .. } => texts::unreadable_answer(language, *status, *what),
        KlingError::TimedOut => texts::no_answer_in_time(language),
        KlingError::Auth(error) => texts::unusable_setting(language, error),
        other => match other.connection_problem() {
            Some(problem) => texts::unreachable(language, &problem),
            None => texts::defect(language, other),
        },
    }
}

/// A file that was given and cannot be used.
pub(crate) fn of_input(language: Language, name: &str, error: &MediaError) -> Error {
    let text = texts::bad_file(language, name, error);
    match error {
        MediaError::Refused { .. }
        | MediaError::Broken { .. }
        | MediaError::TimedOut { .. }
        | MediaError::Certificate { .. } => Error::Connection(text),
        MediaError::Setup(_) => Error::Internal(text),
        _ => Error::BadRequest(text),
    }
}

/// The same error with the task's handle in its text. Promise 2: every failure after the submit carries the handle.
pub(crate) fn with_handle(language: Language, error: Error, handle: &Handle) -> Error {
    map_text(error, |text| texts::with_handle(language, &text, handle))
}

/// The same error as an agent can use it: short, and of a type whose text its model sees. Dify's new agents put a sentence
/// of their own in the place of errors about authorization (dify-agent, 2026-08), advice and handle included.
pub(crate) fn for_agents(error: Error) -> Error {
    let error = match error {
        Error::Unauthorized(text) => Error::ServerUnavailable(text),
        other => other,
    };
    map_text(error, |text| texts::agents::failed(&text))
}

pub(crate) fn map_text(error: Error, change: impl FnOnce(String) -> String) -> Error {
    match error {
        Error::RateLimited(text) => Error::RateLimited(change(text)),
        Error::Unauthorized(text) => Error::Unauthorized(change(text)),
        Error::BadRequest(text) => Error::BadRequest(change(text)),
        Error::Connection(text) => Error::Connection(change(text)),
        Error::ServerUnavailable(text) => Error::ServerUnavailable(change(text)),
        Error::Internal(text) => Error::Internal(change(text)),
        other => other,
    }
}

//! Kling's error codes with their HTTP statuses (documentation of 2026-09-20).

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::envelope::request_id;
use crate::faults::RequestKind;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: u32,
    message: String,
    /// The gateway's own answers (401) were observed without a request id.
    with_request_id: bool,
}

impl Refusal {
    fn new(status: StatusCode, code: u32, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), with_request_id: true }
    }

    fn unauthorized(code: u32, message: &str) -> Self {
        Self { with_request_id: false, ..Self::new(StatusCode::UNAUTHORIZED, code, message) }
    }

    /// The same with another message.
    pub(crate) fn saying(self, message: String) -> Self {
        Self { message, ..self }
    }

    pub(crate) fn authentication_failed() -> Self {
        Self::unauthorized(1000, "Authentication failed")
    }

    pub(crate) fn authorization_empty() -> Self {
        Self::unauthorized(1001, "Authorization is empty")
    }

    pub(crate) fn key_not_found() -> Self {
        Self::unauthorized(1002, "api key not found")
    }

    pub(crate) fn token_not_yet_valid() -> Self {
        Self::unauthorized(1003, "Authorization is not yet valid")
    }

    pub(crate) fn token_expired() -> Self {
        Self::unauthorized(1004, "Authorization has expired")
    }

    pub(crate) fn not_json() -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1200, "request body is not a JSON object")
    }

    pub(crate) fn body_too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, 1200, "request body is too large or was cut off")
    }

    /// A wrong field, with the detail in the message.
    pub(crate) fn parameter(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 1201, message)
    }

    /// The form observed for durations, modes and resolutions.
    pub(crate) fn value(field: &str, value: impl std::fmt::Display) -> Self {
        Self::parameter(format!("{field} value '{value}' is invalid"))
    }

    pub(crate) fn empty(field: &str) -> Self {
        Self::parameter(format!("{field} cannot be empty"))
    }

    /// More of something than is taken.
    pub(crate) fn too_many(field: &str, count: usize, most: usize) -> Self {
        Self::parameter(format!("{field} has {count} items, at most {most} are allowed"))
    }

    pub(crate) fn duplicate_external_id(id: &str) -> Self {
        Self::parameter(format!("External_task_id {id} already exists"))
    }

    pub(crate) fn task_not_found(id: &str) -> Self {
        Self::parameter(format!("Task not found by id/external id: {id}"))
    }

    pub(crate) fn method() -> Self {
        Self::new(StatusCode::NOT_FOUND, 1202, "request method is not supported")
    }

    pub(crate) fn resource() -> Self {
        Self::new(StatusCode::NOT_FOUND, 1203, "resource does not exist")
    }

    /// A model name nobody knows, on `/v1`.
    pub(crate) fn unknown_model() -> Self {
        Self::parameter("model is not supported")
    }

    /// A model that is gone, or a path that ends with a model nobody knows.
    pub(crate) fn no_such_model() -> Self {
        Self::new(StatusCode::NOT_FOUND, 1203, "model is not supported")
    }

    pub(crate) fn model_elsewhere(model: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 1203, format!("model {model} is not supported for this API"))
    }

    pub(crate) fn concurrency() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, 1303, "parallel task over resource pack limit")
    }

    /// What the service says with this code; an undocumented one comes as a wrong request.
    pub(crate) fn of_code(code: u32, kind: RequestKind) -> Self {
        let (status, message) = match code {
            1000 => return Self::authentication_failed(),
            1001 => return Self::authorization_empty(),
            1002 => return Self::key_not_found(),
            1003 => return Self::token_not_yet_valid(),
            1004 => return Self::token_expired(),
            1100 => (429, "account is in an abnormal state"),
            1101 => (429, "account is in arrears"),
            1102 => (429, "resource pack is used up or expired"),
            1103 => (403, "no permission for this API"),
            1202 => return Self::method(),
            1203 if kind == RequestKind::Create => return Self::no_such_model(),
            1203 => return Self::resource(),
            1300 => (400, "request is blocked by a policy"),
            1301 => (400, "request is blocked by the content-safety policy"),
            1302 => (429, "request rate is too high"),
            1303 => return Self::concurrency(),
            1304 => (429, "IP address is not on the allow-list"),
            5000 => (500, "internal error"),
            5001 => (503, "service is temporarily unavailable"),
            5002 => (504, "internal timeout"),
            _ => (400, "invalid request parameters"),
        };
        Self::new(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), code, message)
    }

    /// What the service itself says with this status, if it uses it at all.
    pub(crate) fn for_status(status: StatusCode) -> Option<Self> {
        let code = match status.as_u16() {
            400 => 1200,
            401 => 1000,
            403 => 1103,
            404 => return Some(Self::resource()),
            429 => 1302,
            500 => 5000,
            503 => 5001,
            504 => 5002,
            _ => return None,
        };
        Some(Self::of_code(code, RequestKind::Other))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "code": self.code, "message": self.message });
        if self.with_request_id {
            body["request_id"] = request_id().into();
        }
        (self.status, Json(body)).into_response()
    }
}

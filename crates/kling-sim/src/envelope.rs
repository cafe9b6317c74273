//! The envelope around every API answer: `{code, message, request_id, data}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn success(data: &Value) -> Response {
    Json(json!({ "code": 0, "message": "SUCCEED", "request_id": request_id(), "data": data })).into_response()
}

/// Tells the way in which task an answer is about, though its body may never arrive.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Created(pub(crate) u64);

/// The answer to a create.
pub(crate) fn created(task: u64, data: &Value) -> Response {
    let mut response = success(data);
    response.extensions_mut().insert(Created(task));
    response
}

pub(crate) fn request_id() -> String {
    Uuid::new_v4().to_string()
}

//! The envelope around every API answer: `{code, message, request_id, data}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) fn success(data: &Value) -> Response {
    Json(json!({ "code": 0, "message": "SUCCEED", "request_id": request_id(), "data": data })).into_response()
}

pub(crate) fn request_id() -> String {
    Uuid::new_v4().to_string()
}

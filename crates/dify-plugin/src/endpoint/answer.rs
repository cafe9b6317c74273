//! One request, one answer.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use http::{Method, StatusCode};

use super::response::ResponseChunk;
use super::table::Found;
use super::{EndpointRequest, EndpointResponse, Malformed, RawRequest, Settings};
use crate::dify::Dify;
use crate::request::Request;
use crate::{Error, Plugin, Session};

/// Answers the action `invoke_endpoint`. Whatever goes wrong on the way becomes a response: an error of the session
/// would be a response too, with a text that is not ours.
///
/// # Errors
///
/// When the host's request lacks a field.
pub(crate) async fn answer(plugin: &Plugin, request: Request, dify: Dify) -> Result<ResponseChunk, Error> {
    let Request { session, mut fields, .. } = request;
    let settings = fields.object("settings").into();
    let raw = fields.string("raw_http_request");
    fields.check()?;
    drop(fields);
    let parsed = RawRequest::from_hex(&raw);
    drop(raw);
    let head = parsed.as_ref().is_ok_and(|request| request.method == Method::HEAD);
    let response = match parsed {
        Ok(raw) => respond(plugin, raw, session, settings, dify).await,
        Err(Malformed(reason)) => refusal(StatusCode::BAD_REQUEST, format!("Bad request: {reason}")),
    };
    let chunk = response.into_chunk(head).or_else(|reason| {
        tracing::warn!(reason, "a response of an endpoint was not sent");
        refusal(StatusCode::INTERNAL_SERVER_ERROR, format!("Internal server error: {reason}")).into_chunk(head)
    });
    chunk.map_err(|reason| Error::Internal(reason.into()))
}

async fn respond(
    plugin: &Plugin,
    raw: RawRequest,
    session: Session,
    settings: Settings,
    dify: Dify,
) -> EndpointResponse {
    let (endpoint, variables) = match plugin.endpoints.find(&raw.method, &raw.segments) {
        Found::Endpoint(endpoint, variables) => (endpoint, variables),
        // Status and opening words are those of the Python SDK (`dify_plugin` 0.10.1), for a wrong method too.
        Found::OtherMethod => return not_found("405 Method Not Allowed: this path takes other methods"),
        Found::Nothing => return not_found("404 Not Found: this plugin serves no such path"),
    };
    let RawRequest { method, path, query, headers, body, .. } = raw;
    let request = EndpointRequest { session, settings, method, path, variables, query, headers, body, dify };
    let respond = async { endpoint.respond(request).await };
    let failed = match AssertUnwindSafe(respond).catch_unwind().await {
        Ok(Ok(response)) => return response,
        Ok(Err(error)) => error.error_type(),
        Err(payload) => {
            // What was thrown may itself panic when dropped.
            let _ = std::panic::catch_unwind(AssertUnwindSafe(|| drop(payload)));
            "a panic"
        }
    };
    tracing::warn!(kind = failed, "an endpoint failed");
    refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error".into())
}

fn not_found(reason: &str) -> EndpointResponse {
    refusal(StatusCode::NOT_FOUND, format!("Failed to dispatch endpoint request: {reason}"))
}

fn refusal(status: StatusCode, text: String) -> EndpointResponse {
    EndpointResponse::text(text).status(status)
}

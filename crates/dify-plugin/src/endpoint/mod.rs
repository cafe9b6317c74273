//! Endpoints: HTTP requests from the outside, such as webhooks.
//!
//! A user sets an endpoint up in Dify and gets an address, `https://…/e/<hook id>`. All requests below that address come
//! to the plugin, which finds the [`Endpoint`] for path and method itself: Dify's daemon does not look at paths
//! (dify-plugin-daemon 0.6.10). Anybody who knows the address can send them.

mod answer;
mod raw;
mod request;
mod response;
mod rule;
mod table;

use async_trait::async_trait;
pub use http::{HeaderMap, Method, StatusCode};

pub(crate) use answer::answer;
pub(crate) use raw::{Malformed, RawRequest};
pub use request::EndpointRequest;
pub use response::EndpointResponse;
pub(crate) use table::Endpoints;

use crate::{Credentials, Error};

/// The most bytes of a request's body: Dify's daemon cuts off the rest without telling (dify-plugin-daemon 0.6.10). A
/// body of exactly this length has probably lost its end.
pub const MAX_ENDPOINT_BODY_BYTES: usize = 10 * 1024 * 1024;

/// The most bytes of a response's body. A response is one line of at most 5 MiB, and its body stands there in hex
/// (dify-plugin-daemon 0.6.10). A larger one is answered with the status 500.
pub const MAX_RESPONSE_BODY_BYTES: usize = 2_600_000;

/// The methods Dify's daemon takes (dify-plugin-daemon 0.6.10).
const METHODS: [Method; 6] = [Method::HEAD, Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];

/// An endpoint's settings by the names of its group's declaration, secrets among them: `Debug` shows names only.
pub type Settings = Credentials;

/// One path with one method. Requests run concurrently, each in a task of its own.
///
/// ```
/// use dify_plugin::endpoint::Method;
/// use dify_plugin::{Endpoint, EndpointRequest, EndpointResponse, Error, async_trait};
///
/// struct Callback;
///
/// #[async_trait]
/// impl Endpoint for Callback {
///     fn path(&self) -> &str {
///         "/callback/<task_id>"
///     }
///
///     fn method(&self) -> Method {
///         Method::POST
///     }
///
///     async fn respond(&self, request: EndpointRequest) -> Result<EndpointResponse, Error> {
///         let task = request.variable("task_id").unwrap_or_default();
///         EndpointResponse::json(&serde_json::json!({"task": task, "bytes": request.body.len()}))
///     }
/// }
/// ```
#[async_trait]
pub trait Endpoint: Send + Sync + 'static {
    /// The path as in the endpoint's declaration, a rule such as `/callback/<task_id>`. Asked once, when the plugin is
    /// built.
    ///
    /// A variable is a segment of any text (`<name>`), or an `<int:name>`, `<float:name>` or `<uuid:name>`; literal
    /// text may stand around it. One `<path:name>` stands for one or more segments. These mean what they mean in the
    /// Python SDK (`dify_plugin` 0.10.1, rules of werkzeug); converters with arguments are not supported.
    fn path(&self) -> &str;

    /// The method as in the endpoint's declaration: HEAD, GET, POST, PUT, DELETE or OPTIONS. Asked once.
    fn method(&self) -> Method;

    /// Answers one request, with whatever status.
    ///
    /// # Errors
    ///
    /// Whatever fails. The sender of the request gets the status 500 and learns nothing more: what a stranger may read
    /// belongs into a response. The same goes for a panic.
    async fn respond(&self, request: EndpointRequest) -> Result<EndpointResponse, Error>;
}

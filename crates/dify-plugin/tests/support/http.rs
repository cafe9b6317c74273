//! A plugin behind HTTP, and a plugin daemon that takes its calls.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use dify_plugin::{Plugin, serve_http};
use futures_util::stream;
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves a plugin on a loopback port; its address, without a path.
pub(crate) async fn plugin(plugin: Plugin, daemon_url: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let daemon_url = daemon_url.to_owned();
    tokio::spawn(async move { serve_http(plugin, listener, &daemon_url).await.unwrap() });
    url
}

/// Posts an invocation.
pub(crate) async fn invoke(url: &str, body: impl Into<reqwest::Body>) -> reqwest::Response {
    let http = super::http();
    http.post(format!("{url}/invoke?action=invoke_tool")).body(body).send().await.unwrap()
}

/// The messages of a whole answer. Each is a line with a blank one after it.
pub(crate) fn messages(body: &str) -> Vec<Value> {
    let whole = body.strip_suffix("\n\n").unwrap_or_else(|| panic!("cut off: {body}"));
    whole.split("\n\n").map(|message| serde_json::from_str(message).unwrap()).collect()
}

/// The next piece of an answer, as text.
pub(crate) async fn piece(response: &mut reqwest::Response) -> Option<String> {
    let bytes = response.chunk().await.unwrap()?;
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

/// What a daemon was posted: path, session header and line.
pub(crate) type Posted = (String, String, Value);

/// A daemon that answers each call with the pieces `reply` gives, and then ends the response.
pub(crate) struct Daemon {
    pub(crate) url: String,
    pub(crate) posted: Arc<Mutex<Vec<Posted>>>,
}

struct Replies<F> {
    posted: Arc<Mutex<Vec<Posted>>>,
    reply: F,
}

impl Daemon {
    pub(crate) async fn start(reply: impl Fn(&Value) -> Vec<String> + Clone + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let posted = Arc::<Mutex<Vec<_>>>::default();
        let replies = Arc::new(Replies { posted: posted.clone(), reply });
        let router = Router::new().fallback(answer).with_state(replies);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, posted }
    }
}

async fn answer<F: Fn(&Value) -> Vec<String>>(State(replies): State<Arc<Replies<F>>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let session = request.headers()["Dify-Plugin-Session-ID"].to_str().unwrap().to_owned();
    let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
    let line: Value = serde_json::from_slice(&body).unwrap();
    let pieces = (replies.reply)(&line);
    replies.posted.lock().unwrap().push((path, session, line));
    let pieces = pieces.into_iter().map(|piece| Ok::<_, std::convert::Infallible>(Bytes::from(piece)));
    Response::new(Body::from_stream(stream::iter(pieces)))
}

/// The message of one part of an answer to a call.
pub(crate) fn part(call: &Value, event: &str, message: &str, data: &Value) -> String {
    let id = &call["data"]["data"]["backwards_request_id"];
    let data = serde_json::json!({"backwards_request_id": id, "event": event, "message": message, "data": data});
    let envelope = serde_json::json!({
        "session_id": call["session_id"], "event": "backwards_response", "data": data,
    });
    format!("{envelope}\n\n")
}

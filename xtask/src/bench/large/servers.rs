//! Dify's files, and a Kling that answers more than it should, on this machine.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Frame;
use kling_sim::{SAMPLE_MP4, SAMPLE_PNG};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const RESULT_BYTES: usize = 29 * 1024 * 1024;
const ANSWER_BYTES: usize = 15_000_000;
/// So much of a request is kept: its own id is looked for there.
const KEPT_BYTES: usize = 64 * 1024;

/// Serves as long as it lives.
struct Server {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(routes: impl FnOnce(SocketAddr) -> Router) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port")?;
        let address = listener.local_addr()?;
        let routes = routes(address);
        // Whoever asks will tell what is wrong.
        let task = tokio::spawn(async move { drop(axum::serve(listener, routes).await) });
        Ok(Self { address, task })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Pictures of one size.
pub(super) struct Files(Server);

impl Files {
    pub(super) async fn serve(bytes: usize) -> Result<Self> {
        let picture = Bytes::from(picture(bytes)?);
        let file = move || {
            let picture = picture.clone();
            async move { ([(CONTENT_TYPE, "image/png")], picture) }
        };
        Server::start(|_| Router::new().route("/files/{id}/file-preview", get(file))).await.map(Self)
    }

    /// A file as Dify hands it over.
    pub(super) fn picture(&self, number: usize) -> Value {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let url = format!("http://{}/files/{id}/file-preview?timestamp=0&nonce=bench&sign=bench", self.0.address);
        json!({
            "dify_model_identity": "__dify__file__",
            "mime_type": "image/png",
            "filename": format!("{number}.png"),
            "extension": ".png",
            "type": "image",
            "url": url,
        })
    }
}

/// The sample with a chunk that readers skip before its end (PNG, private ancillary chunk).
fn picture(bytes: usize) -> Result<Vec<u8>> {
    const END: usize = 12;
    let (start, end) = SAMPLE_PNG.split_at(SAMPLE_PNG.len() - END);
    let padding = bytes.saturating_sub(SAMPLE_PNG.len() + 12);
    let mut chunk = b"paDd".to_vec();
    // Not all the same byte: nothing on the way should find it easy.
    chunk.extend((0..=250_u8).cycle().take(padding));
    let length = u32::try_from(padding)?.to_be_bytes();
    let checksum = crc32fast::hash(&chunk).to_be_bytes();
    Ok([start, &length, &chunk, &checksum, end].concat())
}

/// A body in pieces that tells no length.
struct Pieces(Bytes);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.0.len().min(64 * 1024);
        Poll::Ready((length > 0).then(|| Ok(Frame::data(self.0.split_to(length)))))
    }
}

/// What Kling says of its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is not done.
    Waiting,
    /// It is done, and the result has no length.
    UnsizedResult,
    /// It is done, and the answer is full of something else.
    Large,
}

/// A Kling that reads requests without a look at their pictures: the simulator parses them, in this process, and would
/// keep it from hearing the plugin's heartbeats.
pub(super) struct Kling {
    server: Server,
    tasks: Arc<Tasks>,
}

struct Tasks {
    answer: Answer,
    /// The callers' own ids, in the order of submission.
    external_ids: Mutex<Vec<String>>,
}

impl Tasks {
    fn external_ids(&self) -> MutexGuard<'_, Vec<String>> {
        self.external_ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kling {
    pub(super) async fn serve(answer: Answer) -> Result<Self> {
        let tasks = Arc::new(Tasks { answer, external_ids: Mutex::default() });
        let shared = tasks.clone();
        let routes = |address: SocketAddr| {
            let api = move |State(tasks): State<Arc<Tasks>>, request| api(tasks, address, request);
            Router::new().route("/result.mp4", get(result)).fallback(any(api)).with_state(shared)
        };
        Ok(Self { server: Server::start(routes).await?, tasks })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// How many tasks there are.
    pub(super) fn tasks(&self) -> usize {
        self.tasks.external_ids().len()
    }
}

async fn result() -> Response {
    let mut video = SAMPLE_MP4.to_vec();
    let length = RESULT_BYTES - video.len();
    video.extend(u32::try_from(length).unwrap_or_default().to_be_bytes());
    video.extend(b"free");
    video.resize(RESULT_BYTES, 0);
    let body = Body::new(Pieces(video.into()));
    ([(CONTENT_TYPE, "video/mp4")], body).into_response()
}

async fn api(tasks: Arc<Tasks>, address: SocketAddr, request: Request) -> Response {
    // The newer surface asks for tasks with POST too.
    let path = request.uri().path().to_owned();
    let is_create = request.method() == Method::POST && path != "/tasks";
    let kept = beginning_and_end(request).await;
    let (number, own) = {
        let mut ids = tasks.external_ids();
        if is_create {
            ids.push(external_id(&kept).unwrap_or_default());
        }
        let asked = (0..ids.len()).find(|number| path.ends_with(&task_id(*number)));
        let asked = asked.or_else(|| ids.iter().position(|own| !own.is_empty() && path.ends_with(own)));
        let number = asked.filter(|_| !is_create).unwrap_or(ids.len().saturating_sub(1));
        (number, ids.get(number).cloned().unwrap_or_default())
    };
    let done = !is_create && tasks.answer != Answer::Waiting;
    let time = 1_795_000_000_000_u64;
    let mut data = if path.starts_with("/v1/") {
        json!({
            "task_id": task_id(number), "task_status": if done { "succeed" } else { "submitted" },
            "task_info": {"external_task_id": own}, "created_at": time, "updated_at": time,
        })
    } else {
        json!({
            "id": task_id(number), "status": "submitted", "external_id": own, "create_time": time, "update_time": time,
        })
    };
    if done {
        let url = format!("http://{address}/result.mp4");
        data["task_result"] = json!({"videos": [{"id": "1", "url": url, "duration": "5"}]});
    }
    // A list is asked for without an id in the path.
    let is_list = !is_create && !path.ends_with(&task_id(number)) && (own.is_empty() || !path.ends_with(&own));
    let data = if is_list { json!([data]) } else { data };
    let mut answer = json!({"code": 0, "message": "SUCCEED", "request_id": "bench", "data": data}).to_string();
    if done && tasks.answer == Answer::Large {
        // Within the object of the data, where a reader must look.
        let filler = "{\"\":0},".repeat(ANSWER_BYTES / 7);
        answer = answer.replacen("\"task_id\"", &format!("\"filler\":[{filler}0],\"task_id\""), 1);
    }
    ([(CONTENT_TYPE, "application/json")], answer).into_response()
}

fn task_id(number: usize) -> String {
    format!("7{number:018}")
}

/// Reads it whole, and keeps its first and last bytes: pictures stand between.
async fn beginning_and_end(request: Request) -> Vec<u8> {
    let mut body = request.into_body();
    let mut kept = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            kept.extend_from_slice(&data);
            if kept.len() > 4 * KEPT_BYTES {
                kept.drain(KEPT_BYTES..kept.len() - KEPT_BYTES);
            }
        }
    }
    kept
}

/// `external_task_id` or, on the newer surface, `external_id`; both as JSON writes a string without escapes.
fn external_id(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("\"external_task_id\":\"").or_else(|| text.split_once("\"external_id\":\""))?;
    Some(rest.split('"').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_the_size_and_ends_as_a_picture() {
        let picture = picture(100_000).unwrap();
        assert_eq!(picture.len(), 100_000);
        assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.ends_with(b"IEND\xaeB`\x82"));
    }

    #[test]
    fn an_own_id_is_found_under_either_name() {
        let id = |body: &str| external_id(body.as_bytes());
        assert_eq!(id(r#"{"a":"b","external_task_id":"x-1","c":1}"#).as_deref(), Some("x-1"));
        assert_eq!(id(r#"{"options":{"external_id":"x-2"}}"#).as_deref(), Some("x-2"));
        assert_eq!(id("{}"), None);
    }
}

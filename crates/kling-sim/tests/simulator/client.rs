//! A plain HTTP client with the demo key, and a hand on the clock.

use std::time::Duration;

use kling_sim::{DEMO_API_KEY, SimOptions, Simulator};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

pub(crate) const TEXT2VIDEO: &str = "/v1/videos/text2video";
pub(crate) const IMAGE2VIDEO: &str = "/v1/videos/image2video";
pub(crate) const OMNI_VIDEO: &str = "/v1/videos/omni-video";
pub(crate) const GENERATIONS: &str = "/v1/images/generations";
pub(crate) const OMNI_IMAGE: &str = "/v1/images/omni-image";
pub(crate) const ELEMENTS: &str = "/v1/general/advanced-custom-elements";
/// An address nobody fetches.
pub(crate) const URL: &str = "https://media.example.test/a";

/// A simulator as slow as life: 2 s submitted, 40 s processing.
pub(crate) async fn sim() -> Simulator {
    sim_with(SimOptions::default()).await
}

pub(crate) async fn sim_with(options: SimOptions) -> Simulator {
    Simulator::start(SimOptions { speed: 1.0, ..options }).await.unwrap()
}

/// Moves the clock of tasks; it runs on afterwards.
pub(crate) async fn pass(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// HTTP status, code, message.
    pub(crate) fn refusal(&self) -> (u16, i64, &str) {
        (self.status, self.body["code"].as_i64().unwrap(), self.body["message"].as_str().unwrap())
    }

    pub(crate) fn data(&self) -> &Value {
        assert_eq!((self.status, &self.body["code"]), (200, &json!(0)), "{}", self.body);
        assert_eq!(self.body["message"], "SUCCEED");
        assert!(self.body["request_id"].is_string());
        &self.body["data"]
    }
}

/// Requests without connection reuse, so that a clock that jumps finds no idle connection to time out.
pub(crate) fn http() -> Client {
    // Another test of the process may have installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().pool_max_idle_per_host(0).tls_certs_only([]).build().unwrap()
}

pub(crate) fn request(sim: &Simulator, method: Method, path: &str) -> RequestBuilder {
    http().request(method, format!("{}{path}", sim.url()))
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.json().await.unwrap() }
}

pub(crate) async fn get(sim: &Simulator, path: &str) -> Answer {
    send(request(sim, Method::GET, path).bearer_auth(DEMO_API_KEY)).await
}

pub(crate) async fn post(sim: &Simulator, path: &str, body: &Value) -> Answer {
    send(request(sim, Method::POST, path).bearer_auth(DEMO_API_KEY).json(body)).await
}

/// Creates a task of a `/v1` path that must be accepted, lets it end, and returns it.
pub(crate) async fn ended(sim: &Simulator, path: &str, body: &Value) -> Value {
    let id = post(sim, path, body).await.data()["task_id"].as_str().unwrap().to_owned();
    pass(Duration::from_secs(42)).await;
    get(sim, &format!("{path}/{id}")).await.data().clone()
}

/// The same for a path with the model in it.
pub(crate) async fn path_ended(sim: &Simulator, path: &str, body: &Value) -> Value {
    let id = post(sim, path, body).await.data()["id"].as_str().unwrap().to_owned();
    pass(Duration::from_secs(42)).await;
    get(sim, &format!("/tasks?task_ids={id}")).await.data()[0].clone()
}

pub(crate) async fn create(sim: &Simulator, body: &Value) -> Answer {
    post(sim, TEXT2VIDEO, body).await
}

/// Creates a task that must be accepted and returns its id.
pub(crate) async fn created(sim: &Simulator, body: &Value) -> String {
    create(sim, body).await.data()["task_id"].as_str().unwrap().to_owned()
}

pub(crate) async fn task(sim: &Simulator, id: &str) -> Value {
    get(sim, &format!("{TEXT2VIDEO}/{id}")).await.data().clone()
}

/// The address of a finished video.
pub(crate) async fn video_url(sim: &Simulator) -> String {
    let id = created(sim, &json!({ "model_name": "kling-v3", "prompt": "a lighthouse" })).await;
    pass(Duration::from_secs(42)).await;
    task(sim, &id).await["task_result"]["videos"][0]["url"].as_str().unwrap().to_owned()
}

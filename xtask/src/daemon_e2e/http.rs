//! The daemon's HTTP API, spoken as Dify's API server speaks it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, anyhow, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::Value;
use tokio::net::TcpStream;

/// A JSON text in JSON.
const JSON: &str = "application/json";
/// Between the parts of a form.
const BOUNDARY: &str = "----kling-aigc-package";

/// One tenant's view of a daemon.
#[derive(Debug, Clone)]
pub(super) struct Client {
    address: SocketAddr,
    key: &'static str,
    tenant: &'static str,
}

/// What the daemon answers instead of data.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Refusal {
    /// What the user reads.
    pub(super) message: String,
    /// The kind, such as `PluginDaemonBadRequestError`.
    pub(super) error_type: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error_type, self.message)
    }
}

impl std::error::Error for Refusal {}

/// The daemon's envelope around everything.
#[derive(Deserialize)]
struct Envelope {
    code: i64,
    message: String,
    #[serde(default)]
    data: Value,
}

/// What is in an envelope.
///
/// # Errors
/// [`Refusal`] when it holds one.
pub(super) fn open(envelope: &[u8]) -> Result<Value> {
    let text = || String::from_utf8_lossy(envelope).into_owned();
    let Envelope { code, message, data } =
        serde_json::from_slice(envelope).with_context(|| format!("not the daemon's envelope: {}", text()))?;
    if code == 0 {
        return Ok(data);
    }
    let refusal: Refusal = serde_json::from_str(&message).with_context(|| format!("not an error: {}", text()))?;
    Err(refusal.into())
}

impl Client {
    /// For a daemon on this machine.
    pub(super) fn new(port: u16, key: &'static str, tenant: &'static str) -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, port).into(), key, tenant }
    }

    /// `GET` of a path below the tenant's.
    pub(super) async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, &self.tenants(path), "", &[], Bytes::new()).await?;
        open(&whole(answer).await?).with_context(|| format!("GET {path}"))
    }

    /// The bytes at a path below the tenant's.
    pub(super) async fn bytes(&self, path: &str) -> Result<Bytes> {
        let answer = self.send(Method::GET, &self.tenants(path), "", &[], Bytes::new()).await?;
        ensure!(answer.status() == StatusCode::OK, "GET {path}: {}", answer.status());
        whole(answer).await
    }

    /// `POST` of JSON to a path below the tenant's.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.send(Method::POST, &self.tenants(path), JSON, &[], body.to_string().into()).await?;
        open(&whole(answer).await?).with_context(|| format!("POST {path}"))
    }

    /// `POST` of a file, as the one field of a form.
    pub(super) async fn post_file(&self, path: &str, field: &str, file: &[u8]) -> Result<Value> {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"plugin.difypkg\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
        let form = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = self.send(Method::POST, &self.tenants(path), &form, &[], body.into()).await?;
        open(&whole(answer).await?).with_context(|| format!("POST {path}"))
    }

    /// `POST` for a plugin, with its answer as it comes.
    pub(super) async fn dispatch(&self, plugin: &str, path: &str, body: &Value) -> Result<Incoming> {
        let path = self.tenants(&format!("dispatch/{path}"));
        let answer = self.send(Method::POST, &path, JSON, &[("x-plugin-id", plugin)], body.to_string().into()).await?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status => Err(open(&whole(answer).await?).err().unwrap_or_else(|| anyhow!("{status} without an error"))),
        }
    }

    /// What a healthy daemon says of itself.
    pub(super) async fn health(&self) -> Result<Value> {
        let answer = self.send(Method::GET, "/health/check", "", &[], Bytes::new()).await?;
        Ok(serde_json::from_slice(&whole(answer).await?)?)
    }

    fn tenants(&self, path: &str) -> String {
        format!("/plugin/{}/{path}", self.tenant)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Response<Incoming>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.address.to_string())
            .header("x-api-key", self.key)
            .header(CONTENT_TYPE, content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let stream = TcpStream::connect(self.address).await.context("the daemon does not listen")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with its answer, or when nobody reads that any more.
        tokio::spawn(connection);
        sender.send_request(request.body(Full::new(body))?).await.context("the daemon does not answer")
    }
}

async fn whole(answer: Response<Incoming>) -> Result<Bytes> {
    Ok(answer.into_body().collect().await.context("the daemon's answer is cut short")?.to_bytes())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_envelope_holds_data_or_an_error_within_a_text() {
        assert_eq!(open(br#"{"code":0,"message":"success","data":[1]}"#).unwrap(), json!([1]));
        let refused =
            br#"{"code":-400,"message":"{\"message\":\"no\",\"error_type\":\"E\",\"args\":null}","data":null}"#;
        let refusal = open(refused).unwrap_err().downcast::<Refusal>().unwrap();
        assert_eq!(refusal.to_string(), "E: no");
        assert!(open(b"gateway").unwrap_err().to_string().contains("gateway"));
    }
}

//! The files that Dify would hold: pictures, handed out over HTTP on this machine.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::picture;

/// Serves as long as it lives.
pub(crate) struct DifyFiles {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl DifyFiles {
    pub(crate) async fn serve() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for files")?;
        let address = listener.local_addr()?;
        let file = |Path(id): Path<String>| async move {
            let number = id.rsplit('-').next().and_then(|number| number.parse().ok());
            number.map(|number| ([(CONTENT_TYPE, "image/png")], picture::png(number))).ok_or(StatusCode::NOT_FOUND)
        };
        let routes = Router::new().route("/files/{id}/file-preview", get(file));
        let server = tokio::spawn(async move {
            // Whoever fetches will tell what is wrong.
            axum::serve(listener, routes).await.ok();
        });
        Ok(Self { address, server })
    }

    /// Their address, as Dify has it in `FILES_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A picture as Dify hands over a file (2026-08): an object with a signed link to Dify itself. Each number is
    /// another picture.
    pub(crate) fn picture(&self, number: u32) -> Value {
        let id = format!("00000000-0000-4000-8000-{number:012}");
        let url = format!("{}/files/{id}/file-preview?timestamp=0&nonce=demo&sign=demo", self.url());
        json!({
            "dify_model_identity": "__dify__file__",
            "mime_type": "image/png",
            "filename": format!("ring-{number}.png"),
            "extension": ".png",
            "size": picture::png(number).len(),
            "type": "image",
            "url": url,
        })
    }
}

impl Drop for DifyFiles {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_link_leads_to_the_picture() {
        let files = DifyFiles::serve().await.unwrap();
        let file = files.picture(1);
        let link = file["url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let (host, path) = link.split_once('/').unwrap();

        let mut connection = TcpStream::connect(host).unwrap();
        write!(connection, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n") && answer.ends_with(&picture::png(1)));
        assert_eq!(file["size"], picture::png(1).len());
    }
}

//! Dify's inner API, which the daemon calls for a plugin that calls back. This plugin never does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Counts calls and serves none, as long as it lives.
pub(super) struct InnerApi {
    address: SocketAddr,
    calls: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl InnerApi {
    pub(super) async fn serve() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for the inner API")?;
        let address = listener.local_addr()?;
        let calls = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&calls);
        let refuse = move || async move {
            count.fetch_add(1, Ordering::Relaxed);
            StatusCode::NOT_FOUND
        };
        let server = tokio::spawn(async move {
            // It never fails: trouble with one connection stays with that connection.
            axum::serve(listener, Router::new().fallback(refuse)).await.ok();
        });
        Ok(Self { address, calls, server })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

impl Drop for InnerApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

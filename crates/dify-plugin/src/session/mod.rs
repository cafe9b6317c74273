//! One session: a request, its answer, and an end that always comes.

mod writer;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::watch;

use crate::backwards::Backwards;
use crate::request::Request;
use crate::{Error, Plugin, router};

pub(crate) use writer::{SessionWriter, append_json};

/// Sees one session to its end, whatever happens in it. When `stopping` turns true it is ended at once.
pub(crate) async fn run(
    plugin: Arc<Plugin>,
    request: Request,
    writer: SessionWriter,
    backwards: Backwards,
    mut stopping: watch::Receiver<bool>,
) {
    let work = AssertUnwindSafe(router::answer(&plugin, request, &writer, &backwards)).catch_unwind();
    let result = tokio::select! {
        biased;
        result = work => result,
        Ok(_) = stopping.wait_for(|stop| *stop) => Ok(Err(Error::Connection("the plugin is being stopped".into()))),
    };
    match result {
        Ok(Ok(())) => writer.end().await,
        Ok(Err(error)) => writer.fail(&error).await,
        Err(payload) => {
            writer.fail(&Error::Internal("the plugin failed unexpectedly (a panic)".into())).await;
            // Only now: what was thrown may itself panic when dropped.
            drop(payload);
        }
    }
    backwards.end();
}

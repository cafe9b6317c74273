//! What `cargo xtask bench protocol` measures: a tool that only echoes, so that the rest is the crate's own work.

use std::process::ExitCode;

use dify_plugin::{Error, MessageSink, Plugin, Tool, ToolCall, async_trait};
use serde_json::Value;
use tokio::sync::Semaphore;

/// Sends `text` back, and again until it was sent `times` times. With `hold` it waits in between, after the first time,
/// until a call with `release` comes; so that many sessions are at work at once.
struct Echo {
    /// Never has a permit: it is open or closed.
    gate: Semaphore,
}

#[async_trait]
impl Tool for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let flag = |name: &str| call.parameters.get(name).and_then(Value::as_bool).unwrap_or_default();
        let text = call.parameters.get("text").and_then(Value::as_str).unwrap_or_default();
        let times = call.parameters.get("times").and_then(Value::as_u64).unwrap_or(1);
        if flag("release") {
            self.gate.close();
        }
        out.text(text).await?;
        if flag("hold") {
            // The error is the release.
            let _ = self.gate.acquire().await;
        }
        for _ in 1..times {
            out.text(text).await?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    match Plugin::builder("probe").tool(Echo { gate: Semaphore::new(0) }).build() {
        Ok(plugin) => dify_plugin::serve(plugin),
        Err(_) => ExitCode::FAILURE,
    }
}

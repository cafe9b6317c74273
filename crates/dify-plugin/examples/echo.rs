//! A small plugin with one tool, `echo`, that does what its parameters say. The tests run it as a process.
//!
//! Talk to it: `cargo run -p dify-plugin --example echo`, then type a line such as
//! `{"session_id":"1","event":"request","data":{"action":"invoke_tool","provider":"probe","tool":"echo","tool_parameters":{"text":"hi"},"credentials":{}}}`

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use dify_plugin::{BlobMeta, Error, Level, MessageSink, Plugin, Tool, ToolCall, async_trait};
use futures_util::stream;
use serde_json::Value;

/// Sends `text` back; then a file of `bytes` bytes, waits `seconds`, prints `print`, panics with `panic`, as asked.
struct Echo;

#[async_trait]
impl Tool for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    async fn invoke(&self, call: ToolCall, out: MessageSink) -> Result<(), Error> {
        let text = |name: &str| call.parameters.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| call.parameters.get(name).and_then(Value::as_u64);
        let (says, prints, panics) = (text("text"), text("print"), text("panic"));
        let (bytes, seconds) = (number("bytes"), number("seconds"));
        // Whatever else there is, in megabytes perhaps, is not held for as long as the rest takes.
        drop(call);
        if let Some(text) = says {
            out.text(text).await?;
        }
        if let Some(bytes) = bytes {
            send_file(&out, bytes).await?;
        }
        if let Some(seconds) = seconds {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
        if let Some(words) = prints {
            print!("{words}");
            println!("{words}");
        }
        match panics {
            Some(words) => panic!("{words}"),
            None => Ok(()),
        }
    }
}

async fn send_file(out: &MessageSink, length: u64) -> Result<(), Error> {
    const PIECE: u64 = 64 * 1024;
    let pattern = (0..=250).cycle().take(64 * 1024).collect::<Bytes>();
    let pieces = (0..length.div_ceil(PIECE)).map(move |index| {
        let size = PIECE.min(length - index * PIECE);
        Ok::<_, Infallible>(pattern.slice(..usize::try_from(size).unwrap_or_default()))
    });
    let meta = BlobMeta { mime_type: "application/octet-stream".into(), filename: "echo.bin".into() };
    out.blob(meta, length, stream::iter(pieces)).await.map_err(|error| Error::Internal(error.to_string()))
}

fn main() -> ExitCode {
    dify_plugin::log_to_stderr(&["dify_plugin"], Level::WARN);
    match Plugin::builder("probe").tool(Echo).build() {
        Ok(plugin) => dify_plugin::serve(plugin),
        Err(_) => ExitCode::FAILURE,
    }
}

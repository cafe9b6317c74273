//! A plugin whose answers are read as fast as they come. A `Host` looks at every message, which is slower than writing
//! them.

use std::io::{self, Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// What takes seconds may take this long.
const LIMIT: Duration = Duration::from_secs(120);
/// One read: more than a pipe of Linux holds.
const READ_BYTES: usize = 256 * 1024;
/// So much of the end is looked at: an error stands right before it.
const TAIL_BYTES: usize = 2048;
/// How an answer ends, and what may follow it.
const END: &[u8] = b"\"data\":{\"type\":\"end\",\"data\":{}}}\n";
const ERROR: &str = "\"data\":{\"type\":\"error\"";
const HEARTBEAT: &[u8] = b"{\"event\":\"heartbeat\",\"session_id\":null,\"data\":{}}\n";

/// A process, ended with this.
pub(super) struct Plugin {
    child: Child,
    stdout: Option<ChildStdout>,
}

/// An answer, counted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Drained {
    /// All that came.
    pub(super) bytes: u64,
    /// From its first bytes to its end.
    pub(super) time: Duration,
}

impl Plugin {
    /// Comes back at the first heartbeat.
    pub(super) async fn start(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let mut plugin = Self { child, stdout };
        plugin.read(|stdout| drain(stdout, HEARTBEAT)).await.context("no heartbeat")?;
        Ok(plugin)
    }

    pub(super) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request and reads the answer to its end, which must carry at least `payload` bytes in Base64.
    pub(super) async fn ask(&mut self, data: &Value, payload: u64) -> Result<Drained> {
        let request = serde_json::json!({ "session_id": "bench", "event": "request", "data": data });
        let stdin = self.child.stdin.as_mut().context("the plugin was started without its streams")?;
        writeln!(stdin, "{request}").context("the plugin does not read")?;
        let drained = self.read(|stdout| drain(stdout, END)).await?;
        ensure!(drained.bytes >= payload / 3 * 4, "the answer of {} bytes is too short for its file", drained.bytes);
        Ok(drained)
    }

    /// Should it take too long, the caller drops this: that ends the process, then the reading.
    async fn read<T, F>(&mut self, read: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut ChildStdout) -> Result<T> + Send + 'static,
    {
        let mut stdout = self.stdout.take().context("the plugin is not read any more")?;
        let reading = spawn_blocking(move || (read(&mut stdout), stdout));
        let (result, stdout) = timeout(LIMIT, reading).await.context("the plugin takes too long")??;
        self.stdout = Some(stdout);
        result
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // What has ended by itself is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads up to `end`, looking at nothing else.
pub(super) fn drain(input: &mut impl Read, end: &[u8]) -> Result<Drained> {
    let mut buffer = vec![0; READ_BYTES];
    let mut tail = Vec::with_capacity(2 * TAIL_BYTES);
    let mut first = None;
    let mut bytes = 0;
    loop {
        let length = match input.read(&mut buffer) {
            Ok(0) => bail!("the output ends too early"),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let first = *first.get_or_insert_with(Instant::now);
        bytes += length as u64;
        let read = buffer.get(..length).unwrap_or_default();
        tail.extend_from_slice(read.get(length.saturating_sub(TAIL_BYTES)..).unwrap_or_default());
        tail.drain(..tail.len().saturating_sub(TAIL_BYTES));
        if tail.ends_with(end) || tail.strip_suffix(HEARTBEAT).is_some_and(|before| before.ends_with(end)) {
            let time = first.elapsed();
            let last = String::from_utf8_lossy(&tail);
            ensure!(!last.contains(ERROR), "the plugin fails: {}", last.trim());
            return Ok(Drained { bytes, time });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces, one a read.
    struct Pieces(Vec<&'static str>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0).as_bytes();
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    fn read(pieces: &[&'static str]) -> Result<u64, String> {
        drain(&mut Pieces(pieces.to_vec()), END).map(|drained| drained.bytes).map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_is_read_to_its_end_wherever_it_is_cut() {
        assert_eq!(read(&["some ", "\"data\":{\"type\":\"en", "d\",\"data\":{}}}", "\n"]), Ok(38));
        let with_heartbeat =
            "\"data\":{\"type\":\"end\",\"data\":{}}}\n{\"event\":\"heartbeat\",\"session_id\":null,\"data\":{}}\n";
        assert_eq!(read(&[with_heartbeat, "more"]), Ok(with_heartbeat.len() as u64));
        assert_eq!(read(&["\"data\":{\"type\":\"end\",\"data\":{}}}"]).unwrap_err(), "the output ends too early");
    }

    #[test]
    fn an_error_is_no_answer() {
        let error = "{\"data\":{\"type\":\"error\",\"data\":\"no\"}}\n";
        let refused = read(&[error, "\"data\":{\"type\":\"end\",\"data\":{}}}\n"]).unwrap_err();
        assert!(refused.starts_with("the plugin fails: ") && refused.contains("\"no\""), "{refused}");
    }
}

//! A plugin that echoes, and a host that only counts. A `Host` looks into every message, which is slower than sending
//! them.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::super::memory;
use super::super::statistics::Size;
use super::{CALLS, MESSAGES, Pace, SESSIONS};

/// What takes seconds may take this long.
const LIMIT: Duration = Duration::from_secs(300);
/// One read: more than a pipe of Linux holds.
const READ_BYTES: usize = 256 * 1024;

const TEXT: &str = "what is said comes back as it is";
/// How a line that brings it back ends.
const ECHOED: &[u8] = b"\"text\":\"what is said comes back as it is\"},\"meta\":null}}}\n";
const END: &[u8] = b"\"data\":{\"type\":\"end\",\"data\":{}}}\n";
const HEARTBEAT: &[u8] = b"{\"event\":\"heartbeat\",\"session_id\":null,\"data\":{}}\n";

/// One run, in a process of its own.
pub(super) struct Measured {
    /// Of all sessions at once.
    pub(super) messages: Pace,
    /// From request to end.
    pub(super) calls: Pace,
    /// What is resident when all was done once.
    pub(super) warm: Size,
    /// What is resident beyond that after as many calls again.
    pub(super) left: Size,
}

/// Should it take too long, the process is ended, which ends the measuring.
pub(super) async fn measure(program: &Path) -> Result<Measured> {
    let child = Command::new(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut process = Process(child);
    let plugin = Plugin::of(&mut process.0)?;
    timeout(LIMIT, spawn_blocking(move || measure_on(plugin))).await.context("the plugin takes too long")??
}

fn measure_on(mut plugin: Plugin) -> Result<Measured> {
    let messages = messages(&mut plugin)?;
    calls(&mut plugin)?;
    let warm = plugin.resident()?;
    let calls = calls(&mut plugin)?;
    let left = Size(plugin.resident()?.0.saturating_sub(warm.0));
    Ok(Measured { messages, calls, warm, left })
}

/// All sessions are begun and held; the time runs from the call that lets them go to the last end.
fn messages(plugin: &mut Plugin) -> Result<Pace> {
    let held = plugin.requests(SESSIONS, &json!({ "text": TEXT, "times": 1 + MESSAGES, "hold": true }));
    let release = plugin.requests(1, &json!({ "text": TEXT, "release": true }));
    let open = plugin.exchange(&held, |seen| seen.messages == SESSIONS)?;
    ensure!(open.ends == 0, "sessions end before they are let go");
    let begin = Instant::now();
    let seen = plugin.exchange(&release, |seen| seen.ends == SESSIONS + 1)?;
    let time = begin.elapsed();
    ensure!(seen.messages == SESSIONS * MESSAGES + 1, "{} messages came", seen.messages);
    Ok(Pace::of(seen.messages, time))
}

fn calls(plugin: &mut Plugin) -> Result<Pace> {
    let times = CALLS / SESSIONS;
    let requests: Vec<_> = (0..times).map(|_| plugin.requests(SESSIONS, &json!({ "text": TEXT }))).collect();
    let begin = Instant::now();
    for at_a_time in &requests {
        let seen = plugin.exchange(at_a_time, |seen| seen.ends == SESSIONS)?;
        ensure!(seen.messages == SESSIONS, "{} messages came", seen.messages);
    }
    Ok(Pace::of(CALLS, begin.elapsed()))
}

/// What came, counted.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    messages: usize,
    ends: usize,
}

struct Plugin {
    process: u32,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// How many were begun; their ids.
    sessions: usize,
}

impl Plugin {
    fn of(child: &mut Child) -> Result<Self> {
        let no_streams = "the plugin was started without its streams";
        let stdin = child.stdin.take().context(no_streams)?;
        let stdout = BufReader::with_capacity(READ_BYTES, child.stdout.take().context(no_streams)?);
        Ok(Self { process: child.id(), stdin, stdout, sessions: 0 })
    }

    /// Sends requests and reads, at the same time, until `done`.
    fn exchange(&mut self, requests: &str, done: impl Fn(&Seen) -> bool) -> Result<Seen> {
        let (stdin, stdout) = (&mut self.stdin, &mut self.stdout);
        thread::scope(|scope| {
            let writing = scope.spawn(move || stdin.write_all(requests.as_bytes()));
            let seen = count(stdout, done)?;
            writing.join().map_err(|_| anyhow!("the writer panicked"))?.context("the plugin does not read")?;
            Ok(seen)
        })
    }

    /// So many requests of new sessions, a line each.
    fn requests(&mut self, count: usize, parameters: &Value) -> String {
        let data = json!({
            "action": "invoke_tool",
            "provider": "probe",
            "tool": "echo",
            "tool_parameters": parameters,
            "credentials": {},
        });
        let ids = self.sessions..self.sessions + count;
        self.sessions = ids.end;
        let line = |id| json!({ "session_id": format!("bench-{id:06}"), "event": "request", "data": data });
        let lines: Vec<_> = ids.map(|id| line(id).to_string()).collect();
        lines.join("\n") + "\n"
    }

    /// A moment later, when all is settled.
    fn resident(&self) -> Result<Size> {
        thread::sleep(Duration::from_secs(1));
        memory::resident(self.process).map(Size)
    }
}

fn count(output: &mut impl BufRead, done: impl Fn(&Seen) -> bool) -> Result<Seen> {
    let mut seen = Seen::default();
    let mut line = Vec::new();
    while !done(&seen) {
        line.clear();
        if output.read_until(b'\n', &mut line)? == 0 {
            bail!("the output ends too early");
        }
        if line.ends_with(ECHOED) {
            seen.messages += 1;
        } else if line.ends_with(END) {
            seen.ends += 1;
        } else if line != HEARTBEAT {
            bail!("the plugin fails: {}", String::from_utf8_lossy(&line).trim());
        }
    }
    Ok(seen)
}

/// Ended with this.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // What has ended by itself is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(data: &str) -> String {
        format!(r#"{{"event":"session","session_id":"bench-000001","data":{data}}}"#) + "\n"
    }

    fn echo(text: &str) -> String {
        line(&json!({"type": "stream", "data": {"type": "text", "message": {"text": text}, "meta": null}}).to_string())
    }

    #[test]
    fn messages_and_ends_are_counted_and_heartbeats_are_not() {
        let end = line(r#"{"type":"end","data":{}}"#);
        let output = [echo(TEXT).as_bytes(), HEARTBEAT, echo(TEXT).as_bytes(), end.as_bytes(), b"unread"].concat();
        let seen = count(&mut output.as_slice(), |seen| seen.ends == 1).unwrap();
        assert_eq!(seen, Seen { messages: 2, ends: 1 });
    }

    #[test]
    fn another_text_and_an_early_end_are_failures() {
        let failure = |output: &str| count(&mut output.as_bytes(), |seen| seen.ends == 1).unwrap_err().to_string();
        assert!(failure(&echo("something else")).starts_with("the plugin fails: {"));
        assert_eq!(failure(&echo(TEXT)), "the output ends too early");
    }
}

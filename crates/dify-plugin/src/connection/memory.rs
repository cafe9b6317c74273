//! Both ends in one process.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use super::{Connection, FRAMES, Frame, LineSplitter, MAX_LINE_BYTES, Outbox};

pub(super) fn connect() -> (Connection, HostSide) {
    let (frames, incoming) = mpsc::channel(FRAMES);
    let outbox = Outbox::new();
    let input = HostInput { splitter: LineSplitter::new(MAX_LINE_BYTES), frames };
    let output = HostOutput { outbox: outbox.clone(), splitter: LineSplitter::new(usize::MAX), lines: VecDeque::new() };
    (Connection { incoming, outbox }, HostSide { input, output })
}

/// The host's end of [`Connection::memory`].
#[derive(Debug)]
pub struct HostSide {
    /// Towards the plugin; dropping it is the end of the plugin's stdin.
    pub input: HostInput,
    /// From the plugin; dropping it is a closed stdout.
    pub output: HostOutput,
}

/// What the plugin reads.
#[derive(Debug)]
pub struct HostInput {
    splitter: LineSplitter,
    frames: mpsc::Sender<Frame>,
}

impl HostInput {
    /// Hands over bytes, split as the caller likes. Bytes for a plugin that is gone are lost, as in a pipe.
    pub async fn send(&mut self, mut bytes: &[u8]) {
        while let Some(frame) = self.splitter.next(&mut bytes) {
            // A plugin that is gone shows at the output.
            let _ = self.frames.send(frame).await;
        }
    }

    /// Hands over one line; its end is added.
    pub async fn send_line(&mut self, line: &str) {
        self.send(line.as_bytes()).await;
        self.send(b"\n").await;
    }

    /// Ends the plugin's stdin.
    pub async fn close(self) {
        if let Some(half) = self.splitter.finish() {
            let _ = self.frames.send(half).await;
        }
    }
}

/// What the plugin writes.
pub struct HostOutput {
    outbox: Outbox,
    splitter: LineSplitter,
    lines: VecDeque<String>,
}

impl HostOutput {
    /// The next bytes the plugin wrote, whole lines, as many as there are; waits for some. `None` when the plugin is
    /// gone and all is read.
    pub async fn next_bytes(&mut self) -> Option<Vec<u8>> {
        let mut batch = Vec::new();
        self.outbox.take_async(&mut batch).await.then_some(batch)
    }

    /// The next line, without its end. `None` when the plugin is gone and all is read.
    ///
    /// Mixed with [`HostOutput::next_bytes`], lines that arrived together may be overtaken.
    pub async fn next_line(&mut self) -> Option<String> {
        while self.lines.is_empty() {
            let bytes = self.next_bytes().await?;
            let mut bytes = bytes.as_slice();
            while let Some(frame) = self.splitter.next(&mut bytes) {
                if let Frame::Line(line) = frame {
                    self.lines.push_back(String::from_utf8_lossy(&line).into_owned());
                }
            }
        }
        self.lines.pop_front()
    }
}

impl std::fmt::Debug for HostOutput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostOutput").finish_non_exhaustive()
    }
}

impl Drop for HostOutput {
    fn drop(&mut self) {
        self.outbox.close();
    }
}

//! One call of a tool, followed as Dify follows it.

use std::collections::HashMap;

use anyhow::{Result, bail, ensure};
use dify_plugin::host::{BlobChunk, Event, Events};

use super::live::Live;

/// The outputs worth a line. Links stand in the closing text.
const SHOWN: [&str; 3] = ["task_id", "task_status", "handle"];

/// A file the tool delivered.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    pub(super) name: Option<String>,
    pub(super) bytes: Vec<u8>,
}

#[derive(Default)]
struct Arriving {
    file: Delivered,
    next: u64,
    whole: bool,
}

/// Shows what comes, to the end of the session. The delivered files come back.
pub(super) async fn follow(mut events: Events) -> Result<Vec<Delivered>> {
    let live = Live::start();
    let mut files = HashMap::<String, Arriving>::new();
    while let Some(event) = events.next().await {
        match event {
            // The tool itself is the step without a parent.
            Event::Log(record) if record.parent_id.is_some() => live.progress(&record.label),
            Event::Variable { name, value, .. } if SHOWN.contains(&name.as_str()) => {
                live.line(&name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
            Event::Text(text) => live.line("text", text.trim()),
            Event::BlobChunk(chunk) => {
                let id = chunk.id.clone();
                files.entry(id).or_default().add(chunk)?;
            }
            Event::Error(failure) => bail!("the tool fails: {failure}"),
            Event::End => {
                ensure!(files.values().all(|arriving| arriving.whole), "a file has no end");
                return Ok(files.into_values().map(|arriving| arriving.file).collect());
            }
            _ => {}
        }
    }
    bail!("the plugin ended in the middle of the call")
}

impl Arriving {
    fn add(&mut self, chunk: BlobChunk) -> Result<()> {
        ensure!(chunk.sequence == self.next && !self.whole, "the pieces of a file come out of order");
        self.next += 1;
        self.whole = chunk.end;
        self.file.name = self.file.name.take().or(chunk.filename);
        self.file.bytes.extend(chunk.bytes);
        let (found, whole) = (self.file.bytes.len() as u64, chunk.total_length);
        ensure!(!self.whole || found == whole, "a file ends with {found} of {whole} bytes");
        Ok(())
    }
}

//! One call of a tool, followed as Dify follows it.

use anyhow::{Result, bail, ensure};
use dify_plugin::host::{BlobChunk, Event, Events};
use serde_json::{Map, Value};

use super::live::Live;
use crate::declaration::Tool;

/// The outputs worth a line while the tool works. Links stand in the closing text.
const SHOWN: [&str; 3] = ["task_id", "task_status", "handle"];
/// An output is shown in so many characters.
const LONGEST_SHOWN: usize = 200;

/// What a call led to.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) outputs: Map<String, Value>,
    pub(super) files: Vec<Delivered>,
}

/// A file the tool delivered.
#[derive(Debug, Default)]
pub(super) struct Delivered {
    pub(super) name: Option<String>,
    pub(super) bytes: Vec<u8>,
}

#[derive(Default)]
struct Arriving {
    id: String,
    file: Delivered,
    next: u64,
    whole: bool,
}

/// Shows what comes, to the end of the session.
pub(super) async fn follow(mut events: Events) -> Result<Answer> {
    let live = Live::start();
    let mut outputs = Map::new();
    let mut files = Vec::<Arriving>::new();
    while let Some(event) = events.next().await {
        match event {
            // The tool itself is the step without a parent.
            Event::Log(record) if record.parent_id.is_some() => live.progress(&record.label),
            Event::Variable { name, value, .. } => {
                if SHOWN.contains(&name.as_str()) && outputs.get(&name) != Some(&value) {
                    live.line(&name, shown(&value));
                }
                outputs.insert(name, value);
            }
            Event::Text(text) => live.line("text", text.trim()),
            Event::BlobChunk(chunk) => take(&mut files, chunk)?,
            Event::Error(failure) => bail!("the tool fails: {failure}"),
            Event::End => {
                ensure!(files.iter().all(|arriving| arriving.whole), "a file has no end");
                return Ok(Answer { outputs, files: files.into_iter().map(|arriving| arriving.file).collect() });
            }
            _ => {}
        }
    }
    bail!("the plugin ended in the middle of the call")
}

impl Answer {
    /// Makes sure that the outputs are those the tool declares: Dify offers these to the next step.
    pub(super) fn ensure_declared(&self, tool: &Tool) -> Result<()> {
        for output in tool.outputs() {
            ensure!(self.outputs.contains_key(output), "{} declares {output} and does not give it", tool.name());
        }
        for output in self.outputs.keys() {
            ensure!(tool.outputs().any(|it| it == output), "{} gives {output} and does not declare it", tool.name());
        }
        Ok(())
    }

    /// The outputs that had no line yet.
    pub(super) fn other_outputs(&self) -> impl Iterator<Item = (&str, String)> {
        let others = self.outputs.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str()));
        others.map(|(name, value)| (name.as_str(), shown(value)))
    }
}

/// An output in one line of a bearable length.
fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn take(files: &mut Vec<Arriving>, chunk: BlobChunk) -> Result<()> {
    if let Some(arriving) = files.iter_mut().find(|arriving| arriving.id == chunk.id) {
        return arriving.add(chunk);
    }
    let mut arriving = Arriving { id: chunk.id.clone(), ..Arriving::default() };
    arriving.add(chunk)?;
    files.push(arriving);
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::Declaration;
    use crate::project;

    fn chunk(id: &str, sequence: u64, bytes: &[u8], end: bool) -> BlobChunk {
        let (id, bytes) = (id.to_owned(), bytes.to_vec());
        BlobChunk { id, sequence, total_length: 4, bytes, end, mime_type: None, filename: Some("1.png".into()) }
    }

    #[test]
    fn two_files_may_arrive_at_once_and_keep_their_order() {
        let mut files = Vec::new();
        for (id, sequence, bytes, end) in [
            ("b", 0, "ti", false),
            ("a", 0, "tall", false),
            ("a", 1, "", true),
            ("b", 1, "ny", false),
            ("b", 2, "", true),
        ] {
            take(&mut files, chunk(id, sequence, bytes.as_bytes(), end)).unwrap();
        }
        let bytes: Vec<_> = files.iter().map(|arriving| arriving.file.bytes.as_slice()).collect();
        assert_eq!(bytes, [b"tiny", b"tall"]);
        assert!(files.iter().all(|arriving| arriving.whole));
        assert!(take(&mut files, chunk("a", 2, b"", true)).is_err(), "after its end");
        assert!(take(&mut files, chunk("c", 1, b"", false)).is_err(), "out of order");
        assert!(take(&mut files, chunk("d", 0, b"ti", true)).is_err(), "cut off");
    }

    #[test]
    fn outputs_are_those_declared() {
        let declaration = Declaration::read(&project::root().join("plugin")).unwrap();
        let tool = declaration.tool("element_list").unwrap();
        let check = |outputs: &[&str]| {
            let outputs = outputs.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
            Answer { outputs, files: Vec::new() }.ensure_declared(tool).map_err(|error| error.to_string())
        };
        assert_eq!(check(&["elements", "count"]), Ok(()));
        assert_eq!(check(&["elements"]), Err("element_list declares count and does not give it".into()));
        let more = check(&["elements", "count", "total"]);
        assert_eq!(more, Err("element_list gives total and does not declare it".into()));
    }

    #[test]
    fn a_long_output_is_cut() {
        assert_eq!(shown(&"short".into()), "short");
        assert_eq!(shown(&serde_json::json!(["a"])), "[\"a\"]");
        assert_eq!(shown(&"字".repeat(201).into()), format!("{} ...", "字".repeat(200)));
    }
}

//! One call of a tool, followed as Dify follows it.

use anyhow::{Result, bail, ensure};
use dify_plugin::host::{Blob, Event, Events};
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
    pub(super) files: Vec<Blob>,
}

/// Shows what comes, to the end of the session.
pub(super) async fn follow(events: Events) -> Result<Answer> {
    let live = Live::start();
    let mut outputs = Map::new();
    let outcome = events.collect_with(|event| show(&live, &mut outputs, event)).await;
    if let Some(failure) = outcome.error {
        bail!("the tool fails: {failure}");
    }
    ensure!(outcome.ended, "the plugin ended in the middle of the call");
    ensure!(outcome.violations.is_empty(), "the tool breaks rules: {}", outcome.violations.join("; "));
    Ok(Answer { outputs: outcome.variables, files: outcome.blobs })
}

/// Shows one message, unless it is an output that has been shown as it is.
fn show(live: &Live, outputs: &mut Map<String, Value>, event: &Event) {
    match event {
        // The tool itself is the step without a parent.
        Event::Log(record) if record.parent_id.is_some() => live.progress(&record.label),
        Event::Variable { name, value, .. } if SHOWN.contains(&name.as_str()) && outputs.get(name) != Some(value) => {
            live.line(name, shown(value));
            outputs.insert(name.clone(), value.clone());
        }
        Event::Text(text) => live.line("text", text.trim()),
        _ => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::Declaration;
    use crate::project;

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

//! What Dify's agents make of a tool's messages, as their sources did in 2026-08 and as Dify 1.16.0 was seen to do: the text
//! that the model reads, and the files that the user gets.

use std::collections::HashMap;
use std::fmt::Write;

use dify_plugin::host::{Event, Failure};

use crate::support::Who;

/// What a call came to.
#[derive(Debug, Default)]
pub(crate) struct Observation {
    /// All that the model sees.
    pub(crate) text: String,
    /// How many files the user gets.
    pub(crate) files: usize,
}

const IMAGE_IS_SENT: &str = "image has been created and sent to user already, you do not need to create it, just tell the user to check it now.";

/// Turns the messages of a call into what the model sees.
pub(crate) fn observe(agent: Who, tool: &str, messages: &[Event]) -> Observation {
    let mut seen = Observation::default();
    let mut blobs: HashMap<&str, Vec<u8>> = HashMap::new();
    for message in messages {
        match message {
            Event::Text(text) => seen.text.push_str(text),
            Event::Link(url) => write!(seen.text, "result link: {url}. please tell user to check it.").unwrap(),
            Event::Image(_) => seen.text.push_str(IMAGE_IS_SENT),
            Event::Json { suppress_output: true, .. } | Event::Variable { .. } | Event::End => {}
            Event::Json { value, .. } => seen.text.push_str(&value.to_string()),
            Event::BlobChunk(chunk) => {
                blobs.entry(&chunk.id).or_default().extend(&chunk.bytes);
                if !chunk.end {
                    continue;
                }
                let is_image = chunk.mime_type.as_deref().is_some_and(|kind| kind.starts_with("image/"));
                match (agent, is_image) {
                    (Who::NewAgent, _) => write!(seen.text, "blob={:?}", blobs[chunk.id.as_str()]).unwrap(),
                    (_, true) => {
                        seen.text.push_str(IMAGE_IS_SENT);
                        seen.files += 1;
                    }
                    // The whole answer is lost.
                    (Who::AgentNode, false) => {
                        let text = "tool invoke error: Failed to parse response: 1 validation error for \
                                    ToolInvokeMessage type input_value='binary_link'";
                        return Observation { text: text.to_owned(), files: 0 };
                    }
                    (_, false) => write!(seen.text, "tool response: {chunk:?}.").unwrap(),
                }
            }
            Event::Error(failure) => return Observation { text: error(agent, tool, failure), files: 0 },
            // Logs, and whatever else there is.
            other => write!(seen.text, "{other:?}").unwrap(),
        }
    }
    seen
}

/// What is said before an error is lost with it.
fn error(agent: Who, tool: &str, failure: &Failure) -> String {
    let Failure { error_type, message, .. } = failure;
    let is_one_of = |words: &[&str]| words.iter().any(|word| error_type.contains(word));
    if agent == Who::NewAgent {
        if is_one_of(&["Credential", "Authorization", "Unauthorized"]) {
            return "Please check your tool provider credentials".to_owned();
        }
        if is_one_of(&["ToolNotFound", "ProviderNotFound"]) {
            return format!("there is not a tool named {tool}");
        }
        if is_one_of(&["BadRequest", "Validate", "Validation"]) {
            return format!("tool parameters validation error: {message}, please check your tool parameters");
        }
    }
    format!("tool invoke error: {message}")
}

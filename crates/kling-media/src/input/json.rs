//! Files given as JSON: what Dify 1.x hands to a tool, and what agents make up.
//!
//! Source of the shapes: Dify's plugin SDK 0.9 and its API as of 2026-08.

use serde_json::{Map, Value};

use super::text::{self, full_address};
use super::{Content, DifyFile, Input, InputProblem};

/// The mark of Dify's own file objects.
const MARK: (&str, &str) = ("dify_model_identity", "__dify__file__");

/// Whether a value comes from Dify itself, so that its mark means something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    Dify,
    Text,
}

pub(super) fn one(value: Option<&Value>) -> Result<Option<Input>, InputProblem> {
    value.map_or(Ok(None), |value| single(value, Trust::Dify))
}

pub(super) fn one_untrusted(value: &Value) -> Result<Option<Input>, InputProblem> {
    single(value, Trust::Text)
}

pub(super) fn list(value: Option<&Value>) -> Result<Vec<Input>, InputProblem> {
    value.map_or(Ok(Vec::new()), |value| several(value, Trust::Dify))
}

/// JSON in a text; `None` where the text is not meant as JSON.
pub(super) fn in_text(text: &str) -> Result<Option<Value>, InputProblem> {
    if !text.starts_with(['{', '[']) && text != "null" {
        return Ok(None);
    }
    serde_json::from_str(text).map(Some).map_err(|_| InputProblem::NotUnderstood)
}

fn single(value: &Value, trust: Trust) -> Result<Option<Input>, InputProblem> {
    let Value::Array(elements) = value else { return element(value, trust) };
    let mut given = elements.iter().filter(|element| !is_nothing(element));
    match (given.next(), given.count()) {
        (Some(only), 0) => element(only, trust),
        (Some(_), others) => Err(InputProblem::Several(others + 1)),
        (None, _) => Ok(None),
    }
}

fn several(value: &Value, trust: Trust) -> Result<Vec<Input>, InputProblem> {
    match value {
        Value::Array(elements) => elements.iter().filter_map(|value| element(value, trust).transpose()).collect(),
        Value::String(text) => match in_text(text.trim())? {
            Some(value) => several(&value, Trust::Text),
            None if text::is_link(text.trim()) => {
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(text::plain).collect()
            }
            None => Ok(text::one(text)?.into_iter().collect()),
        },
        other => Ok(element(other, trust)?.into_iter().collect()),
    }
}

/// One file and no list.
fn element(value: &Value, trust: Trust) -> Result<Option<Input>, InputProblem> {
    match value {
        Value::Null => Ok(None),
        Value::Object(object) => file(object, trust).map(Some),
        Value::String(text) if trust == Trust::Dify => text::one(text),
        // Text in text is not unpacked any further.
        Value::String(text) if is_nothing(value) => Ok(None),
        Value::String(text) => text::plain(text.trim()).map(Some),
        Value::Array(_) => Err(InputProblem::NotAFile("a list in a list")),
        Value::Bool(_) => Err(InputProblem::NotAFile("a yes or no")),
        Value::Number(_) => Err(InputProblem::NotAFile("a number")),
    }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn file(object: &Map<String, Value>, trust: Trust) -> Result<Input, InputProblem> {
    let field = |name| object.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let url = field("url").or_else(|| field("remote_url")).ok_or(InputProblem::NotAFile("an object without a link"))?;
    let url = full_address(url)?;
    if trust == Trust::Text || field(MARK.0) != Some(MARK.1) {
        return text::link(url);
    }
    // -1 stands for unknown.
    let size = object.get("size").and_then(Value::as_u64);
    Ok(Input(Content::Dify(DifyFile { url: url.to_owned(), size })))
}

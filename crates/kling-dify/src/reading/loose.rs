//! What stands around a list or an object: code fences, quotes, escapes, prose.

use serde_json::Value;

use super::python::{self, Unreadable, Wanted, closing_quotes};

const FENCE: &str = "```";
/// Brackets in prose that are tried as the beginning of a list or an object.
const MOST_TRIED: usize = 16;

/// A text without its outermost wrapping, in every way that it may be wrapped.
pub(super) fn without_wrapping(text: &str) -> impl Iterator<Item = String> {
    [in_fence(text).map(str::to_owned), in_quotes(text).map(str::to_owned), unescaped(text), without_entities(text)]
        .into_iter()
        .flatten()
}

pub(super) fn is_fenced(text: &str) -> bool {
    text.starts_with(FENCE)
}

/// The content of the only code fence; one that is not closed ends with the text. A text that begins with a fence may
/// have others in it, and ends with the last.
fn in_fence(text: &str) -> Option<&str> {
    let (_, inside) = text.split_once(FENCE)?;
    let whole = if is_fenced(text) { inside.trim_end().strip_suffix(FENCE) } else { None };
    let (inside, behind) =
        whole.map(|inside| (inside, "")).or_else(|| inside.split_once(FENCE)).unwrap_or((inside, ""));
    let language = inside.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '_'))?;
    // Its first word is the language where the line ends behind it, or where a list or an object follows.
    let (word, content) = inside.split_at_checked(language)?;
    let is_language = word.is_empty() || content.trim_start_matches(' ').starts_with(['\r', '\n', '[', '{']);
    let content = if is_language { content } else { inside };
    // What stands around the fence is dropped only where it is prose around a list or an object.
    let is_all = is_fenced(text) && behind.trim().is_empty();
    let is_list = content.trim_start().starts_with(['[', '{', '"']);
    ((is_all || is_list) && !behind.contains(FENCE)).then_some(content)
}

/// What stands in one pair of quotes or backticks and begins like a list or an object, with its own quotes not escaped.
fn in_quotes(text: &str) -> Option<&str> {
    let mut inside = text.chars();
    let (first, last) = (inside.next()?, inside.next_back()?);
    let is_pair = (first == '`' && last == '`') || closing_quotes(first).is_some_and(|closing| closing.contains(last));
    let inside = inside.as_str().trim();
    (is_pair && inside.starts_with(['[', '{'])).then_some(inside)
}

/// A text within a JSON text that lost its quotes: `[{\"a\": 1}]`.
fn unescaped(text: &str) -> Option<String> {
    if !text.contains("\\\"") {
        return None;
    }
    let line_breaks = text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    serde_json::from_str(&format!("\"{line_breaks}\"")).ok()
}

/// A text that came through HTML: `[{&quot;a&quot;: 1}]`.
fn without_entities(text: &str) -> Option<String> {
    let is_html = text.contains("&quot;") || text.contains("&#39;") || text.contains("&#34;");
    is_html.then(|| {
        let quotes = text.replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
        quotes.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    })
}

/// The objects with which a text begins, where only prose follows.
pub(super) fn at_start(text: &str) -> Option<Value> {
    let (value, behind) = python::first(text)?;
    let is_object = value.as_object().is_some_and(|fields| !fields.is_empty());
    let has_objects = is_object || value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
    // A bracket behind it may be the rest of what was meant.
    (has_objects && !behind.contains(['[', ']', '{', '}'])).then_some(value)
}

/// The one list or object within prose.
///
/// # Errors
/// When there are several: nobody knows which is meant.
pub(super) fn embedded(text: &str) -> Result<Option<Value>, Unreadable> {
    let mut found = None;
    let mut from = 0;
    for _ in 0..MOST_TRIED {
        let Some(at) = text.get(from..).and_then(|rest| rest.find(['[', '{'])).map(|at| from + at) else { break };
        from = at + 1;
        let Some((value, behind)) = text.get(at..).and_then(python::first) else { continue };
        if found.is_some() {
            return Err(Unreadable::at(text, at, Wanted::End));
        }
        found = Some(value);
        from = text.len() - behind.len();
    }
    Ok(found)
}

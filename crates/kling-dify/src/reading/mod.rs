//! Reads lists and objects out of texts that people, models and templates write.
//!
//! Knows nothing of Kling or Dify. [`read`] tries, in this order: JSON; JSON with comments, trailing commas, loose names;
//! a Python literal, which is what `str()` makes of a list; the same again without code fences, quotes or prose around it;
//! and, last, with quotes inside its quotes. What begins like a list or an object and is none is an error with its place,
//! so that nobody cuts it into pieces. Everything else is text, for the caller's short form.

mod id;
mod json;
mod link;
mod list;
mod loose;
mod python;
mod word;

pub(crate) use id::{in_quotes, long_numbers, number_id, token, without_label};
pub(crate) use link::links;
pub(crate) use list::{is_separator, pieces, words};
pub(crate) use python::{Unreadable, Wanted};
pub(crate) use word::{flag, fold_width, number, seconds, without_invisible};

use serde_json::Value;

/// Lists and objects within each other, at most.
pub(crate) const MAX_DEPTH: usize = 64;
/// How often a text may be wrapped: a text within a JSON text, a fence within prose.
const MAX_WRAPPINGS: usize = 4;

/// What a text holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Reading {
    /// Nothing: `null`, `None`, an empty text in quotes.
    Nothing,
    /// A list or an object. Long whole numbers are exact.
    Value(Value),
    /// A list or an object in the middle of words, which may be part of them.
    Embedded(Value),
    /// A text, without the quotes or fences around it.
    Text(String),
}

/// Reads a text.
///
/// # Errors
/// When it begins like a list or an object and cannot be read as one.
pub(crate) fn read(text: &str) -> Result<Reading, Unreadable> {
    read_within(text, MAX_WRAPPINGS)
}

fn read_within(text: &str, wrappings: usize) -> Result<Reading, Unreadable> {
    let text = without_invisible(text);
    if text.is_empty() || matches!(text, "null" | "None" | "undefined") {
        return Ok(Reading::Nothing);
    }
    let begins_like_one = text.starts_with(['[', '{']);
    if begins_like_one && let Some(value) = json::exact(text).or_else(|| json::lenient(text)) {
        return Ok(Reading::Value(value));
    }
    let unreadable = match python::all(text) {
        Ok(Value::String(inner)) => return read_inner(&inner, wrappings),
        Ok(value @ (Value::Array(_) | Value::Object(_))) => return Ok(Reading::Value(value)),
        Ok(Value::Null) => return Ok(Reading::Nothing),
        Ok(_) => return Ok(Reading::Text(text.to_owned())),
        Err(unreadable) => unreadable,
    };
    if wrappings > 0 {
        for inner in loose::without_wrapping(text) {
            match read_within(&inner, wrappings - 1) {
                // What was wrapped was wrapped to be read.
                Ok(Reading::Embedded(value)) => return Ok(Reading::Value(value)),
                Ok(Reading::Text(inner)) if begins_like_one => drop(inner),
                Ok(reading) => return Ok(reading),
                Err(_) => {}
            }
        }
    }
    if begins_like_one {
        // Last, since it guesses: quotes within quotes, where only one reading is left.
        return python::with_inner_quotes(text)
            .map(Reading::Value)
            .or_else(|| loose::at_start(text).map(Reading::Value))
            .ok_or(unreadable);
    }
    if loose::is_fenced(text) {
        return Err(unreadable);
    }
    Ok(loose::embedded(text)?.map_or_else(|| Reading::Text(text.to_owned()), Reading::Embedded))
}

/// A text that was encoded as a text.
fn read_inner(inner: &str, wrappings: usize) -> Result<Reading, Unreadable> {
    match wrappings.checked_sub(1) {
        Some(wrappings) => read_within(inner, wrappings),
        None => Ok(Reading::Text(inner.to_owned())),
    }
}

#[cfg(test)]
mod tests;

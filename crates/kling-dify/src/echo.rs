//! What the user wrote does not come back in an error: Kling's texts may quote it.

use dify_plugin::{Error, Parameters};
use serde_json::Value;

use crate::failure::map_text;

/// A quotation of so many characters is cut out; shorter ones are words that anybody could use.
const SHORTEST: usize = 12;
/// Longer texts are files.
const LONGEST: usize = 64 * 1024;

/// The texts of one call that must not be quoted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written(Vec<String>);

impl Written {
    /// All longer texts among the parameters but ids, which errors name on purpose.
    pub(crate) fn of(parameters: &Parameters) -> Self {
        const NAMED: [&str; 4] = ["external_task_id", "handle", "model_name", "task_id"];
        let mut written = Self::default();
        let others = parameters.iter().filter(|(name, _)| !NAMED.contains(&name.as_str()));
        others.for_each(|(_, value)| written.add(value));
        written
    }

    fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) if (SHORTEST..=LONGEST).contains(&text.len()) => self.0.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Object(fields) => fields.values().for_each(|field| self.add(field)),
            _ => {}
        }
    }

    /// An error without quotations.
    pub(crate) fn cut_from(&self, error: Error) -> Error {
        map_text(error, |text| self.0.iter().fold(text, |text, written| without(&text, written)))
    }
}

/// A text without the runs of at least [`SHORTEST`] characters that stand in `written` too.
fn without(text: &str, written: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let quoted = quotation(rest, written);
        if quoted == 0 {
            kept.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        } else {
            kept.push('…');
            rest = rest.get(quoted..).unwrap_or_default();
        }
    }
    kept
}

/// Bytes at the start of `text` that stand in `written` too; 0 for too few characters.
fn quotation(text: &str, written: &str) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let Some(shortest) = ends.clone().nth(SHORTEST - 1) else { return 0 };
    let stands_there = |end: &usize| text.get(..*end).is_some_and(|start| written.contains(start));
    if !stands_there(&shortest) {
        return 0;
    }
    ends.skip(SHORTEST - 1).take_while(stands_there).last().unwrap_or(shortest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PROMPT: &str = "a zanzibar moonrise over the old harbour, 35 mm";

    fn cut(text: &str) -> String {
        let Value::Object(parameters) = json!({"prompt": PROMPT, "list": [{"prompt": "门在雨中慢慢打开然后又关上了"}],
            "external_task_id": "order-7-of-the-day", "model_name": "kling-v2-1-master"})
        else {
            unreachable!("an object is written above")
        };
        let Error::BadRequest(text) = Written::of(&parameters).cut_from(Error::BadRequest(text.to_owned())) else {
            unreachable!("the kind stays")
        };
        text
    }

    #[test]
    fn quotations_whole_and_in_part_are_cut_out() {
        for (text, shown) in [
            (format!("prompt \"{PROMPT}\" is not allowed"), "prompt \"…\" is not allowed"),
            ("word: zanzibar moonrise!".to_owned(), "word:…!"),
            ("镜头“门在雨中慢慢打开然后又关上了”无效".to_owned(), "镜头“…”无效"),
            (format!("{PROMPT}{PROMPT}"), "……"),
        ] {
            assert_eq!(cut(&text), shown);
        }
    }

    #[test]
    fn what_nobody_wrote_stays() {
        for text in [
            "Kling refused: duration value '99' is invalid (code 1201). Correct what the message names.",
            "external_task_id = order-7-of-the-day",
            "the moonrise",
            "",
        ] {
            assert_eq!(cut(text), text);
        }
    }
}

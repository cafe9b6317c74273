//! Ids of elements, voices and tags.

use std::borrow::Cow;

use dify_plugin::Error;
use kling_api::ELEMENT_TAGS;
use serde_json::Value;

use super::{Given, items};
use crate::parameters::{Parameters, is_rounded, scalar};
use crate::reading;
use crate::texts::Expected;

/// The digits of an id that is recognized as one in the middle of a sentence. Kling's ids have 18 and more.
const LONG_ID: usize = 12;
/// The Chinese words for Kling's tags that the form has.
const CHINESE_TAGS: [(&str, &str); 8] = [
    ("热门", "o_101"),
    ("人物", "o_102"),
    ("动物", "o_103"),
    ("道具", "o_104"),
    ("服饰", "o_105"),
    ("场景", "o_106"),
    ("特效", "o_107"),
    ("其他", "o_108"),
];

impl Parameters<'_> {
    /// Ids, each once they look like one: `"123,456"`, `[123, "456"]` or `[{"element_id": 123}]` with `key` `element_id`.
    pub(crate) fn ids(&self, name: &str, key: &str) -> Result<Vec<String>, Error> {
        let expected = match key {
            "element_id" => Expected::Ids,
            "tag_id" => Expected::Tags,
            _ => Expected::Voices,
        };
        let wrong = || self.wrong(name, expected);
        match self.given(name, expected)? {
            None => Ok(Vec::new()),
            Some(Given::Text(text)) => ids_in(&text, key).ok_or_else(wrong),
            Some(Given::Value(value)) => {
                // A number in a text is exact, one that Dify parsed may not be.
                let native = matches!(value, Cow::Borrowed(_));
                let mut ids = Vec::new();
                for item in items(&value, key) {
                    let id = match &*item {
                        Value::Object(fields) => fields.get(key).ok_or_else(|| self.missing(name, key))?,
                        other => other,
                    };
                    match id {
                        Value::Number(number) if is_rounded(id) && (native || number.is_f64()) => {
                            return Err(self.rounded(name));
                        }
                        Value::Number(_) | Value::String(_) => {
                            let text = scalar(id).filter(|text| !kling_api::is_blank(text));
                            let text = text.ok_or_else(|| self.missing(name, key))?;
                            ids.extend(ids_in(&text, key).ok_or_else(wrong)?);
                        }
                        Value::Null => return Err(self.missing(name, key)),
                        _ => return Err(wrong()),
                    }
                }
                Ok(ids)
            }
        }
    }
}

/// The ids of a text: pieces that look like one, or those in a sentence. `None` where a piece is no id.
fn ids_in(text: &str, key: &str) -> Option<Vec<String>> {
    let read = |piece: &str| match key {
        "element_id" => reading::number_id(piece),
        "tag_id" => tag(piece),
        // What has no digit is a word.
        _ => reading::token(piece).filter(|id| id.bytes().any(|byte| byte.is_ascii_digit())),
    };
    let of_piece = |piece: &str| match read(piece) {
        Some(id) => Some(vec![id]),
        None => reading::words(reading::without_label(piece)).map(read).collect::<Option<Vec<_>>>(),
    };
    let pieces: Vec<_> = reading::pieces(text).map(of_piece).collect();
    if pieces.iter().all(|ids| ids.as_ref().is_some_and(|ids| !ids.is_empty())) {
        return Some(pieces.into_iter().flatten().flatten().collect());
    }
    // A sentence or a table, where nothing stands like the item of a list.
    let is_list = pieces.iter().flatten().any(|ids| !ids.is_empty());
    let found = reading::long_numbers(text, LONG_ID);
    (key != "tag_id" && !is_list && !found.is_empty()).then_some(found)
}

/// A tag's id: as it is, its digits, or what it stands for.
fn tag(piece: &str) -> Option<String> {
    let word = reading::without_label(piece);
    let by_name = |(id, name): &(&str, &str)| name.eq_ignore_ascii_case(word).then(|| (*id).to_owned());
    let digits = word.strip_prefix("o_").or_else(|| word.strip_prefix("O_")).unwrap_or(word);
    if (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("o_{digits}"));
    }
    let chinese = || CHINESE_TAGS.iter().find(|(name, _)| *name == word).map(|(_, id)| (*id).to_owned());
    ELEMENT_TAGS.iter().find_map(by_name).or_else(chinese)
}

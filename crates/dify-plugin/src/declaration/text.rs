//! Texts and what they must be like.

use serde::Serialize;

use super::field::Field;
use super::finding::Rule;

/// A text at its place. What is wrong with it is noted once.
#[derive(Debug)]
#[must_use]
pub(super) struct Text<'a> {
    pub(super) field: Field<'a>,
    pub(super) value: Option<String>,
    pub(super) is_broken: bool,
}

impl Text<'_> {
    fn check(mut self, rule: Rule, holds: impl FnOnce(&str) -> bool, message: impl FnOnce(&str) -> String) -> Self {
        if let (false, Some(value)) = (self.is_broken, self.value.as_deref())
            && !holds(value)
        {
            self.field.note(rule, message(value));
            self.is_broken = true;
        }
        self
    }

    /// Must be given.
    pub(super) fn required(mut self) -> Self {
        if !self.is_broken && self.value.is_none() {
            self.field.note(Rule::Required, "must be given");
            self.is_broken = true;
        }
        self.filled()
    }

    /// May have as many characters.
    pub(super) fn at_most(self, most: usize) -> Self {
        let message = |_: &str| format!("must not have more than {most} characters");
        self.check(Rule::TooLong, |value| value.chars().count() <= most, message)
    }

    /// Must be one of these, where it is given.
    pub(super) fn one_of(self, words: &[&str]) -> Self {
        let list = || words.join(", ");
        let message = |value: &str| match words {
            [only] => format!("must be {only}, not \"{value}\""),
            _ => format!("is \"{value}\", not one of {}", list()),
        };
        self.check(Rule::UnknownWord, |value| value.is_empty() || words.contains(&value), message)
    }

    /// Must not be empty, where it is given.
    pub(super) fn filled(self) -> Self {
        self.check(Rule::Required, |value| !value.is_empty(), |_| "must not be empty".into())
    }

    /// Must have a form, where it is given.
    pub(super) fn like(self, rule: Rule, holds: impl FnOnce(&str) -> bool, form: &str) -> Self {
        self.check(rule, |value| value.is_empty() || holds(value), |value| format!("is \"{value}\": {form}"))
    }

    /// The text; empty where there is none.
    pub(super) fn get(self) -> String {
        self.value.unwrap_or_default()
    }

    /// The text, where one is given.
    pub(super) fn optional(self) -> Option<String> {
        self.value
    }
}

/// A text in the languages that Dify shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LocalizedText {
    /// `en_US`: shown where a language has no text of its own.
    #[serde(rename = "en_US")]
    pub english: String,
    /// `ja_JP`; empty where there is none.
    #[serde(rename = "ja_JP", skip_serializing_if = "String::is_empty")]
    pub japanese: String,
    /// `zh_Hans`; empty where there is none.
    #[serde(rename = "zh_Hans", skip_serializing_if = "String::is_empty")]
    pub chinese: String,
    /// `pt_BR`; empty where there is none.
    #[serde(rename = "pt_BR", skip_serializing_if = "String::is_empty")]
    pub portuguese: String,
}

/// The most characters of a text in one language.
const MOST_CHARACTERS: usize = 1023;

impl LocalizedText {
    pub(super) fn optional(field: &Field<'_>) -> Option<Self> {
        field.object(|fields| {
            let language = |name| fields.get(name).text().at_most(MOST_CHARACTERS).get();
            Self {
                english: fields.get("en_US").text().required().at_most(MOST_CHARACTERS).get(),
                japanese: language("ja_JP"),
                chinese: language("zh_Hans"),
                portuguese: language("pt_BR"),
            }
        })
    }

    pub(super) fn read(field: Field<'_>) -> Self {
        Self::optional(&field.required()).unwrap_or_default()
    }
}

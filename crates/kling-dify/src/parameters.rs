//! Tool parameters, read as leniently as Dify and agents hand them over: text for numbers and the other way round,
//! blank and null as absent, JSON as text or already parsed. What is absent takes its table's default.

use std::time::Duration;

use dify_plugin::Error;
use kling_api::is_blank;
use serde_json::{Map, Value};

use crate::declaration::{Parameter, ParameterType, ToolTable};
use crate::language::Language;
use crate::reading;
use crate::texts::{self, Expected};

/// The longest text of a parameter that takes no files, in bytes; JSON in a text included. Ours: Kling's longest prompt has
/// some thousand characters, and JSON as text takes up to eighty times its length when it is parsed.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The most values in a list or object that Dify has parsed, nested ones included. Ours: six masks with all their points
/// have some two thousand.
const MAX_VALUES: usize = 8 * 1024;
/// The most files of one parameter. Ours: Kling's longest list has ten, and each file is fetched before it is judged.
pub(crate) const MAX_FILES: usize = 16;

/// One call's parameters, each of a size that is no burden to read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters<'a> {
    values: &'a Map<String, Value>,
    table: ToolTable,
    language: Language,
}

impl<'a> Parameters<'a> {
    /// Takes the values of a tool's parameters. Others are never read.
    ///
    /// # Errors
    /// When one of them is too large to be meant.
    pub(crate) fn new(values: &'a Map<String, Value>, table: ToolTable, language: Language) -> Result<Self, Error> {
        let mut given = table.parameters().filter_map(|parameter| Some((parameter, values.get(parameter.name)?)));
        given.try_for_each(|(parameter, value)| check_size(parameter, value, language))?;
        Ok(Self { values, table, language })
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A value that is there and not blank.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        debug_assert!(self.table.find(name).is_some(), "{name} is no parameter of {}", self.table.name);
        self.values.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !is_blank(text),
            _ => true,
        })
    }

    /// Whether the caller gave something.
    pub(crate) fn is_given(&self, name: &str) -> bool {
        match self.value(name) {
            Some(Value::Array(items)) => items.iter().any(|item| !item.is_null()),
            value => value.is_some(),
        }
    }

    pub(crate) fn wrong(&self, name: &str, expected: Expected) -> Error {
        Error::BadRequest(texts::wrong_type(self.language, name, expected))
    }

    /// A number that may not be the one that was meant.
    pub(crate) fn rounded(&self, name: &str) -> Error {
        Error::BadRequest(texts::rounded_number(self.language, name))
    }

    /// A text as it was written, the digits of a number, or the table's default.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.text_or(name, Expected::Text)
    }

    /// As [`text`](Self::text), where something else is expected.
    fn text_or(&self, name: &str, expected: Expected) -> Result<Option<String>, Error> {
        match self.value(name) {
            // Text may say so; a word of a form or a number is not there then.
            Some(Value::String(word)) if expected != Expected::Text && is_none(word) => Ok(self.default(name)),
            Some(value) if is_rounded(value) => Err(self.rounded(name)),
            Some(value) => scalar(value).map(Some).ok_or_else(|| self.wrong(name, expected)),
            None => Ok(self.default(name)),
        }
    }

    fn default(&self, name: &str) -> Option<String> {
        self.table.find(name).and_then(|parameter| parameter.default).map(str::to_owned)
    }

    /// A word: a text without the white space around it; one of the form's options in the form's own spelling.
    pub(crate) fn word(&self, name: &str) -> Result<Option<String>, Error> {
        let options = self.table.find(name).map_or(&[][..], |parameter| parameter.options);
        let expected = if options.is_empty() { Expected::Text } else { Expected::OneOf(options) };
        Ok(self.text_or(name, expected)?.map(|text| {
            let word = reading::without_invisible(&text);
            option_meant(word, options).map_or_else(|| word.to_owned(), str::to_owned)
        }))
    }

    /// Yes or no; no, where the tool has no such parameter.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Error> {
        let Some(word) = self.text_or(name, Expected::Flag)? else { return Ok(false) };
        reading::flag(&word).ok_or_else(|| self.wrong(name, Expected::Flag))
    }

    /// Yes or no in Kling's words for it; another word as it is.
    pub(crate) fn switch(&self, name: &str, [yes, no]: [&str; 2]) -> Result<Option<String>, Error> {
        let options = self.table.find(name).map_or(&[][..], |parameter| parameter.options);
        let word = self.text_or(name, Expected::OneOf(options))?;
        Ok(word.map(|word| switched(&word, [yes, no])))
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        self.number_or(name, Expected::Number, reading::number)
    }

    /// A whole number from 0 up.
    pub(crate) fn count<N: TryFrom<u64>>(&self, name: &str) -> Result<Option<N>, Error> {
        self.count_or(name, Expected::Whole)
    }

    /// As [`count`](Self::count), where something else may stand too.
    pub(crate) fn count_or<N: TryFrom<u64>>(&self, name: &str, expected: Expected) -> Result<Option<N>, Error> {
        let number = self.number_or(name, expected, reading::number)?;
        number.map(|number| whole(number).ok_or_else(|| self.wrong(name, expected))).transpose()
    }

    /// Seconds from 0 up.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<Duration>, Error> {
        let read = |number| Duration::try_from_secs_f64(number).map_err(|_| self.wrong(name, Expected::Seconds));
        self.number_or(name, Expected::Seconds, reading::seconds)?.map(read).transpose()
    }

    fn number_or(
        &self,
        name: &str,
        expected: Expected,
        read: impl Fn(&str) -> Option<f64>,
    ) -> Result<Option<f64>, Error> {
        let number = match self.value(name) {
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) if !is_none(text) => read(text),
            Some(Value::String(_)) | None => return Ok(self.default(name).and_then(|default| read(&default))),
            Some(_) => None,
        };
        number.map(Some).ok_or_else(|| self.wrong(name, expected))
    }

    /// The length of a video in whole seconds, as Kling writes it; another word as it is, for the rules to refuse.
    pub(crate) fn duration(&self, name: &str) -> Result<Option<String>, Error> {
        let word = self.text_or(name, Expected::WholeSeconds)?;
        Ok(word.map(|word| whole_seconds(&word).unwrap_or(word)))
    }

    /// The id of one thing: digits, found within what stands around them.
    pub(crate) fn one_id(&self, name: &str, key: &str) -> Result<Option<String>, Error> {
        let mut ids = self.ids(name, key)?;
        match ids.len() {
            0 => Ok(None),
            1 => Ok(ids.pop()),
            _ => Err(self.wrong(name, Expected::Id)),
        }
    }
}

/// What a template makes of nothing.
pub(crate) fn is_none(word: &str) -> bool {
    matches!(reading::without_invisible(word), "None" | "null" | "undefined")
}

/// A whole number of seconds, however it is written.
pub(crate) fn whole_seconds(word: &str) -> Option<String> {
    reading::seconds(word).and_then(whole::<u64>).map(|seconds| seconds.to_string())
}

/// Yes or no in other words; a word that says neither as it is.
pub(crate) fn switched(word: &str, [yes, no]: [&str; 2]) -> String {
    match reading::flag(word) {
        Some(flag) => if flag { yes } else { no }.to_owned(),
        None => reading::without_invisible(word).to_owned(),
    }
}

/// A number without a fraction that a double holds exactly.
pub(crate) fn whole<N: TryFrom<u64>>(number: f64) -> Option<N> {
    let exact = (0.0..=MOST_EXACT).contains(&number) && number.fract() == 0.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and within 53 bits")]
    let number = exact.then_some(number as u64)?;
    N::try_from(number).ok()
}

/// The option that a word means: without regard to case, width and the sign between two numbers.
fn option_meant(word: &str, options: &[&'static str]) -> Option<&'static str> {
    let plain = |text: &str| reading::fold_width(text).to_ascii_lowercase();
    let bare = plain(reading::in_quotes(word));
    let ratio = bare.replace(['x', '×', '/'], ":");
    let is_meant = |option: &&&'static str| {
        **option == bare || plain(option) == bare || (option.contains(':') && **option == ratio)
    };
    options.iter().find(is_meant).copied()
}

/// 2^53: above it, a number that went through a double may be another one.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a number may have been rounded on its way: Dify's daemon reads every number as a double.
pub(crate) fn is_rounded(value: &Value) -> bool {
    value.as_number().and_then(serde_json::Number::as_f64).is_some_and(|number| {
        // Just above the limit an integer becomes the limit itself as a double.
        number.abs() > MOST_EXACT || value.as_u64().is_some_and(|number| number > 1 << 53)
    })
}

/// Nothing is copied or parsed for it.
fn check_size(parameter: &Parameter, value: &Value, language: Language) -> Result<(), Error> {
    let Parameter { name, kind, .. } = *parameter;
    let takes_files = matches!(kind, ParameterType::File | ParameterType::Files);
    let refusal = match value {
        // Files come as Base64 too.
        Value::String(text) if !takes_files && text.len() > MAX_TEXT_BYTES => {
            texts::text_too_long(language, name, MAX_TEXT_BYTES / 1024, text.trim_start().starts_with(['{', '[']))
        }
        Value::Array(files) if takes_files && files.len() > MAX_FILES => {
            texts::too_many_files(language, name, files.len(), MAX_FILES)
        }
        value if without_values_of(value, MAX_VALUES).is_none() => texts::too_many_values(language, name, MAX_VALUES),
        _ => return Ok(()),
    };
    Err(Error::BadRequest(refusal))
}

/// What is left of a number when the values within `value` are taken from it; nothing where they are more.
fn without_values_of(value: &Value, number: usize) -> Option<usize> {
    match value {
        Value::Array(items) => {
            items.iter().try_fold(number.checked_sub(items.len())?, |left, item| without_values_of(item, left))
        }
        Value::Object(fields) => {
            fields.values().try_fold(number.checked_sub(fields.len())?, |left, field| without_values_of(field, left))
        }
        _ => Some(number),
    }
}

/// A string, a number's shortest digits (`5.0` as `5`), or `true` and `false`.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::declaration::{file, files, number, number_or, text};

    const TABLE: ToolTable = ToolTable { name: "t", parameters: &[&[text("p"), number_or("d", "480")]], outputs: &[] };

    fn with<R>(value: &Value, read: impl FnOnce(Parameters<'_>) -> R) -> R {
        let Value::Object(values) = json!({ "p": value }) else { unreachable!("an object is written above") };
        read(Parameters::new(&values, TABLE, Language::English).unwrap())
    }

    #[test]
    fn blank_null_and_missing_are_absent_or_the_tables_default() {
        for value in [json!(null), json!(""), json!(" \n")] {
            with(&value, |p| {
                assert_eq!((p.text("p").unwrap(), p.number("p").unwrap(), p.flag("p").unwrap()), (None, None, false));
                assert_eq!(p.seconds("d").unwrap(), Some(Duration::from_secs(480)));
            });
        }
    }

    #[test]
    fn text_and_native_values_mean_the_same() {
        for value in [json!("5"), json!(5), json!(5.0)] {
            with(&value, |p| {
                assert_eq!(p.word("p").unwrap().as_deref(), Some("5"));
                assert_eq!(p.count::<u32>("p").unwrap(), Some(5));
                assert_eq!(p.seconds("p").unwrap(), Some(Duration::from_secs(5)));
            });
        }
        for value in [json!(true), json!("True"), json!("yes"), json!(1)] {
            assert!(with(&value, |p| p.flag("p")).unwrap());
        }
        for value in [json!(false), json!("FALSE"), json!("no"), json!("0")] {
            assert!(!with(&value, |p| p.flag("p")).unwrap());
        }
    }

    #[test]
    fn wrong_types_name_the_parameter_and_not_the_value() {
        let errors = [
            with(&json!(["SECRET"]), |p| p.text("p").map(drop)),
            with(&json!("SECRET"), |p| p.flag("p").map(drop)),
            with(&json!("SECRET"), |p| p.number("p").map(drop)),
            with(&json!("NaN"), |p| p.number("p").map(drop)),
            with(&json!(2.5), |p| p.count::<u32>("p").map(drop)),
            with(&json!(-1), |p| p.seconds("p").map(drop)),
        ];
        for error in errors {
            let Err(Error::BadRequest(message)) = error else { panic!("{error:?}") };
            assert!(message.starts_with("`p`") && !message.contains("SECRET"), "{message}");
        }
    }

    fn refusal(value: Value, parameter: &'static [Parameter], language: Language) -> Option<String> {
        let table: &'static [&'static [Parameter]] = Box::leak(Box::new([parameter]));
        let table = ToolTable { name: "t", parameters: table, outputs: &[] };
        let values = Map::from_iter([("p".to_owned(), value)]);
        Parameters::new(&values, table, language).err().map(|error| error.to_string())
    }

    #[test]
    fn what_is_too_large_is_refused_by_kind_before_it_is_read() {
        const TEXT: &[Parameter] = &[text("p")];
        const NUMBER: &[Parameter] = &[number("p")];
        const FILE: &[Parameter] = &[file("p")];
        const FILES: &[Parameter] = &[files("p")];
        let long = || json!("x".repeat(MAX_TEXT_BYTES + 1));
        let list = |length: usize| json!(vec![0; length]);
        let nested = |length: usize| json!([{ "a": vec![json!({}); length - 2] }]);
        let links = |length: usize| json!(vec!["https://x.test/a"; length]);
        for (parameter, value, (english, chinese)) in [
            (TEXT, long(), ("`p` is longer than 64 KiB", "`p` 超过 64 KiB")),
            (NUMBER, long(), ("`p` is longer than 64 KiB", "`p` 超过 64 KiB")),
            (TEXT, list(MAX_VALUES + 1), ("`p` has more than 8192 values", "`p` 的值超过 8192 个")),
            (TEXT, nested(MAX_VALUES + 1), ("`p` has more than 8192 values", "`p` 的值超过 8192 个")),
            (FILE, nested(MAX_VALUES + 1), ("`p` has more than 8192 values", "`p` 的值超过 8192 个")),
            (FILES, links(MAX_FILES + 1), ("`p` has 17 files: at most 16", "`p` 有 17 个文件，最多 16 个")),
        ] {
            for (language, start) in [(Language::English, english), (Language::Chinese, chinese)] {
                let refusal = refusal(value.clone(), parameter, language).expect(start);
                assert!(refusal.starts_with(start) && refusal.len() < 200, "{refusal}");
            }
        }
        for (parameter, value) in [
            (TEXT, json!("x".repeat(MAX_TEXT_BYTES))),
            (TEXT, list(MAX_VALUES)),
            (TEXT, nested(MAX_VALUES)),
            (FILES, links(MAX_FILES)),
            // A picture as Base64.
            (FILE, long()),
            (FILES, json!([long()])),
        ] {
            assert_eq!(refusal(value, parameter, Language::English), None);
        }
    }
}

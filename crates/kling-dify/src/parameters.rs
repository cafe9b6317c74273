//! Tool parameters, read as leniently as Dify and agents hand them over: text for numbers and the other way round,
//! blank and null as absent, JSON as text or already parsed. What is absent takes its table's default.

use std::time::Duration;

use dify_plugin::Error;
use serde_json::{Map, Value};

use crate::declaration::ToolTable;
use crate::language::Language;
use crate::texts::{self, Expected};

/// One call's parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters<'a> {
    values: &'a Map<String, Value>,
    table: ToolTable,
    language: Language,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(values: &'a Map<String, Value>, table: ToolTable, language: Language) -> Self {
        Self { values, table, language }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A value that is there and not blank.
    pub(crate) fn value(&self, name: &str) -> Option<&'a Value> {
        debug_assert!(self.table.find(name).is_some(), "{name} is no parameter of {}", self.table.name);
        self.values.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    pub(crate) fn wrong(&self, name: &str, expected: Expected) -> Error {
        Error::BadRequest(texts::wrong_type(self.language, name, expected))
    }

    /// A text as it was written, the digits of a number, or the table's default.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.value(name) {
            Some(value) => scalar(value).map(Some).ok_or_else(|| self.wrong(name, Expected::Text)),
            None => Ok(self.table.find(name).and_then(|parameter| parameter.default).map(str::to_owned)),
        }
    }

    /// A word or id: a text without the white space around it.
    pub(crate) fn word(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.text(name)?.map(|text| text.trim().to_owned()))
    }

    /// Yes or no; no, where the tool has no such parameter.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Error> {
        let Some(word) = self.word(name)? else { return Ok(false) };
        match word.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(true),
            "false" | "no" | "off" | "0" => Ok(false),
            _ => Err(self.wrong(name, Expected::Flag)),
        }
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        let read = |word: String| word.parse().ok().filter(|number: &f64| number.is_finite());
        self.word(name)?.map(|word| read(word).ok_or_else(|| self.wrong(name, Expected::Number))).transpose()
    }

    /// A whole number from 0 up.
    pub(crate) fn count<N: std::str::FromStr>(&self, name: &str) -> Result<Option<N>, Error> {
        self.word(name)?.map(|word| word.parse().map_err(|_| self.wrong(name, Expected::Whole))).transpose()
    }

    /// Seconds from 0 up.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<Duration>, Error> {
        let read = |number| Duration::try_from_secs_f64(number).map_err(|_| self.wrong(name, Expected::Seconds));
        self.number(name)?.map(read).transpose()
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
    use crate::declaration::{number_or, text};

    const TABLE: ToolTable = ToolTable { name: "t", parameters: &[&[text("p"), number_or("d", "480")]], outputs: &[] };

    fn with<R>(value: &Value, read: impl FnOnce(Parameters<'_>) -> R) -> R {
        let Value::Object(values) = json!({ "p": value }) else { unreachable!("an object is written above") };
        read(Parameters::new(&values, TABLE, Language::English))
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
}

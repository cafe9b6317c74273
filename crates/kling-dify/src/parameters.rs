//! Tool parameters, read as leniently as Dify and agents hand them over: text for numbers and the other way round,
//! blank and null as absent, JSON as text or already parsed.

use std::time::Duration;

use dify_plugin::Error;
use serde_json::{Map, Value};

use crate::language::Language;
use crate::texts::{self, Expected};

/// One call's parameters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters<'a> {
    values: &'a Map<String, Value>,
    language: Language,
}

impl<'a> Parameters<'a> {
    pub(crate) fn new(values: &'a Map<String, Value>, language: Language) -> Self {
        Self { values, language }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A value that is there and not blank.
    fn value(&self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    fn wrong(&self, name: &str, expected: Expected) -> Error {
        Error::BadRequest(texts::wrong_type(self.language, name, expected))
    }

    /// A text as it was written, or the digits of a number.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        self.value(name).map(|value| scalar(value).ok_or_else(|| self.wrong(name, Expected::Text))).transpose()
    }

    /// A word or id: a text without the white space around it.
    pub(crate) fn word(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.text(name)?.map(|text| text.trim().to_owned()))
    }

    /// Yes or no.
    pub(crate) fn flag(&self, name: &str, default: bool) -> Result<bool, Error> {
        let Some(word) = self.word(name)? else { return Ok(default) };
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

    /// Seconds from 0 up.
    pub(crate) fn seconds(&self, name: &str) -> Result<Option<Duration>, Error> {
        let read = |number| Duration::try_from_secs_f64(number).map_err(|_| self.wrong(name, Expected::Seconds));
        self.number(name)?.map(read).transpose()
    }

    /// The items of a JSON array; an object stands for an array of one.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<Value>, Error> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let parsed = match value {
            Value::String(text) => serde_json::from_str(text).map_err(|_| self.wrong(name, Expected::Json))?,
            parsed => parsed.clone(),
        };
        match parsed {
            Value::Array(items) => Ok(items),
            object @ Value::Object(_) => Ok(vec![object]),
            Value::Null => Ok(Vec::new()),
            _ => Err(self.wrong(name, Expected::Json)),
        }
    }

    /// A field of one of the [`items`](Self::items): a text that is not blank, or a number's digits.
    pub(crate) fn field(&self, name: &str, item: &Value, field: &str) -> Result<String, Error> {
        item.get(field)
            .and_then(scalar)
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| Error::BadRequest(texts::missing_field(self.language, name, field)))
    }
}

/// A string, a number's shortest digits (`5.0` as `5`), or `true` and `false`.
fn scalar(value: &Value) -> Option<String> {
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

    fn with<R>(value: &Value, read: impl FnOnce(Parameters<'_>) -> R) -> R {
        let Value::Object(values) = json!({ "p": value }) else { unreachable!("an object is written above") };
        read(Parameters::new(&values, Language::English))
    }

    #[test]
    fn blank_null_and_missing_are_absent() {
        for value in [json!(null), json!(""), json!(" \n")] {
            with(&value, |p| {
                assert_eq!(p.text("p").unwrap(), None);
                assert!(p.flag("p", true).unwrap() && !p.flag("p", false).unwrap());
                assert_eq!(p.number("p").unwrap(), None);
                assert_eq!(p.items("p").unwrap(), Vec::<Value>::new());
                assert_eq!(p.text("missing").unwrap(), None);
            });
        }
    }

    #[test]
    fn text_and_native_values_mean_the_same() {
        for value in [json!("5"), json!(5), json!(5.0)] {
            with(&value, |p| {
                assert_eq!(p.word("p").unwrap().as_deref(), Some("5"));
                assert_eq!(p.seconds("p").unwrap(), Some(Duration::from_secs(5)));
            });
        }
        for value in [json!(true), json!("True"), json!("yes"), json!(1)] {
            assert!(with(&value, |p| p.flag("p", false)).unwrap());
        }
        for value in [json!(false), json!("FALSE"), json!("no"), json!("0")] {
            assert!(!with(&value, |p| p.flag("p", true)).unwrap());
        }
    }

    #[test]
    fn json_comes_as_text_or_parsed() {
        let parsed = json!([{"voice_id": "1"}]);
        for value in
            [json!("[{\"voice_id\":\"1\"}]"), parsed.clone(), json!({"voice_id": "1"}), json!("{\"voice_id\":\"1\"}")]
        {
            assert_eq!(with(&value, |p| p.items("p")).unwrap(), *parsed.as_array().unwrap());
        }
    }

    #[test]
    fn wrong_types_name_the_parameter_and_not_the_value() {
        let errors = [
            with(&json!(["SECRET"]), |p| p.text("p").map(drop)),
            with(&json!("SECRET"), |p| p.flag("p", true).map(drop)),
            with(&json!("SECRET"), |p| p.number("p").map(drop)),
            with(&json!("NaN"), |p| p.number("p").map(drop)),
            with(&json!(-1), |p| p.seconds("p").map(drop)),
            with(&json!("[SECRET"), |p| p.items("p").map(drop)),
            with(&json!(7), |p| p.items("p").map(drop)),
            with(&json!("7"), |p| p.items("p").map(drop)),
        ];
        for error in errors {
            let Err(Error::BadRequest(message)) = error else { panic!("{error:?}") };
            assert!(message.starts_with("`p`") && !message.contains("SECRET"), "{message}");
        }
    }
}

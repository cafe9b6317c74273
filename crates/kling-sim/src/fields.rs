//! Reading a JSON body field by field, refusing what has the wrong type or value.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::refusal::Refusal;

/// The fields of a JSON object. A field that is `null` is absent, one that nobody reads is ignored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// The fields of a body, which has to be an object.
    pub(crate) fn of_body(body: &'a Value) -> Result<Self, Refusal> {
        Self::of(body).ok_or_else(Refusal::not_json)
    }

    pub(crate) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// An object in the body; absent, it is one without fields.
    pub(crate) fn part(self, name: &str) -> Result<Self, Refusal> {
        static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
        Ok(self.object(name)?.unwrap_or(Self(&NOTHING)))
    }

    /// A list of objects; absent, it is empty.
    pub(crate) fn objects(self, name: &str) -> Result<Vec<Self>, Refusal> {
        let items = self.list(name)?.unwrap_or_default().iter();
        items.map(|item| Self::of(item).ok_or_else(|| wrong_type(name, "list of objects"))).collect()
    }

    /// A text that must be there; `shown` is what a refusal calls it.
    pub(crate) fn needed(self, name: &str, shown: &str) -> Result<&'a str, Refusal> {
        self.string(name)?.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::empty(shown))
    }

    /// A field as it is; `null` is absent.
    pub(crate) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn string(self, name: &str) -> Result<Option<&'a str>, Refusal> {
        self.read(name, "string", Value::as_str)
    }

    pub(crate) fn boolean(self, name: &str) -> Result<Option<bool>, Refusal> {
        self.read(name, "boolean", Value::as_bool)
    }

    pub(crate) fn number(self, name: &str) -> Result<Option<f64>, Refusal> {
        self.read(name, "number", Value::as_f64)
    }

    pub(crate) fn integer(self, name: &str) -> Result<Option<i64>, Refusal> {
        self.read(name, "integer", Value::as_i64)
    }

    pub(crate) fn list(self, name: &str) -> Result<Option<&'a [Value]>, Refusal> {
        self.read(name, "list", |value| value.as_array().map(Vec::as_slice))
    }

    pub(crate) fn object(self, name: &str) -> Result<Option<Self>, Refusal> {
        self.read(name, "object", Self::of)
    }

    /// A text of at most `longest` characters; an empty one is absent.
    pub(crate) fn text(self, name: &str, longest: usize) -> Result<Option<&'a str>, Refusal> {
        let text = self.string(name)?.filter(|text| !text.is_empty());
        match text {
            Some(text) if text.chars().count() > longest => {
                Err(Refusal::parameter(format!("{name} exceeds the limit of {longest} characters")))
            }
            text => Ok(text),
        }
    }

    /// One of a few words, exactly; the first one is the default.
    pub(crate) fn choice(self, name: &str, words: &[&'static str]) -> Result<&'static str, Refusal> {
        let given = self.string(name)?;
        match given {
            None => words.first().copied().ok_or_else(|| Refusal::empty(name)),
            Some(given) => words.iter().copied().find(|word| *word == given).ok_or_else(|| Refusal::value(name, given)),
        }
    }

    /// A number in a range.
    pub(crate) fn within(self, name: &str, range: std::ops::RangeInclusive<f64>) -> Result<Option<f64>, Refusal> {
        match self.number(name)? {
            Some(number) if !range.contains(&number) => Err(Refusal::value(name, number)),
            number => Ok(number),
        }
    }

    fn read<T>(self, name: &str, kind: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, Refusal> {
        self.value(name).map(|value| read(value).ok_or_else(|| wrong_type(name, kind))).transpose()
    }
}

/// A body as JSON.
pub(crate) fn parse(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::not_json())
}

/// The refusal of a value of another JSON type than `kind`.
pub(crate) fn wrong_type(name: &str, kind: &str) -> Refusal {
    let article = if kind.starts_with(['i', 'o']) { "an" } else { "a" };
    Refusal::parameter(format!("{name} type is invalid: {article} {kind} is expected"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_types_are_told_from_absent_fields() {
        let body = json!({ "a": 1, "b": null, "c": "" });
        let fields = Fields::of(&body).unwrap();
        assert_eq!(fields.string("a"), Err(Refusal::parameter("a type is invalid: a string is expected")));
        assert_eq!(fields.string("b"), Ok(None));
        assert_eq!(fields.string("missing"), Ok(None));
        assert_eq!(fields.text("c", 5), Ok(None));
        assert_eq!(fields.choice("c", &["x"]), Err(Refusal::value("c", "")));
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let body = json!({ "p": "雨雨雨" });
        let fields = Fields::of(&body).unwrap();
        assert_eq!(fields.text("p", 3), Ok(Some("雨雨雨")));
        assert!(fields.text("p", 2).is_err());
    }
}

//! A tool's parameters, read as Dify and agents write them.

use serde_json::{Map, Value};

use crate::{DifyFile, Error, ToolCall, tree};

/// What the methods have in common: a parameter that is absent or null gives `None`, and so does an empty text where
/// something else than a text is wanted. Workflows hand over what a user wrote or a variable held, agents what a model
/// made up, so numbers come as text and the other way round. A value that cannot be read is an [`Error::BadRequest`] that
/// names the parameter and does not quote it. Defaults of the declaration are not applied.
impl ToolCall {
    /// A text. A number or a boolean is written out; an empty text is `Some`.
    pub fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.parameters.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => Ok(Some(value.to_string())),
            Some(_) => Err(wrong(name, "a text")),
        }
    }

    /// Texts, of a `select` with `multiple`: a list, or one text.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Error> {
        let texts = match self.given(name) {
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()
            }
            Some(Value::String(text)) => Some(vec![text.clone()]),
            None => Some(Vec::new()),
            Some(_) => None,
        };
        texts.ok_or_else(|| wrong(name, "a list of texts"))
    }

    /// A boolean. Of a text or number, `true`, `yes`, `y` and `1` in any case are true and others are false, as in
    /// Dify's own reading of forms.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, Error> {
        Ok(match self.given(name) {
            None => None,
            Some(Value::Bool(value)) => Some(*value),
            Some(Value::String(text)) => {
                let text = text.trim();
                Some(["true", "yes", "y", "1"].iter().any(|yes| text.eq_ignore_ascii_case(yes)))
            }
            Some(Value::Number(number)) => Some(number.as_f64() == Some(1.0)),
            Some(_) => return Err(wrong(name, "yes or no")),
        })
    }

    /// A number.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Error> {
        let Some(value) = self.given(name) else { return Ok(None) };
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|number| number.is_finite()).map(Some).ok_or_else(|| wrong(name, "a number"))
    }

    /// A whole number. Beyond 2^53 Dify has already rounded it.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Error> {
        let whole = || wrong(name, "a whole number");
        if let Some(exact) = self.given(name).and_then(Value::as_i64) {
            return Ok(Some(exact));
        }
        let Some(number) = self.number(name).map_err(|_| whole())? else { return Ok(None) };
        // What a 64-bit float holds exactly, so the conversion cannot change it.
        let exact = number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0;
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        if exact { Ok(Some(number as i64)) } else { Err(whole()) }
    }

    /// An object, or a text that is one in JSON: a chosen app or model, a range of dates, or any other.
    pub fn object(&self, name: &str) -> Result<Option<Map<String, Value>>, Error> {
        match self.given(name).map(parsed) {
            None => Ok(None),
            Some(Some(Value::Object(map))) => Ok(Some(map)),
            Some(_) => Err(wrong(name, "an object")),
        }
    }

    /// A list, or a text that is one in JSON. Absent is empty.
    pub fn list(&self, name: &str) -> Result<Vec<Value>, Error> {
        match self.given(name).map(parsed) {
            None => Ok(Vec::new()),
            Some(Some(Value::Array(items))) => Ok(items),
            Some(_) => Err(wrong(name, "a list")),
        }
    }

    /// A file. Besides Dify's object this takes its address alone, which agents write, and a list of one.
    pub fn file(&self, name: &str) -> Result<Option<DifyFile>, Error> {
        let mut files = self.files(name)?;
        if files.len() > 1 {
            return Err(wrong(name, "one file"));
        }
        Ok(files.pop())
    }

    /// Files. "No file" comes as an absent parameter, as null, as `[]`, as `[null]` or as an empty text.
    pub fn files(&self, name: &str) -> Result<Vec<DifyFile>, Error> {
        let items = match self.given(name) {
            None => &[],
            Some(Value::Array(items)) => items.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let there = |value: &&Value| !matches!(value, Value::Null) && value.as_str() != Some("");
        let files = items.iter().filter(there).map(DifyFile::from_json).collect::<Option<_>>();
        files.ok_or_else(|| wrong(name, "a file"))
    }

    /// A value that is there and not blank.
    fn given(&self, name: &str) -> Option<&Value> {
        self.parameters.get(name).filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }
}

fn parsed(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => tree::read(text.as_bytes()).ok().map(|tree| tree.value),
        other => Some(other.clone()),
    }
}

fn wrong(name: &str, expected: &str) -> Error {
    Error::BadRequest(format!("the parameter `{name}` must be {expected}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Credentials, Dify, Session};

    fn call(value: Value) -> ToolCall {
        ToolCall {
            session: Session::default(),
            provider: "probe".into(),
            tool: "run".into(),
            parameters: Map::from_iter([("p".to_owned(), value)]),
            credentials: Credentials::default(),
            credential_type: None,
            dify: Dify::detached(),
        }
    }

    #[test]
    fn what_is_not_there_is_none() {
        let absent = ToolCall { parameters: Map::new(), ..call(Value::Null) };
        for call in [absent, call(Value::Null), call(json!(""))] {
            assert_eq!(call.boolean("p"), Ok(None));
            assert_eq!((call.number("p"), call.integer("p")), (Ok(None), Ok(None)));
            assert_eq!((call.object("p"), call.list("p")), (Ok(None), Ok(vec![])));
            assert_eq!((call.file("p"), call.files("p"), call.texts("p")), (Ok(None), Ok(vec![]), Ok(vec![])));
        }
        assert_eq!(call(json!("")).text("p"), Ok(Some(String::new())));
        assert_eq!(call(Value::Null).text("p"), Ok(None));
    }

    #[test]
    fn texts_and_numbers_stand_for_each_other() {
        assert_eq!(call(json!(5)).text("p"), Ok(Some("5".into())));
        assert_eq!(call(json!(true)).text("p"), Ok(Some("true".into())));
        assert_eq!(call(json!(" 2.5 ")).number("p"), Ok(Some(2.5)));
        for five in [json!(5), json!(5.0), json!("5"), json!("5.0"), json!("5e0")] {
            assert_eq!(call(five.clone()).integer("p"), Ok(Some(5)), "{five}");
        }
        let large = call(json!(9_007_199_254_740_993_i64));
        assert_eq!(large.integer("p"), Ok(Some(9_007_199_254_740_993)));
        for (value, yes) in
            [(json!("Yes"), true), (json!(" 1"), true), (json!(1), true), (json!("on"), false), (json!(0), false)]
        {
            assert_eq!(call(value).boolean("p"), Ok(Some(yes)));
        }
    }

    #[test]
    fn json_comes_parsed_or_as_text() {
        assert_eq!(call(json!({"a": 1})).object("p"), call(json!(r#"{"a": 1}"#)).object("p"));
        assert_eq!(call(json!("[1, 2]")).list("p"), Ok(vec![json!(1), json!(2)]));
        assert_eq!(call(json!(["a", "b"])).texts("p"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(call(json!("a")).texts("p"), Ok(vec!["a".to_owned()]));
    }

    #[test]
    fn wrong_values_are_named_and_not_quoted() {
        let private = call(json!({"private": "wish"}));
        let errors = [
            private.text("p").unwrap_err(),
            private.texts("p").unwrap_err(),
            private.boolean("p").unwrap_err(),
            private.number("p").unwrap_err(),
            private.integer("p").unwrap_err(),
            private.list("p").unwrap_err(),
            private.file("p").unwrap_err(),
            call(json!("private")).object("p").unwrap_err(),
            call(json!("inf")).number("p").unwrap_err(),
            call(json!(1.5)).integer("p").unwrap_err(),
            call(json!(1e17)).integer("p").unwrap_err(),
            call(json!([1])).files("p").unwrap_err(),
        ];
        for error in errors {
            let text = error.to_string();
            assert!(
                matches!(error, Error::BadRequest(_)) && text.contains("`p`") && !text.contains("private"),
                "{text}"
            );
        }
    }
}

//! JSON, exact and lenient.

use jsonc_parser::ast::Value as Ast;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::{Map, Value};

use super::python::number_value;

/// JSON as the standard has it: a list or an object.
pub(super) fn exact(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().filter(|value: &Value| value.is_array() || value.is_object())
}

/// JSON with what its dialects allow: comments, trailing commas, names without quotes, single quotes.
pub(super) fn lenient(text: &str) -> Option<Value> {
    // Without its comma `["say "1" now"]` would be three texts.
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options).ok()?;
    value(parsed.value?)
}

fn value(ast: Ast<'_>) -> Option<Value> {
    Some(match ast {
        Ast::StringLit(text) => Value::String(text.value.into_owned()),
        Ast::NumberLit(number) => number_value(number.value)?,
        Ast::BooleanLit(flag) => Value::Bool(flag.value),
        Ast::NullKeyword(_) => Value::Null,
        Ast::Array(array) => Value::Array(array.elements.into_iter().map(value).collect::<Option<_>>()?),
        Ast::Object(object) => {
            let fields = object.properties.into_iter().map(|property| {
                let name = property.name.into_string();
                Some((name, value(property.value)?))
            });
            Value::Object(fields.collect::<Option<Map<_, _>>>()?)
        }
    })
}

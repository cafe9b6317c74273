//! Readers for fields whose JSON type varies from answer to answer.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Number, Value};

/// The largest integer that survives a trip through IEEE doubles, as every JSON reader in JavaScript (and Dify's
/// daemon) takes it: 2^53 - 1.
const MAX_EXACT_INTEGER: u64 = (1 << 53) - 1;

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(Number),
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A string, or a number taken as its digits; null and absence are `None`.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(Scalar::into_text))
}

/// A string, or a number taken as its digits.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Scalar::deserialize(deserializer)?.into_text())
}

/// An integer, or a string of one; anything else is `None`: a time stamp that cannot be read must not cost a result.
pub(crate) fn optional_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Option::<Value>::deserialize(deserializer)? {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    })
}

/// Null as the type's default: `"videos": null` is an empty list.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

/// Writes fields this crate does not know, with ids and integers beyond 2^53 as strings so that no reader rounds them.
pub(crate) fn exact<S: Serializer>(extra: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    extra.iter().map(|(key, value)| (key.clone(), exact_value(key, value))).collect::<Map<_, _>>().serialize(serializer)
}

fn exact_value(key: &str, value: &Value) -> Value {
    match value {
        Value::Number(number) if is_id(key) || beyond_exact(number) => Value::String(number.to_string()),
        Value::Array(items) => items.iter().map(|item| exact_value(key, item)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(key, value)| (key.clone(), exact_value(key, value))).collect())
        }
        other => other.clone(),
    }
}

fn is_id(key: &str) -> bool {
    key == "id" || key.ends_with("_id")
}

fn beyond_exact(number: &Number) -> bool {
    number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64()).is_some_and(|size| size > MAX_EXACT_INTEGER)
}

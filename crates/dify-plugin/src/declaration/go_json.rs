//! JSON as Go's `encoding/json` writes it.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use serde_json::{Number, Value};

/// The value as `json.Marshal` writes it: fields of a type in their order, those of a map sorted, the characters of HTML
/// and two line separators escaped, whole numbers without a point.
pub(super) fn marshal(value: &impl Serialize) -> String {
    // Texts, numbers and lists of them cannot fail.
    let json = serde_json::to_string(value).unwrap_or_default();
    let mut escaped = String::with_capacity(json.len() + json.len() / 16);
    for character in json.chars() {
        match character {
            // None of them stands outside of a text.
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // A `String` takes all.
                let _ = write!(escaped, "\\u{:04x}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// What the daemon keeps untyped: maps lose their order.
pub(super) fn untyped(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::Number(float(number)),
        Value::Array(elements) => elements.into_iter().map(untyped).collect(),
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map.into_iter().collect();
            sorted.into_iter().map(|(name, value)| (name, untyped(value))).collect()
        }
        other => other,
    }
}

/// What the daemon keeps as a `float64`: `1.0` is written as `1`.
pub(super) fn float(number: Number) -> Number {
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
        Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => (float as i64).into(),
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_escaped_as_in_go() {
        let text = "<a href=\"x\">&\u{2028}\u{2029}\t可灵</a>";
        let written = r#""\u003ca href=\"x\"\u003e\u0026\u2028\u2029\t可灵\u003c/a\u003e""#;
        assert_eq!(marshal(&text), written);
    }

    #[test]
    fn maps_are_sorted_and_whole_numbers_have_no_point() {
        let map = serde_json::from_str(r#"{"b":{"d":1,"c":[{"f":1,"e":2.0}]},"a":null}"#).unwrap();
        assert_eq!(marshal(&untyped(map)), r#"{"a":null,"b":{"c":[{"e":2,"f":1}],"d":1}}"#);
        let floats: Vec<Number> = serde_json::from_value(json!([1.0, 480, 0.5, -10])).unwrap();
        assert_eq!(marshal(&floats.into_iter().map(float).collect::<Vec<_>>()), "[1,480,0.5,-10]");
    }
}

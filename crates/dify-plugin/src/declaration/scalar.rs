//! What an unquoted word is: `on`, `1.0`, `2026-01-01` and others are texts to one reader and not to the next.

use serde_json::{Number, Value};

use super::timestamp;

/// What Go's `yaml.v3`, with which Dify's daemon reads (0.6.10), takes an unquoted word for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plain {
    Null,
    Bool(bool),
    Number(Number),
    /// In the form of RFC 3339.
    Timestamp(String),
    Text,
}

pub(super) fn plain(word: &str) -> Plain {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" => Plain::Bool(true),
        "false" | "False" | "FALSE" => Plain::Bool(false),
        _ => match timestamp::from_plain(word) {
            Some(timestamp) => Plain::Timestamp(timestamp),
            None => number(word).map_or(Plain::Text, Plain::Number),
        },
    }
}

/// What `yaml.v3` also takes for a boolean where one is wanted, quoted or not.
pub(super) fn old_bool(word: &str) -> Option<bool> {
    match word {
        "y" | "Y" | "yes" | "on" => Some(true),
        "n" | "N" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Whether any reader takes the unquoted word for something else than a text: Go's, or Python's, which follows the
/// older YAML 1.1 (`PyYAML` 6, with which Dify's Python SDK reads).
pub(super) fn needs_quotes(word: &str) -> bool {
    let in_python = || {
        let lower = word.to_ascii_lowercase();
        matches!(lower.as_str(), "yes" | "no" | "on" | "off") || is_no_json_number(word) || is_base_60(word)
    };
    plain(word) != Plain::Text || in_python()
}

/// Numbers of YAML that are none of JSON.
pub(super) fn is_no_json_number(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), ".nan" | ".inf" | "+.inf" | "-.inf")
}

/// `1:30` is 90 to YAML 1.1.
fn is_base_60(word: &str) -> bool {
    let mut parts = word.trim_start_matches(['+', '-']).split(':');
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().is_some_and(digits);
    let mut rest = parts.peekable();
    first
        && rest.peek().is_some()
        && rest.all(|part| part.len() <= 2 && digits(part) && part.parse().is_ok_and(|part: u8| part < 60))
}

fn number(word: &str) -> Option<Number> {
    let starts = word.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.'));
    if !starts {
        return None;
    }
    let digits = word.replace('_', "");
    integer(&digits).or_else(|| float(&digits))
}

fn integer(digits: &str) -> Option<Number> {
    let (negative, unsigned) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(digits)),
    };
    let prefix = |lower, upper| unsigned.strip_prefix(lower).or_else(|| unsigned.strip_prefix(upper));
    let (radix, unsigned) = if let Some(hex) = prefix("0x", "0X") {
        (16, hex)
    } else if let Some(octal) = prefix("0o", "0O") {
        (8, octal)
    } else if let Some(binary) = prefix("0b", "0B") {
        (2, binary)
    } else if let Some(octal) = unsigned.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        (8, octal)
    } else {
        (10, unsigned)
    };
    if unsigned.starts_with(['+', '-']) {
        return None;
    }
    if negative {
        let value = i64::from_str_radix(&format!("-{unsigned}"), radix).ok()?;
        return Some(value.into());
    }
    u64::from_str_radix(unsigned, radix).ok().map(Number::from)
}

fn float(digits: &str) -> Option<Number> {
    let decimal = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    let has_digit = digits.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit || !digits.bytes().all(decimal) {
        return None;
    }
    // `None` for what is too large to be finite.
    Number::from_f64(digits.parse().ok()?)
}

/// The value of a scalar that is kept untyped.
pub(super) fn value(text: &str, is_plain: bool) -> Value {
    match if is_plain { plain(text) } else { Plain::Text } {
        Plain::Null => Value::Null,
        Plain::Bool(value) => Value::Bool(value),
        Plain::Number(number) => Value::Number(number),
        Plain::Timestamp(text) => Value::String(text),
        Plain::Text => Value::String(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_go_takes_them_for() {
        for (word, expected) in [
            ("5", Plain::Number(5.into())),
            ("-5", Plain::Number((-5).into())),
            ("+5", Plain::Number(5.into())),
            ("010", Plain::Number(8.into())),
            ("0o10", Plain::Number(8.into())),
            ("0x1F", Plain::Number(31.into())),
            ("-0b11", Plain::Number((-3).into())),
            ("1_000", Plain::Number(1000.into())),
            ("1.5", Plain::Number(Number::from_f64(1.5).unwrap())),
            (".5", Plain::Number(Number::from_f64(0.5).unwrap())),
            ("1e3", Plain::Number(Number::from_f64(1000.0).unwrap())),
            ("TRUE", Plain::Bool(true)),
            ("~", Plain::Null),
            ("2026-01-01", Plain::Timestamp("2026-01-01T00:00:00Z".into())),
        ] {
            assert_eq!(plain(word), expected, "{word}");
        }
        for word in ["on", "n", "1.0.0", "1.4.0", "e5", ".", "-", "0x", "1:1", "tRUE", "0o9", "--5", "-+5", ".e"] {
            assert_eq!(plain(word), Plain::Text, "{word}");
        }
    }

    #[test]
    fn words_that_python_reads_otherwise_need_quotes() {
        for word in ["on", "No", "yes", "1:30", "5", "1.0", "null", "2026-01-01", ".inf", ""] {
            assert!(needs_quotes(word), "{word}");
        }
        for word in ["16:9", "y", "n", "1.4.0", "std", "a:b", "kling-v1"] {
            assert_eq!(needs_quotes(word), word == "16:9", "{word}");
        }
    }
}

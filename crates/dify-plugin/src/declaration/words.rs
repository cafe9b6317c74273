//! The words that Dify knows, and the forms of names. Source: dify-plugin-daemon 0.6.10 (2026-08).

use uuid::Uuid;

/// Tags of plugins.
pub(super) const TAGS: [&str; 19] = [
    "search",
    "image",
    "videos",
    "weather",
    "finance",
    "design",
    "travel",
    "social",
    "news",
    "medical",
    "productivity",
    "education",
    "business",
    "entertainment",
    "utilities",
    "agent",
    "rag",
    "other",
    "trigger",
];
/// Those of them that a provider must not have.
pub(super) const TAGS_OF_PLUGINS_ALONE: [&str; 2] = ["agent", "trigger"];
pub(super) const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];
/// Types of credentials and of the settings of endpoints.
pub(super) const CONFIG_TYPES: [&str; 7] =
    ["secret-input", "text-input", "select", "boolean", "model-selector", "app-selector", "array[tools]"];
/// Types of parameters. `dynamic-select` since daemon 0.1.3, `checkbox` since 0.4.0, `date` and `date-range` since 0.6.10.
pub(super) const PARAMETER_TYPES: [&str; 16] = [
    "string",
    "number",
    "boolean",
    "select",
    "secret-input",
    "file",
    "files",
    "app-selector",
    "model-selector",
    "any",
    "dynamic-select",
    "array",
    "object",
    "checkbox",
    "date",
    "date-range",
];
pub(super) const FORMS: [&str; 3] = ["schema", "form", "llm"];
pub(super) const METHODS: [&str; 6] = ["HEAD", "GET", "POST", "PUT", "DELETE", "OPTIONS"];

/// What `scope` may be for a type; `None` for a type without scopes.
pub(super) fn scopes(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "app-selector" => Some(&["all", "chat", "workflow", "completion"]),
        "model-selector" => Some(&[
            "llm",
            "text-embedding",
            "rerank",
            "tts",
            "speech2text",
            "moderation",
            "vision",
            "document",
            "tool-call",
        ]),
        "any" => {
            Some(&["string", "number", "object", "array[number]", "array[string]", "array[object]", "array[file]"])
        }
        _ => None,
    }
}

/// `^[a-z0-9_-]+$`.
pub(super) fn is_lower_name(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}

/// `^[a-zA-Z0-9_-]+$`.
pub(super) fn is_name(name: &str) -> bool {
    is_lower_name(&name.to_ascii_lowercase())
}

pub(super) const VERSION_FORM: &str = "a version is three numbers of up to four digits, such as 1.2.3 or 1.2.3-beta";

/// `^\d{1,4}(\.\d{1,4}){2}(-\w{1,16})?$`.
pub(super) fn is_version(version: &str) -> bool {
    let (numbers, suffix) = version.split_once('-').map_or((version, None), |(numbers, rest)| (numbers, Some(rest)));
    let number = |part: &str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    numbers.split('.').count() == 3
        && numbers.split('.').all(number)
        && suffix.is_none_or(|suffix| (1..=16).contains(&suffix.len()) && suffix.bytes().all(word))
}

/// Whether Go's `url.Parse` finds a scheme and something after it.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let after = rest.strip_prefix("//").map_or(rest, |rest| rest.split(['/', '?']).next().unwrap_or_default());
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && !after.is_empty()
        && !after.starts_with('/')
        && !text.contains(|character: char| character.is_control() || character == ' ')
}

pub(super) fn is_uuid(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_three_short_numbers() {
        for version in ["0.0.1", "1234.0.0", "1.2.3-beta_1", "1.2.3-a"] {
            assert!(is_version(version), "{version}");
        }
        for version in
            ["", "1.0", "1.0.0.0", "12345.0.0", "1..0", "v1.0.0", "1.0.0-", "1.0.0-a.b", "1.0.0-aaaaaaaaaaaaaaaaa"]
        {
            assert!(!is_version(version), "{version}");
        }
    }

    #[test]
    fn urls_have_a_scheme_and_more() {
        for url in ["https://example.com/a", "http://x", "mailto:a@example.com", "https://example.com?a=b"] {
            assert!(is_url(url), "{url}");
        }
        for url in ["", "example.com", "https://", "https:", "://x", "http:///a", "1a://x", "https://a b"] {
            assert!(!is_url(url), "{url}");
        }
    }
}

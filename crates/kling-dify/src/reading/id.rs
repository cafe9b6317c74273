//! Ids within what stands around them.

use super::fold_width;

/// What people put around an id, white space aside.
const WRAPPING: &str = "\"'`“”‘’「」『』《》〈〉【】（）()[]{}<>*~#.。,，、;；:：!！?？…";

fn is_wrapping(c: char) -> bool {
    c.is_whitespace() || WRAPPING.contains(c)
}

/// A word of letters, digits, `-` and `_`, without what stands around it and without a label before it.
pub(crate) fn token(text: &str) -> Option<String> {
    let word = without_label(super::without_invisible(text));
    let is_token = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_token.then(|| word.to_owned())
}

/// What stands between quotes, backticks or the stars of bold text, where these are a pair.
pub(crate) fn in_quotes(text: &str) -> &str {
    const PAIRS: [(&str, &str); 9] = [
        ("**", "**"),
        ("`", "`"),
        ("\"", "\""),
        ("'", "'"),
        ("“", "”"),
        ("‘", "’"),
        ("「", "」"),
        ("『", "』"),
        ("*", "*"),
    ];
    let mut text = super::without_invisible(text);
    while let Some(shorter) =
        in_pair(text, &PAIRS).or_else(|| in_pair(text.trim_end_matches(['.', '。', ',', '，']), &PAIRS))
    {
        text = super::without_invisible(shorter);
    }
    text
}

fn in_pair<'a>(text: &'a str, pairs: &[(&str, &str)]) -> Option<&'a str> {
    let inside = pairs.iter().find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))?;
    (!inside.is_empty()).then_some(inside)
}

/// An id of digits alone, without what stands around it and without a label before it: `ID: 123`.
pub(crate) fn number_id(text: &str) -> Option<String> {
    let folded = fold_width(super::without_invisible(text));
    let word = without_label(&folded);
    // How a number of floating point is written.
    let word = word.strip_suffix(".0").unwrap_or(word);
    (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.to_owned())
}

/// The text behind `label:` or `label=`, and behind the mark of a list, without what stands around it.
pub(crate) fn without_label(text: &str) -> &str {
    let bare = text.trim_matches(is_wrapping);
    let is_label = |label: &str| {
        let label = label.trim_end_matches(is_wrapping);
        let is_words =
            label.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '_' | '-' | '*' | '`' | '.'));
        // A number before a colon is a time or the like.
        is_words && label.ends_with(char::is_alphabetic)
    };
    let behind =
        bare.rsplit_once([':', '：', '=']).filter(|(label, _)| is_label(label)).map_or(bare, |(_, behind)| behind);
    let behind = behind.trim_matches(is_wrapping);
    without_bullet(behind).trim_matches(is_wrapping)
}

fn without_bullet(text: &str) -> &str {
    if let Some(item) = ["- ", "– ", "• ", "•", "·"].iter().find_map(|mark| text.strip_prefix(mark)) {
        return item.trim_start();
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let behind = text.get(digits..).unwrap_or_default();
    let marked =
        |mark| behind.strip_prefix(mark).filter(|item: &&str| (1..=2).contains(&digits) && item.starts_with(' '));
    marked('.').or_else(|| marked(')')).or_else(|| marked('、')).map_or(text, str::trim_start)
}

/// Runs of at least `least` digits that are no part of a longer word, each once: the ids within a sentence.
pub(crate) fn long_numbers(text: &str, least: usize) -> Vec<String> {
    let folded = fold_width(text);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let mut found: Vec<String> = Vec::new();
    for word in folded.split(|c: char| !is_part(c)) {
        if word.len() >= least && word.bytes().all(|byte| byte.is_ascii_digit()) && !found.iter().any(|id| id == word) {
            found.push(word.to_owned());
        }
    }
    found
}

//! Short forms of lists.

/// The pieces between commas, semicolons and line breaks of either width.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).map(super::without_invisible).filter(|piece| !piece.is_empty())
}

/// The words of a piece, without what stands between two of them.
pub(crate) fn words(piece: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '和' | '与' | '及' | '&' | '|' | '/');
    piece.split(is_between).filter(|word| !word.is_empty() && !matches!(*word, "and" | "And" | "-" | "*" | "•"))
}

pub(crate) fn is_separator(c: char) -> bool {
    matches!(c, ',' | '，' | '、' | ';' | '；' | '\n' | '\r')
}

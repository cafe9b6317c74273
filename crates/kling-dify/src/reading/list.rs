//! Short forms of lists.

/// The pieces between commas, semicolons and line breaks of either width.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let is_separator = |c: char| matches!(c, ',' | '，' | '、' | ';' | '；' | '\n' | '\r');
    text.split(is_separator).map(super::without_invisible).filter(|piece| !piece.is_empty())
}

/// The pieces where words are pieces too, and `and` stands between them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).flat_map(|piece| piece.split([' ', '\t', '\u{3000}', '和', '与', '及'])).filter(|word| {
        !word.is_empty() && !matches!(*word, "and" | "And" | "&" | "-" | "*" | "•")
    })
}

//! Words and numbers as people write them.

/// What is not shown: zero-width and direction marks, fillers, byte-order marks and control characters.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text without white space and invisible characters around it.
pub(crate) fn without_invisible(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Full-width letters, digits and signs as plain ones.
pub(crate) fn fold_width(text: &str) -> String {
    let fold = |c: char| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' => '.',
        other => other,
    };
    text.chars().map(fold).collect()
}

/// Yes or no.
pub(crate) fn flag(word: &str) -> Option<bool> {
    match bare(word).as_str() {
        "true" | "yes" | "on" | "1" | "1.0" | "y" | "t" | "enable" | "enabled" | "是" | "开" | "开启" | "打开" => {
            Some(true)
        }
        "false" | "no" | "off" | "0" | "0.0" | "n" | "f" | "none" | "disable" | "disabled" | "否" | "关" | "关闭" => {
            Some(false)
        }
        _ => None,
    }
}

/// A number without a unit. `1,000` is none: half the world reads it as one.
pub(crate) fn number(word: &str) -> Option<f64> {
    let word = bare(word);
    let plain = word.strip_prefix('+').unwrap_or(&word);
    let digits = word.strip_prefix(['+', '-']).unwrap_or(&word);
    // `inf`, `nan` and a second sign are not numbers here.
    let begins = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    plain.parse().ok().filter(|number: &f64| begins && number.is_finite())
}

/// A number of seconds, with or without its unit.
pub(crate) fn seconds(word: &str) -> Option<f64> {
    const UNITS: [&str; 7] = ["seconds", "second", "secs", "sec", "秒钟", "秒", "s"];
    let word = bare(word);
    let bare = UNITS.iter().find_map(|unit| word.strip_suffix(unit)).unwrap_or(&word);
    number(bare)
}

/// A word in lower case and plain width, without quotes around it.
fn bare(word: &str) -> String {
    let folded = fold_width(without_invisible(word)).to_lowercase();
    folded.trim_matches(['"', '\'', '`', '“', '”', '‘', '’', ' ']).to_owned()
}

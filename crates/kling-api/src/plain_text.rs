//! Texts of the service, made fit to be shown.

/// Characters shown of a text of the service's, at most.
pub const MAX_SHOWN_CHARS: usize = 500;

/// A text of the service's as it may stand in an error, a log or a message: one line, without control characters and
/// escape sequences, without the query part of any link (which may be signed), and not too long.
///
/// ```
/// use kling_api::plain_text;
///
/// let raw = "cannot fetch https://cdn.example.test/a.png?sign=abc\n\u{1b}[31mretry";
/// assert_eq!(plain_text(raw), "cannot fetch https://cdn.example.test/a.png?… retry");
/// ```
pub fn plain_text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(4 * MAX_SHOWN_CHARS));
    let (mut count, mut space, mut word) = (0, false, 0);
    let mut rest = Printable(text.chars()).peekable();
    while let Some(c) = rest.next() {
        if c == ' ' {
            space = !shown.is_empty();
            continue;
        }
        if count + usize::from(space) >= MAX_SHOWN_CHARS {
            shown.push('…');
            break;
        }
        if std::mem::take(&mut space) {
            shown.push(' ');
            count += 1;
            word = shown.len();
        }
        shown.push(c);
        count += 1;
        // A question mark within a word begins the query part of a link, with or without its scheme. Behind a number
        // sign or semicolon of a link keys can stand as well.
        let in_link = || shown.get(word..).is_some_and(|word| word.contains("//") || word.contains("\\/"));
        let begins_query =
            (c == '?' || (matches!(c, '#' | ';') && in_link())) && rest.peek().is_some_and(|next| is_link_char(*next));
        if begins_query {
            while rest.next_if(|next| is_link_char(*next)).is_some() {}
            shown.push('…');
            count += 1;
        }
    }
    shown
}

/// Whether a text shows nothing: white space, control characters, and marks and fillers without a shape of their own.
pub fn is_blank(text: &str) -> bool {
    let shows_nothing = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c,
                '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    };
    text.chars().all(shows_nothing)
}

/// What can stand in a link: a link in the middle of a Chinese sentence ends before the next Chinese character.
fn is_link_char(c: char) -> bool {
    c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '`')
}

/// Characters without escape sequences; control characters, marks that turn the direction of text and all white space
/// become spaces.
struct Printable<'a>(std::str::Chars<'a>);

impl Iterator for Printable<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = self.0.next()?;
        if c == '\u{1b}' || c == '\u{9b}' {
            self.skip_escape_sequence(c);
            return Some(' ');
        }
        let turns =
            matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        Some(if c.is_control() || c.is_whitespace() || turns { ' ' } else { c })
    }
}

impl Printable<'_> {
    /// The rest of `ESC [ parameters letter`; other sequences are one more character.
    fn skip_escape_sequence(&mut self, introducer: char) {
        let mut rest = self.0.clone();
        let is_csi = introducer == '\u{9b}' || rest.next() == Some('[');
        if is_csi {
            for c in rest.by_ref() {
                if ('@'..='~').contains(&c) || c.is_control() {
                    break;
                }
            }
        }
        self.0 = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_texts_stay_as_they_are() {
        for text in [
            "duration value '99' is invalid",
            "External_task_id order-7 already exists",
            "参数 prompt 无效；请修改。",
            "Task not found by id/external id: 17",
            "why? because; see #1 of 2",
            "https://klingai.com/document-api",
            "",
        ] {
            assert_eq!(plain_text(text), text, "{text}");
        }
    }

    #[test]
    fn a_text_is_blank_where_nothing_shows() {
        for blank in [
            "",
            " \n",
            "\u{200b}\u{200b}",
            "\u{feff}",
            "\u{3164}",
            "\u{2800}",
            "\u{ad}",
            "\0",
            "\u{202e} \u{3000}",
            "\u{fe0f}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["a", "\u{200b}a", "。", "-", "🎬\u{fe0f}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn links_lose_what_may_be_signed() {
        for (raw, shown) in [
            ("https://a.test/b.png?x-sign=SECRET&t=1", "https://a.test/b.png?…"),
            ("see \"https://a.test/b?sign=SECRET\", please", "see \"https://a.test/b?…\", please"),
            ("https:\\/\\/a.test\\/b?sign=SECRET", "https:\\/\\/a.test\\/b?…"),
            ("a.test/b.mp4?sign=SECRET", "a.test/b.mp4?…"),
            ("无法下载https://a.test/b?sign=SECRET，请重试", "无法下载https://a.test/b?…，请重试"),
            ("https://a.test/b#token=SECRET", "https://a.test/b#…"),
            ("https://a.test/b;jsessionid=SECRET", "https://a.test/b;…"),
        ] {
            assert_eq!(plain_text(raw), shown);
        }
    }

    #[test]
    fn nothing_controls_the_terminal_or_the_line() {
        for (raw, shown) in [
            ("a\nb\r\nc\td", "a b c d"),
            ("\u{1b}[31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}x", "0;title x"),
            ("a\u{9b}2Jb", "a b"),
            ("a\0b\u{202e}c\u{200b}d", "a b c d"),
            ("\u{1b}", ""),
            ("\u{1b}[", ""),
        ] {
            assert_eq!(plain_text(raw), shown, "{raw:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let shown = plain_text(&"字 ".repeat(10_000));
        assert!((MAX_SHOWN_CHARS..=MAX_SHOWN_CHARS + 1).contains(&shown.chars().count()));
        assert!(shown.ends_with('…'));
    }
}

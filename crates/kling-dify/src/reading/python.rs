//! Python literals, as `str()` writes lists and dictionaries, and what models make of JSON in the same way: words of
//! either language, typographic quotes, full-width commas and colons.

use std::iter::Peekable;
use std::str::CharIndices;

use serde_json::{Map, Number, Value};

use super::MAX_DEPTH;

/// Why a text is no literal, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    pub(crate) wanted: Wanted,
}

/// What should have been there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A text in quotes, a number, a list, or a word such as `true`.
    Value,
    /// The name of a field.
    Name,
    Colon,
    /// A comma, or the bracket that ends the list or object.
    CommaOr(char),
    /// The quote that ends a text.
    Quote,
    /// An escape that is one.
    Escape,
    /// Fewer lists within each other.
    LessDepth,
    /// Nothing more.
    End,
}

impl Unreadable {
    pub(super) fn at(text: &str, at: usize, wanted: Wanted) -> Self {
        let before = text.get(..at).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column, wanted }
    }
}

/// Where in a text, in bytes, and what was wanted there. Its line is counted once, at the end.
#[derive(Debug, Clone, Copy)]
struct Fault {
    at: usize,
    wanted: Wanted,
}

/// A whole text as one literal, or several lists or objects one after the other as a list of them.
pub(super) fn all(text: &str) -> Result<Value, Unreadable> {
    Reader::new(text, false).all().map_err(|Fault { at, wanted }| Unreadable::at(text, at, wanted))
}

/// As [`all`], for texts whose quotes are not escaped: a quote ends a text only where a comma, a colon or a bracket
/// follows.
pub(super) fn with_inner_quotes(text: &str) -> Option<Value> {
    Reader::new(text, true).all().ok()
}

/// The list or object at the beginning of a text, and the text behind it.
pub(super) fn first(text: &str) -> Option<(Value, &str)> {
    let mut reader = Reader::new(text, false);
    let value = reader.value(MAX_DEPTH).ok()?;
    let rest = text.get(reader.at()..)?;
    (value.is_array() || value.is_object()).then_some((value, rest))
}

/// A number: whole ones exactly, as text where they have more than 64 bits.
pub(super) fn number_value(text: &str) -> Option<Value> {
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return i64::from_str_radix(hex, 16).ok().map(|number| Value::from(if negative { -number } else { number }));
    }
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let signed = if negative { format!("-{digits}") } else { digits.to_owned() };
        let number = signed.parse::<i64>().map(Value::from).or_else(|_| signed.parse::<u64>().map(Value::from));
        return Some(number.unwrap_or(Value::String(signed)));
    }
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return None;
    }
    plain.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    /// Whether quotes may stand within quotes.
    inner_quotes: bool,
}

type Read<T> = Result<T, Fault>;

impl<'a> Reader<'a> {
    fn new(text: &'a str, inner_quotes: bool) -> Self {
        Self { text, rest: text.char_indices().peekable(), inner_quotes }
    }

    fn all(mut self) -> Read<Value> {
        let first = self.value(MAX_DEPTH)?;
        let several = first.is_array() || first.is_object();
        let mut values = vec![first];
        loop {
            self.skip_space();
            if several && self.peek().is_some_and(is_comma) {
                self.next();
                self.skip_space();
            }
            match self.peek() {
                None => break,
                Some('{' | '[') if several => values.push(self.value(MAX_DEPTH)?),
                Some(_) => return Err(self.wanted(Wanted::End)),
            }
        }
        Ok(if values.len() == 1 { values.swap_remove(0) } else { Value::Array(values) })
    }

    fn peek(&mut self) -> Option<char> {
        self.rest.peek().map(|(_, c)| *c)
    }

    fn next(&mut self) -> Option<char> {
        self.rest.next().map(|(_, c)| c)
    }

    fn at(&mut self) -> usize {
        self.rest.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn skip_space(&mut self) {
        while self.rest.next_if(|(_, c)| is_space(*c)).is_some() {}
    }

    fn wanted(&mut self, wanted: Wanted) -> Fault {
        Fault { at: self.at(), wanted }
    }

    fn value(&mut self, depth: usize) -> Read<Value> {
        self.skip_space();
        let Some(inside) = depth.checked_sub(1) else { return Err(self.wanted(Wanted::LessDepth)) };
        match self.peek() {
            Some('[') => self.list(']', inside),
            Some('(') => self.list(')', inside),
            Some('{') => self.object(inside),
            Some(c) if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => self.number(),
            Some(c) if closing_quotes(c).is_some() => self.strings(),
            Some(c) if c.is_ascii_alphabetic() => self.word(),
            _ => Err(self.wanted(Wanted::Value)),
        }
    }

    /// From its opening bracket to its closing one. One value in round brackets is that value.
    fn list(&mut self, close: char, depth: usize) -> Read<Value> {
        self.next();
        let mut values = Vec::new();
        let mut commas = 0;
        loop {
            self.skip_space();
            if self.peek() == Some(close) {
                self.next();
                break;
            }
            values.push(self.value(depth)?);
            commas += usize::from(self.comma(close)?);
        }
        let grouped = close == ')' && values.len() == 1 && commas == 0;
        Ok(if grouped { values.swap_remove(0) } else { Value::Array(values) })
    }

    /// A comma, or nothing before the closing bracket and between objects.
    fn comma(&mut self, close: char) -> Read<bool> {
        let before = self.at();
        self.skip_space();
        match self.peek() {
            Some(c) if is_comma(c) => {
                self.next();
                Ok(true)
            }
            Some(c) if c == close => Ok(false),
            Some('{') if self.text.get(..before).is_some_and(|before| before.ends_with('}')) => Ok(false),
            _ => Err(self.wanted(Wanted::CommaOr(close))),
        }
    }

    /// A dictionary, or a set as a list.
    fn object(&mut self, depth: usize) -> Read<Value> {
        self.next();
        let (mut fields, mut members) = (Map::new(), Vec::new());
        loop {
            self.skip_space();
            if self.peek() == Some('}') {
                self.next();
                break;
            }
            let is_name = self.peek().is_some_and(|c| !self.inner_quotes && (c.is_alphabetic() || c == '_'));
            let name = if is_name { self.name()? } else { self.value(depth)? };
            self.skip_space();
            let colon = self.rest.next_if(|(_, c)| matches!(c, ':' | '：')).is_some();
            match (colon, scalar(&name)) {
                (true, Some(name)) if members.is_empty() => {
                    let value = self.value(depth)?;
                    fields.insert(name, value);
                }
                (false, _) if fields.is_empty() && !is_name && self.ends_item() => members.push(name),
                (true, _) => return Err(self.wanted(Wanted::Name)),
                (false, _) => return Err(self.wanted(Wanted::Colon)),
            }
            self.comma('}')?;
        }
        Ok(if members.is_empty() { Value::Object(fields) } else { Value::Array(members) })
    }

    fn ends_item(&mut self) -> bool {
        self.peek().is_some_and(|c| is_comma(c) || c == '}')
    }

    /// A name without quotes, or a text with Python's prefixes before its quotes.
    fn name(&mut self) -> Read<Value> {
        if let Some(raw) = self.string_prefix() {
            return self.prefixed(raw);
        }
        let start = self.at();
        while self.rest.next_if(|(_, c)| c.is_alphanumeric() || matches!(c, '_' | '-')).is_some() {}
        let end = self.at();
        Ok(Value::from(self.text.get(start..end).unwrap_or_default()))
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at();
        let unreadable = self.wanted(Wanted::Value);
        let mut last = ' ';
        while let Some((_, c)) = self.rest.next_if(|(_, c)| {
            c.is_ascii_alphanumeric()
                || matches!(c, '_' | '.')
                || (matches!(c, '+' | '-') && matches!(last, ' ' | 'e' | 'E'))
        }) {
            last = c;
        }
        let end = self.at();
        self.text.get(start..end).and_then(number_value).ok_or(unreadable)
    }

    fn word(&mut self) -> Read<Value> {
        if let Some(raw) = self.string_prefix() {
            return self.prefixed(raw);
        }
        let (start, unreadable) = (self.at(), self.wanted(Wanted::Value));
        while self.rest.next_if(|(_, c)| c.is_alphanumeric() || *c == '_').is_some() {}
        let end = self.at();
        match self.text.get(start..end).unwrap_or_default() {
            "None" | "null" | "undefined" => Ok(Value::Null),
            "True" | "true" | "TRUE" => Ok(Value::Bool(true)),
            "False" | "false" | "FALSE" => Ok(Value::Bool(false)),
            _ => Err(unreadable),
        }
    }

    /// Whether a text with Python's prefix (`b`, `r`, `u` and the like) begins here, and whether it is raw.
    fn string_prefix(&mut self) -> Option<bool> {
        let at = self.at();
        let rest = self.text.get(at..)?;
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic())?;
        let (prefix, behind) = rest.split_at_checked(letters)?;
        let known = ["b", "r", "u", "br", "rb"].iter().any(|known| prefix.eq_ignore_ascii_case(known));
        (known && behind.starts_with(['\'', '"'])).then(|| prefix.contains(['r', 'R']))
    }

    fn prefixed(&mut self, raw: bool) -> Read<Value> {
        while self.rest.next_if(|(_, c)| c.is_ascii_alphabetic()).is_some() {}
        self.string(raw).map(Value::String)
    }

    /// Texts one after the other are one, as in Python.
    fn strings(&mut self) -> Read<Value> {
        let mut text = self.string(false)?;
        loop {
            let mut ahead = self.rest.clone();
            while ahead.next_if(|(_, c)| is_space(*c)).is_some() {}
            match ahead.peek() {
                Some((_, '\'' | '"')) if !self.inner_quotes => {
                    self.rest = ahead;
                    text.push_str(&self.string(false)?);
                }
                _ => return Ok(Value::String(text)),
            }
        }
    }

    fn string(&mut self, raw: bool) -> Read<String> {
        let unreadable = self.wanted(Wanted::Quote);
        let Some(open) = self.next() else { return Err(unreadable) };
        let closing = closing_quotes(open).unwrap_or_default();
        let straight = matches!(open, '\'' | '"');
        if straight && self.take_two(open) {
            return self.triple(open, raw).ok_or(unreadable);
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            if c == '\\' && raw {
                text.push(c);
                text.extend(self.next());
            } else if c == '\\' {
                self.escape(&mut text)?;
            } else if closing.contains(c) && ((straight && !self.inner_quotes) || self.ends_text()) {
                return Ok(text);
            } else {
                text.push(c);
            }
        }
        Err(unreadable)
    }

    /// The second and third quote of three; an empty text has but two.
    fn take_two(&mut self, quote: char) -> bool {
        let mut ahead = self.rest.clone();
        let three = (0..2).all(|_| ahead.next().is_some_and(|(_, c)| c == quote));
        if three {
            self.rest = ahead;
        }
        three
    }

    fn triple(&mut self, quote: char, raw: bool) -> Option<String> {
        let mut text = String::new();
        loop {
            match self.next()? {
                '\\' if raw => {
                    text.push('\\');
                    text.extend(self.next());
                }
                '\\' => self.escape(&mut text).ok()?,
                c if c == quote && self.take_two(quote) => return Some(text),
                c => text.push(c),
            }
        }
    }

    /// Whether what follows a quote may follow a text.
    fn ends_text(&self) -> bool {
        let mut ahead = self.rest.clone();
        while ahead.next_if(|(_, c)| is_space(*c)).is_some() {}
        ahead.next().is_none_or(|(_, c)| is_comma(c) || matches!(c, ':' | '：' | ']' | '}' | ')'))
    }

    /// Behind a backslash: what Python and JSON know; another character stays with its backslash, as in Python.
    fn escape(&mut self, text: &mut String) -> Read<()> {
        let unreadable = self.wanted(Wanted::Escape);
        let Some(c) = self.next() else { return Err(unreadable) };
        let simple = match c {
            '\n' => return Ok(()),
            '\\' | '\'' | '"' | '/' => c,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'a' => '\u{7}',
            'x' => self.hex(2).and_then(char::from_u32).ok_or(unreadable)?,
            'U' => self.hex(8).and_then(char::from_u32).ok_or(unreadable)?,
            'u' => self.utf_16().ok_or(unreadable)?,
            '0'..='7' => self.octal(c),
            other if closing_quotes(other).is_some() => other,
            other => {
                text.push('\\');
                other
            }
        };
        text.push(simple);
        Ok(())
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        (0..digits).try_fold(0, |number: u32, _| {
            let (_, digit) = self.rest.next_if(|(_, c)| c.is_ascii_hexdigit())?;
            Some((number << 4) | digit.to_digit(16)?)
        })
    }

    /// Four digits, or the eight of a pair of surrogates. Half a pair is a character that nobody knows.
    fn utf_16(&mut self) -> Option<char> {
        let first = self.hex(4)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.rest.clone();
        let is_escape = self.next() == Some('\\') && self.next() == Some('u');
        let second = if is_escape { self.hex(4) } else { None };
        let Some(second) = second.filter(|second| (0xdc00..0xe000).contains(second)) else {
            self.rest = before;
            return Some(char::REPLACEMENT_CHARACTER);
        };
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }

    fn octal(&mut self, first: char) -> char {
        let mut number = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some((_, digit)) = self.rest.next_if(|(_, c)| c.is_digit(8)) else { break };
            number = number * 8 + digit.to_digit(8).unwrap_or_default();
        }
        char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

/// The quotes that end a text which begins with this one.
pub(super) fn closing_quotes(open: char) -> Option<&'static str> {
    Some(match open {
        '"' => "\"",
        '\'' => "'",
        '“' | '”' | '„' | '‟' | '＂' => "“”‟＂\"",
        '‘' | '’' | '‚' | '‛' | '＇' => "‘’‛＇'",
        '「' => "」",
        '『' => "』",
        _ => return None,
    })
}

fn is_comma(c: char) -> bool {
    matches!(c, ',' | '，' | '、' | ';' | '；')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}' | '\u{2060}')
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

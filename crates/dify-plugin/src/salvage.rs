//! What can be had from a line that does not parse.

/// How far a line is searched. The daemon writes session and event before the data.
const HEAD_BYTES: usize = 8 * 1024;

/// Whose line it is, as far as its beginning tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Salvaged {
    pub(crate) session_id: Option<String>,
    pub(crate) event: Option<String>,
    /// The call it answers.
    pub(crate) request_id: Option<String>,
}

/// Looks for the session's id and the event among the fields of the outermost object, and for the id of a call in its
/// `data`, in the first kilobytes.
pub(crate) fn salvage(line: &[u8]) -> Salvaged {
    let mut found = Salvaged::default();
    let mut rest = line.get(..HEAD_BYTES).unwrap_or(line);
    let mut depth = 0_usize;
    let mut key: Option<&[u8]> = None;
    // In `data`, the object itself.
    let mut inner_key: Option<&[u8]> = None;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' => {
                let Some(length) = string_length(rest) else { break };
                let (string, after) = rest.split_at(length);
                rest = after;
                match (depth, key) {
                    (1, None) => key = Some(string),
                    (1, Some(b"\"session_id\"")) => found.session_id = serde_json::from_slice(string).ok(),
                    (1, Some(b"\"event\"")) => found.event = serde_json::from_slice(string).ok(),
                    (2, Some(b"\"data\"")) => match inner_key {
                        None => inner_key = Some(string),
                        Some(b"\"backwards_request_id\"") => found.request_id = serde_json::from_slice(string).ok(),
                        Some(_) => {}
                    },
                    _ => {}
                }
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                inner_key = None;
            }
            b'}' | b']' if depth <= 1 => break,
            b'}' | b']' => depth -= 1,
            b',' if depth == 1 => key = None,
            b',' if depth == 2 => inner_key = None,
            // A line that does not begin as an object is nobody's.
            _ if depth == 0 && !byte.is_ascii_whitespace() => break,
            _ => {}
        }
        rest = after;
    }
    found
}

/// The length of the string at the start of `text` with both its quotes. `None` when it does not end.
fn string_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (index, byte) in text.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(index + 1),
            _ => {}
        }
    }
    None
}

/// Replaces each `\uD800`–`\uDFFF` escape that is not half of a pair by `\uFFFD`. Python's JSON writes such escapes for
/// broken text, and `serde_json` takes none. False when there was none.
pub(crate) fn replace_lone_surrogates(json: &mut [u8]) -> bool {
    let mut replaced = false;
    let mut at = 0;
    while let Some(rest) = json.get(at..) {
        let Some(backslash) = memchr::memchr(b'\\', rest) else { break };
        at += backslash;
        match (surrogate(json, at), surrogate(json, at + 6)) {
            (Some(Half::High), Some(Half::Low)) => at += 12,
            (Some(_), _) => {
                if let Some(escape) = json.get_mut(at..at + 6) {
                    escape.copy_from_slice(b"\\uFFFD");
                }
                replaced = true;
                at += 6;
            }
            // Any other escape: past the backslash and what it escapes, which may be a backslash.
            (None, _) => at += 2,
        }
    }
    replaced
}

enum Half {
    High,
    Low,
}

fn surrogate(json: &[u8], at: usize) -> Option<Half> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    match u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()? {
        0xD800..=0xDBFF => Some(Half::High),
        0xDC00..=0xDFFF => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(line: &str) -> (Option<String>, Option<String>) {
        let Salvaged { session_id, event, .. } = salvage(line.as_bytes());
        (session_id, event)
    }

    fn some(id: &str, event: &str) -> (Option<String>, Option<String>) {
        (Some(id.into()), Some(event.into()))
    }

    #[test]
    fn fields_of_the_outermost_object_are_found_in_any_order_and_spacing() {
        assert_eq!(both(r#"{"session_id":"a","event":"request","data":{"x"#), some("a", "request"));
        assert_eq!(both(r#" { "event" : "e" , "n":[1,{"k":"v"}], "session_id" : "a\u0062\"" , "#), some("ab\"", "e"));
    }

    #[test]
    fn nothing_inside_is_mistaken_for_it() {
        assert_eq!(both(r#"{"data":{"session_id":"x","event":"y"},"p":["session_id","x"]"#), (None, None));
        assert_eq!(both(r#"{"a":"session_id","b":"\"session_id\":\"x\"""#), (None, None));
        assert_eq!(both(r#"{"session_id":5,"event":null}"#), (None, None));
        assert_eq!(both(r#"["session_id","x"]"#), (None, None));
        assert_eq!(both(r#"{} {"session_id":"x"}"#), (None, None));
        assert_eq!(both(r#"oops {"session_id":"x"}"#), (None, None));
        assert_eq!(both(r#"{"session_id":"cut o"#), (None, None));
        assert_eq!(both(""), (None, None));
    }

    #[test]
    fn the_call_that_is_answered_is_found_in_the_data_alone() {
        let id = |line: &str| salvage(line.as_bytes()).request_id;
        let answer = r#"{"context":{"backwards_request_id":"x"},"data":{"n":{"backwards_request_id":"y"},"#;
        assert_eq!(id(&format!(r#"{answer}"backwards_request_id":"b-1","data":{{"#)).as_deref(), Some("b-1"));
        assert_eq!(id(answer), None);
        assert_eq!(id(r#"{"data":["backwards_request_id","x","#), None);
        assert_eq!(id(r#"{"data":"backwards_request_id","backwards_request_id":"x""#), None);
    }

    #[test]
    fn the_search_ends_after_the_head() {
        let late = format!(r#"{{"data":"{}","session_id":"x""#, "y".repeat(HEAD_BYTES));
        assert_eq!(both(&late), (None, None));
    }

    fn repaired(json: &str) -> Option<String> {
        let mut bytes = json.as_bytes().to_vec();
        replace_lone_surrogates(&mut bytes).then(|| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn only_lone_halves_are_replaced() {
        assert_eq!(repaired(r#""\ud800""#).as_deref(), Some(r#""\uFFFD""#));
        assert_eq!(repaired(r#""\uDC00x\uD83D""#).as_deref(), Some(r#""\uFFFDx\uFFFD""#));
        assert_eq!(repaired(r#""\ud800\ud83d\ude00""#).as_deref(), Some(r#""\uFFFD\ud83d\ude00""#));
        assert_eq!(repaired(r#""\ud83d\ude00 \u00e9 \n \\""#), None, "a pair and other escapes stay");
        assert_eq!(repaired(r#""\\ud800""#), None, "an escaped backslash is no escape");
        assert_eq!(repaired(r#""\\\ud800""#).as_deref(), Some(r#""\\\uFFFD""#));
        assert_eq!(repaired(r#""\ud8"#), None);
        assert_eq!(repaired("\"\\"), None);
    }
}

//! Links within what stands around them.

/// Characters between two links, at most.
const MOST_BETWEEN: usize = 16;

/// Every link of a text, in order. Links stand side by side where the next piece begins with `http`; a comma within one
/// is its own.
pub(crate) fn links(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let mut links = Vec::new();
    let mut from = 0;
    while let Some(start) = lower.get(from..).and_then(next_link).map(|at| from + at) {
        let link = text.get(start..).unwrap_or_default();
        let end = end_of(link);
        links.push(without_closing(link.get(..end).unwrap_or_default()).to_owned());
        from = start + end;
    }
    links
}

/// Signs that no link has, white space and control characters aside.
const NOT_IN_LINKS: &str = "\"<>`“”‘’「」『』《》，、；。（）【】\\^";

/// Where a link begins.
fn next_link(lower: &str) -> Option<usize> {
    lower.match_indices("http").map(|(at, _)| at).find(|at| lower.get(*at..).is_some_and(begins_with_http))
}

/// Where a link ends: before white space, a quote or a sign that no link has, and before a separator with another link
/// behind it.
fn end_of(link: &str) -> usize {
    let is_end = |c: char| c.is_whitespace() || c.is_control() || NOT_IN_LINKS.contains(c);
    let ends = |(at, c): &(usize, char)| {
        is_end(*c)
            || (matches!(c, ',' | ';' | '|' | '\'') && {
                let behind = link.get(at + c.len_utf8()..).unwrap_or_default();
                let between = |c: &char| c.is_whitespace() || matches!(c, '\'' | ',' | ';' | '|');
                let skipped: usize = behind.chars().take(MOST_BETWEEN).take_while(between).map(char::len_utf8).sum();
                let behind = behind.get(skipped..).unwrap_or_default();
                behind.is_empty() || begins_with_http(behind)
            })
    };
    let end = link.char_indices().find(ends).map_or(link.len(), |(at, _)| at);
    end_of_name_with_spaces(link, end).unwrap_or(end)
}

/// Where a link ends that has a file's name with spaces in it: before the first one it names no file yet, and the line
/// ends with the name of one.
fn end_of_name_with_spaces(link: &str, space: usize) -> Option<usize> {
    let (before, behind) = link.split_at_checked(space)?;
    let name = before.rsplit('/').next().unwrap_or_default();
    if !behind.starts_with(' ') || names_file(name) {
        return None;
    }
    let to_line_end = behind.split(['\n', '\r', '"', '<', '>', '`']).next().unwrap_or_default().trim_end();
    let is_rest = names_file(to_line_end)
        && !to_line_end.to_ascii_lowercase().contains("http")
        && !to_line_end.contains([',', ';']);
    is_rest.then_some(space + to_line_end.len())
}

/// Whether a text ends like the name of a file: `.png`, and a query perhaps.
fn names_file(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        (2..=5).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

fn begins_with_http(text: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// A link without the marks of the sentence around it. A bracket that it opens is its own.
fn without_closing(mut link: &str) -> &str {
    loop {
        let bare = link.trim_end_matches(['.', ',', ';', ':', '!', '\'', '*', '|']);
        let unopened = [(')', '('), (']', '['), ('}', '{')]
            .iter()
            .find_map(|(close, open)| bare.strip_suffix(*close).filter(|rest| !balanced(rest, *open, *close)));
        match unopened {
            Some(shorter) => link = shorter,
            None => return bare,
        }
    }
}

/// Whether a bracket behind the text would close one of its own.
fn balanced(text: &str, open: char, close: char) -> bool {
    text.matches(open).count() > text.matches(close).count()
}

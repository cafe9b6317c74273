//! The kinds of checks that rules are made of.

use super::{Problem, Violation};
use crate::media::is_http_url;
use crate::{ElementRef, Media, MediaKind, check_task_id, is_blank};

pub(crate) type Broken = Result<(), Violation>;

pub(crate) fn ensure(holds: bool, field: &'static str, problem: Problem) -> Broken {
    if holds { Ok(()) } else { Err(Violation { field, problem }) }
}

/// As [`ensure`], for problems that are costly to word.
pub(crate) fn ensure_or(holds: bool, field: &'static str, problem: impl FnOnce() -> Problem) -> Broken {
    if holds { Ok(()) } else { Err(Violation { field, problem: problem() }) }
}

pub(crate) fn present(field: &'static str, text: Option<&str>) -> Broken {
    ensure(text.is_some_and(|text| !is_blank(text)), field, Problem::Empty)
}

/// C10: lengths are counted in characters.
pub(crate) fn at_most_chars(field: &'static str, text: &str, limit: usize) -> Broken {
    let found = text.chars().count();
    ensure(found <= limit, field, Problem::TooLong { found, limit })
}

pub(crate) fn items(field: &'static str, found: usize, least: usize, most: usize) -> Broken {
    ensure((least..=most).contains(&found), field, Problem::Count { found, least, most })
}

pub(crate) fn between(field: &'static str, found: f64, least: f64, most: f64) -> Broken {
    ensure((least..=most).contains(&found), field, Problem::OutOfRange { found, least, most })
}

/// C9: words are exact and lower case.
pub(crate) fn one_of(field: &'static str, word: Option<&str>, allowed: &[&'static str]) -> Broken {
    let known = word.is_none_or(|word| allowed.contains(&word));
    ensure_or(known, field, || Problem::NotOneOf { allowed: allowed.join(", ") })
}

pub(crate) fn not_with(holds: bool, field: &'static str, model: &str) -> Broken {
    ensure_or(holds, field, || Problem::NotWithModel { model: model.to_owned() })
}

/// Two fields of which one at most may be there.
pub(crate) fn not_both(field: &'static str, here: bool, other: &'static str, there: bool) -> Broken {
    ensure(!(here && there), field, Problem::ExclusiveWith { other })
}

/// A text as whole seconds, 1 or more.
pub(crate) fn whole_seconds(field: &'static str, text: &str) -> Result<u32, Violation> {
    // Sent as it is written: `05` and `+5` are not what Kling documents.
    let plain = text.starts_with(|first: char| first.is_ascii_digit() && first != '0');
    text.parse().ok().filter(|_| plain).ok_or(Violation { field, problem: Problem::NotSeconds })
}

/// C4: a URL, or Base64 without a prefix.
pub(crate) fn media<'a>(field: &'static str, media: impl IntoIterator<Item = &'a Media>) -> Broken {
    media.into_iter().try_for_each(|media| {
        let problem = match media.kind() {
            MediaKind::Url | MediaKind::Base64 => return Ok(()),
            MediaKind::DataUri => Problem::DataUri,
            MediaKind::Unknown if media.as_str().is_empty() => Problem::Empty,
            MediaKind::Unknown => Problem::NotMedia,
        };
        Err(Violation { field, problem })
    })
}

/// C4: a URL and nothing else.
pub(crate) fn url(field: &'static str, text: &str) -> Broken {
    ensure(!text.is_empty(), field, Problem::Empty)?;
    ensure(is_http_url(text), field, Problem::NotUrl)
}

/// C4 for the callback and C3 for the caller's own id; Kling takes an empty text for none.
pub(crate) fn caller(callback_url: Option<&str>, external_task_id: Option<&str>) -> Broken {
    callback_url.filter(|text| !text.is_empty()).map_or(Ok(()), |text| url("callback_url", text))?;
    external_task_id.filter(|id| !id.is_empty()).map_or(Ok(()), |id| {
        check_task_id(id)
            .map_err(|problem| Violation { field: "external_task_id", problem: Problem::BadTaskId(problem) })
    })
}

/// Element ids are 64-bit numbers.
pub(crate) fn element_ids(elements: &[ElementRef]) -> Broken {
    let numbers = elements.iter().all(|element| element.number().is_some());
    ensure(numbers, "element_list", Problem::NotAnId)
}

/// Whole seconds as a list that reads the same in every language: `5, 10`, `3–15`.
pub(crate) fn seconds_list(seconds: &[u32]) -> String {
    let runs = seconds.windows(2).all(|pair| matches!(pair, [one, next] if one + 1 == *next));
    match (seconds, seconds.first(), seconds.last()) {
        ([_, _, _, ..], Some(first), Some(last)) if runs => format!("{first}–{last}"),
        _ => seconds.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
    }
}

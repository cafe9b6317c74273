//! Points in time as the daemon reads and writes them.

use std::fmt::Write;

/// The forms that Go's `yaml.v3` takes an unquoted word for a timestamp in, as RFC 3339: with a zone after `T` or `t`,
/// without one after a space, or a date alone; months, days and times in one or two digits.
pub(super) fn from_plain(word: &str) -> Option<String> {
    let (date, time) = match word.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (word, None),
    };
    let zoned = word.contains(['T', 't']);
    let (year, month, day) = numbers(date, '-', 1)?;
    let Some(time) = time else { return rfc3339(year, month, day, "00:00:00", "Z") };
    let (time, zone) = match time.find(['Z', '+', '-']).and_then(|at| time.split_at_checked(at)) {
        Some((time, zone)) => (time, is_zone(zone).then_some(zone)),
        None => (time, None),
    };
    if zoned != zone.is_some() {
        return None;
    }
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let (hour, minute, second) = numbers(time, ':', 1)?;
    let in_range = hour < 24 && minute < 60 && second < 60 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let mut clock = format!("{hour:02}:{minute:02}:{second:02}");
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    if !fraction.is_empty() {
        let _ = write!(clock, ".{fraction}");
    }
    if !in_range {
        return None;
    }
    rfc3339(year, month, day, &clock, zone.map_or("Z", |zone| if zone.ends_with("00:00") { "Z" } else { zone }))
}

/// RFC 3339 alone, which is what a quoted timestamp has to be.
pub(super) fn from_quoted(text: &str) -> Option<String> {
    let digits = |range| text.get(range).is_some_and(|part: &str| part.bytes().all(|byte| byte.is_ascii_digit()));
    let full = [0..4, 5..7, 8..10, 11..13, 14..16, 17..19].into_iter().all(digits);
    if full && text.get(10..11) == Some("T") { from_plain(text) } else { None }
}

/// `a-b-c`: the first in four digits where it is a year, the others in one or two.
fn numbers(text: &str, separator: char, least: usize) -> Option<(u32, u32, u32)> {
    let mut parts = text.split(separator);
    let first = parts.next()?;
    let lengths = if separator == '-' { 4..=4 } else { least..=2 };
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        (digits && lengths.contains(&part.len())).then(|| part.parse().ok()).flatten()
    };
    let all = (number(first, lengths)?, number(parts.next()?, least..=2)?, number(parts.next()?, least..=2)?);
    parts.next().is_none().then_some(all)
}

fn is_zone(zone: &str) -> bool {
    let offset = |rest: &str| {
        let (hours, minutes) = rest.split_once(':')?;
        let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        (two(hours) && two(minutes)).then(|| hours.parse::<u8>().ok().zip(minutes.parse::<u8>().ok())).flatten()
    };
    let rest = zone.strip_prefix(['+', '-']);
    zone == "Z" || rest.and_then(offset).is_some_and(|(hours, minutes)| hours <= 24 && minutes < 60)
}

fn rfc3339(year: u32, month: u32, day: u32, clock: &str, zone: &str) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then(|| format!("{year:04}-{month:02}-{day:02}T{clock}{zone}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_becomes_rfc_3339() {
        for (word, expected) in [
            ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("2024-07-12T08:03:44.658600000Z", "2024-07-12T08:03:44.6586Z"),
            ("2026-1-2t3:4:5+08:00", "2026-01-02T03:04:05+08:00"),
            ("2026-11-23T00:00:00+00:00", "2026-11-23T00:00:00Z"),
            ("2026-11-23 10:00:00", "2026-11-23T10:00:00Z"),
            ("2024-2-29", "2024-02-29T00:00:00Z"),
        ] {
            assert_eq!(from_plain(word).as_deref(), Some(expected), "{word}");
        }
    }

    #[test]
    fn other_words_are_no_timestamps() {
        for word in ["2026", "2026-13-01", "2023-02-29", "26-01-01", "2026-01-01T00:00:00", "2026-01-01T24:00:00Z"] {
            assert_eq!(from_plain(word), None, "{word}");
        }
        for word in ["2026-1-1", "2026-01-01", "2026-01-01T1:00:00Z", "2026-01-01 00:00:00", "2026-01-01T00:00:00z", ""]
        {
            assert_eq!(from_quoted(word), None, "{word}");
        }
        assert!(from_quoted("2026-01-01T00:00:00Z").is_some());
    }
}

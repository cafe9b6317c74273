//! Shots written into a prompt: `shot n, m, words;`, where n is the place and m the length in whole seconds (vendor
//! documentation 2026-09-20, Kling 3.0, 3.0 Omni and 3.0 Turbo). The Chinese pages have a Chinese word in place of
//! `shot`; only the English one is written and read here.

use super::references;
use crate::Shot;

/// A shot as the prompt has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WrittenShot<'a> {
    pub(crate) seconds: u32,
    pub(crate) words: &'a str,
}

/// Writes shots in the order of their indices. A half-width semicolon would end a shot, so commas take their place.
pub(crate) fn write(shots: &[Shot]) -> String {
    let mut shots: Vec<_> = shots.iter().collect();
    shots.sort_by_key(|shot| shot.index);
    let written: Vec<_> = (1..)
        .zip(shots)
        .map(|(place, Shot { prompt, duration, .. })| {
            let words = references::to_new_surface(prompt.trim()).replace(';', ",");
            format!("shot {place}, {}, {words};", duration.trim())
        })
        .collect();
    written.join(" ")
}

/// Reads a prompt that is written as shots from beginning to end; `None` for every other prompt.
pub(crate) fn read(prompt: &str) -> Option<Vec<WrittenShot<'_>>> {
    let segments = prompt.split(';').map(str::trim).filter(|segment| !segment.is_empty());
    let shots = segments.map(read_one).collect::<Option<Vec<_>>>()?;
    if shots.is_empty() { None } else { Some(shots) }
}

fn read_one(segment: &str) -> Option<WrittenShot<'_>> {
    let (word, rest) = segment.split_once(' ')?;
    let mut parts = rest.splitn(3, ',').map(str::trim);
    let (place, seconds, words) = (parts.next()?, parts.next()?, parts.next()?);
    place.parse::<u32>().ok()?;
    let seconds = seconds.parse().ok()?;
    word.eq_ignore_ascii_case("shot").then_some(WrittenShot { seconds, words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shot(index: u32, prompt: &str, duration: &str) -> Shot {
        Shot { index, prompt: prompt.into(), duration: duration.into() }
    }

    #[test]
    fn shots_are_written_in_their_order_and_read_back() {
        let text = write(&[shot(2, "the fox runs; fast, into <<<image_1>>>", "5"), shot(1, " a fox wakes up ", "4")]);
        assert_eq!(text, "shot 1, 4, a fox wakes up; shot 2, 5, the fox runs, fast, into @image_1;");
        assert_eq!(
            read(&text).unwrap(),
            [
                WrittenShot { seconds: 4, words: "a fox wakes up" },
                WrittenShot { seconds: 5, words: "the fox runs, fast, into @image_1" }
            ]
        );
    }

    #[test]
    fn other_prompts_are_not_read_as_shots() {
        for prompt in ["", ";", "a boat; a lake", "shot one, 4, words", "shot 1, 4", "shot 1, 4, a; then b", "shot"] {
            assert_eq!(read(prompt), None, "{prompt}");
        }
    }
}

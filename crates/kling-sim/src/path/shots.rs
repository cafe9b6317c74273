//! Shots described in a prompt: `shot 1, 4, a fox wakes up; shot 2, 5, it runs;`.

use crate::refusal::Refusal;

const MOST_SHOTS: usize = 6;
const LONGEST_WORDS: usize = 512;
/// "Shot", in English and in Chinese.
const HEADS: &[&str] = &["shot", "Shot", "SHOT", "镜头"];

/// Holds a prompt that begins with a shot to the rules for shots; any other prompt is free.
pub(super) fn check(prompt: &str, seconds: u32) -> Result<(), Refusal> {
    let mut shots: Vec<(u32, usize)> = Vec::new();
    for segment in prompt.split(';').map(str::trim).filter(|segment| !segment.is_empty()) {
        match (Shot::read(segment), shots.last_mut()) {
            (Some(shot), _) => {
                if !(1..=MOST_SHOTS).contains(&shot.number) || shot.seconds == 0 {
                    return Err(Refusal::parameter(format!(
                        "prompt has a shot {} of {} s: shots are numbered 1 to {MOST_SHOTS} and last at least 1 s",
                        shot.number, shot.seconds
                    )));
                }
                shots.push((shot.seconds, shot.words.chars().count()));
            }
            // A semicolon within the words.
            (None, Some((_, length))) => *length += 1 + segment.chars().count(),
            (None, None) => return Ok(()),
        }
    }
    if shots.len() > MOST_SHOTS {
        return Err(Refusal::too_many("prompt shots", shots.len(), MOST_SHOTS));
    }
    if shots.iter().any(|(_, length)| *length > LONGEST_WORDS) {
        return Err(Refusal::parameter(format!("prompt shot exceeds the limit of {LONGEST_WORDS} characters")));
    }
    let total: u32 = shots.iter().map(|(seconds, _)| *seconds).fold(0, u32::saturating_add);
    if !shots.is_empty() && total != seconds {
        return Err(Refusal::parameter(format!("prompt shots sum to {total} seconds, duration is {seconds}")));
    }
    Ok(())
}

struct Shot<'a> {
    number: usize,
    seconds: u32,
    words: &'a str,
}

impl<'a> Shot<'a> {
    fn read(segment: &'a str) -> Option<Self> {
        let rest = HEADS.iter().find_map(|head| segment.strip_prefix(head))?;
        let mut parts = rest.splitn(3, ',').map(str::trim);
        let (number, seconds) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Self { number, seconds, words: parts.next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shots_fill_the_duration() {
        assert_eq!(check("shot 1, 4, a fox; a dog; shot 2, 5, it runs;", 9), Ok(()));
        assert_eq!(check("镜头1, 4, 雨; 镜头2, 5, 雪", 9), Ok(()));
        assert!(check("shot 1, 4, a fox; shot 2, 4, it runs;", 9).is_err());
        assert!(check("shot 1, 0, a fox; shot 2, 9, it runs;", 9).is_err());
        assert!(check("shot 7, 9, a fox", 9).is_err());
        assert!(check(&"shot 1, 1, a;".repeat(7), 7).is_err());
    }

    #[test]
    fn words_of_a_shot_are_limited() {
        assert_eq!(check(&format!("shot 1, 5, {}", "雨".repeat(512)), 5), Ok(()));
        assert!(check(&format!("shot 1, 5, {}", "雨".repeat(513)), 5).is_err());
        assert!(check(&format!("shot 1, 5, {};{}", "a".repeat(500), "b".repeat(20)), 5).is_err());
    }

    #[test]
    fn other_prompts_are_free() {
        for prompt in ["a shot, 2, of; rum", "shot 1: a fox", "shot 1, two, a fox", "", "one; shot 2, 5, two"] {
            assert_eq!(check(prompt, 5), Ok(()), "{prompt}");
        }
    }
}

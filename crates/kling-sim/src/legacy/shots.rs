//! What a video shows: one prompt, or a list of shots.

use serde_json::Value;

use crate::fields::{Fields, wrong_type};
use crate::refusal::Refusal;

pub(super) const LONGEST_PROMPT: usize = 2500;
const LONGEST_SHOT_PROMPT: usize = 512;
const MOST_SHOTS: usize = 6;

/// Checks `prompt`, `multi_shot`, `shot_type` and `multi_prompt` together and returns the texts that count.
pub(super) fn needed(body: Fields<'_>, seconds: u32) -> Result<Vec<&str>, Refusal> {
    prompts(body, seconds, true)
}

/// The same where a picture says enough: without shots there may be no text at all.
pub(super) fn wanted(body: Fields<'_>, seconds: u32) -> Result<Vec<&str>, Refusal> {
    prompts(body, seconds, false)
}

fn prompts(body: Fields<'_>, seconds: u32, is_needed: bool) -> Result<Vec<&str>, Refusal> {
    let several = body.boolean("multi_shot")?.unwrap_or(false);
    let customized = several && {
        if body.string("shot_type")?.is_none() {
            return Err(Refusal::empty("shot_type"));
        }
        body.choice("shot_type", &["customize", "intelligence"])? == "customize"
    };
    if customized {
        return shots(body.list("multi_prompt")?.unwrap_or_default(), seconds);
    }
    match body.text("prompt", LONGEST_PROMPT)?.filter(|prompt| !prompt.trim().is_empty()) {
        None if is_needed || several => Err(Refusal::empty("prompt")),
        prompt => Ok(prompt.into_iter().collect()),
    }
}

fn shots(list: &[Value], seconds: u32) -> Result<Vec<&str>, Refusal> {
    match list.len() {
        0 => return Err(Refusal::empty("multi_prompt")),
        1..=MOST_SHOTS => {}
        many => {
            return Err(Refusal::too_many("multi_prompt", many, MOST_SHOTS));
        }
    }
    let mut total = 0;
    let mut prompts = Vec::with_capacity(list.len());
    for shot in list {
        let shot = Fields::of(shot).ok_or_else(|| wrong_type("multi_prompt", "list of objects"))?;
        if shot.integer("index")?.is_none() {
            return Err(Refusal::empty("multi_prompt.index"));
        }
        let prompt = shot.text("prompt", LONGEST_SHOT_PROMPT)?.filter(|prompt| !prompt.trim().is_empty());
        prompts.push(prompt.ok_or_else(|| Refusal::empty("multi_prompt.prompt"))?);
        total += shot_seconds(shot, seconds)?;
    }
    if total == seconds {
        Ok(prompts)
    } else {
        Err(Refusal::parameter(format!("multi_prompt durations sum to {total}, duration is {seconds}")))
    }
}

fn shot_seconds(shot: Fields<'_>, whole: u32) -> Result<u32, Refusal> {
    let duration = shot.string("duration")?.ok_or_else(|| Refusal::empty("multi_prompt.duration"))?;
    let seconds = duration.parse().ok().filter(|seconds| (1..=whole).contains(seconds));
    seconds.ok_or_else(|| Refusal::value("multi_prompt.duration", duration))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shot(prompt: &str, duration: &str) -> Value {
        json!({ "index": 1, "prompt": prompt, "duration": duration })
    }

    fn customized(shots: &[Value]) -> Result<usize, Refusal> {
        let body = json!({ "multi_shot": true, "shot_type": "customize", "prompt": "", "multi_prompt": shots });
        needed(Fields::of(&body).unwrap(), 5).map(|prompts| prompts.len())
    }

    #[test]
    fn shots_fill_the_duration_exactly() {
        assert_eq!(customized(&[shot("a", "2"), shot("b", "3")]), Ok(2));
        assert!(customized(&[shot("a", "2"), shot("b", "2")]).is_err());
        assert!(customized(&[shot("a", "0"), shot("b", "5")]).is_err());
        assert!(customized(&[shot("a", "6")]).is_err());
        assert!(customized(&[]).is_err());
    }

    #[test]
    fn shots_are_at_most_six_and_short() {
        let six: Vec<_> = (0..6).map(|_| shot("a", "1")).collect();
        let body = json!({ "multi_shot": true, "shot_type": "customize", "multi_prompt": six });
        assert_eq!(needed(Fields::of(&body).unwrap(), 6).map(|prompts| prompts.len()), Ok(6));
        let seven: Vec<_> = (0..7).map(|_| shot("a", "1")).collect();
        let body = json!({ "multi_shot": true, "shot_type": "customize", "multi_prompt": seven });
        assert!(needed(Fields::of(&body).unwrap(), 7).is_err());
        assert_eq!(customized(&[shot(&"é".repeat(512), "5")]), Ok(1));
        assert!(customized(&[shot(&"é".repeat(513), "5")]).is_err());
    }

    #[test]
    fn without_customized_shots_the_prompt_counts() {
        let check = |body: Value| needed(Fields::of(&body).unwrap(), 5).map(|prompts| prompts.len());
        assert_eq!(check(json!({ "prompt": "x", "multi_prompt": "void" })), Ok(1));
        assert_eq!(check(json!({ "prompt": "x", "multi_shot": true, "shot_type": "intelligence" })), Ok(1));
        assert_eq!(check(json!({ "multi_shot": true, "shot_type": "intelligence" })), Err(Refusal::empty("prompt")));
        assert_eq!(check(json!({ "prompt": "x", "multi_shot": true })), Err(Refusal::empty("shot_type")));
        assert_eq!(check(json!({ "prompt": "  " })), Err(Refusal::empty("prompt")));
        assert!(check(json!({ "prompt": "x".repeat(2501) })).is_err());
    }

    #[test]
    fn a_picture_may_say_enough() {
        let check = |body: Value| wanted(Fields::of(&body).unwrap(), 5).map(|prompts| prompts.len());
        assert_eq!(check(json!({ "prompt": " " })), Ok(0));
        assert_eq!(check(json!({ "multi_shot": true, "shot_type": "intelligence" })), Err(Refusal::empty("prompt")));
    }
}

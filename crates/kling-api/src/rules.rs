//! What can be refused before anything is sent, and so before anything is paid.
//!
//! Rules of the legacy text-to-video page (vendor documentation 2026-03-27 and 2026-09-20). Values from closed lists
//! that may grow (model, mode) are left to Kling.

use std::fmt;
use std::ops::Deref;

use crate::{Shot, Text2VideoRequest};

/// Characters in a prompt, at most.
pub const MAX_PROMPT_CHARS: usize = 2500;
/// Characters in a negative prompt, at most.
pub const MAX_NEGATIVE_PROMPT_CHARS: usize = 2500;
/// Shots in a customized multi-shot video, at most.
pub const MAX_SHOTS: usize = 6;
/// Characters in one shot's prompt, at most.
pub const MAX_SHOT_CHARS: usize = 512;
/// Voices in a request, at most.
pub const MAX_VOICES: usize = 2;

/// A request that follows every rule known here. Only the checks make one, and it cannot be changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked<T>(T);

impl<T> Checked<T> {
    /// The request itself, unchecked again.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Checked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A rule that a request breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Violation {
    /// The field, as the API names it.
    pub field: &'static str,
    /// What it holds: never the user's text, only its measure.
    pub found: String,
    /// What it may hold.
    pub allowed: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}: {}", self.field, self.found, self.allowed)
    }
}

fn ensure(
    holds: bool,
    field: &'static str,
    found: impl fmt::Display,
    allowed: impl Into<String>,
) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { field, found: found.to_string(), allowed: allowed.into() }) }
}

fn at_most_chars(field: &'static str, text: &str, limit: usize) -> Result<(), Violation> {
    let length = text.chars().count();
    ensure(length <= limit, field, format_args!("{length} characters long"), format!("at most {limit} are allowed"))
}

impl Text2VideoRequest {
    /// Applies the rules.
    ///
    /// # Errors
    /// The first rule that is broken, in the order a user reads the form.
    pub fn check(self) -> Result<Checked<Self>, Violation> {
        self.check_prompt()?;
        self.check_shots()?;
        if let Some(negative) = &self.negative_prompt {
            at_most_chars("negative_prompt", negative, MAX_NEGATIVE_PROMPT_CHARS)?;
        }
        let voices = self.voice_list.len();
        ensure(
            voices <= MAX_VOICES,
            "voice_list",
            format_args!("{voices} voices"),
            format!("at most {MAX_VOICES} are allowed"),
        )?;
        ensure(
            voices == 0 || self.sound.as_deref() == Some("on"),
            "sound",
            self.sound.as_deref().unwrap_or("off"),
            "on is needed when voice_list names a voice",
        )?;
        if let Some(scale) = self.cfg_scale {
            ensure((0.0..=1.0).contains(&scale), "cfg_scale", scale, "0 to 1 is allowed")?;
        }
        if let Some(duration) = self.duration.as_deref() {
            ensure(self.seconds().is_some(), "duration", duration, "whole seconds, such as 5 or 10, are allowed")?;
        }
        Ok(Checked(self))
    }

    fn seconds(&self) -> Option<u32> {
        // Kling's own default is five seconds.
        self.duration.as_deref().unwrap_or("5").parse().ok().filter(|seconds| *seconds > 0)
    }

    fn is_customized(&self) -> bool {
        self.multi_shot == Some(true) && self.shot_type.as_deref() == Some("customize")
    }

    /// L1: a prompt is needed, except where the shots speak for themselves.
    fn check_prompt(&self) -> Result<(), Violation> {
        let prompt = self.prompt.as_deref().unwrap_or_default();
        ensure(self.is_customized() || !prompt.trim().is_empty(), "prompt", "empty", "say what the video should show")?;
        at_most_chars("prompt", prompt, MAX_PROMPT_CHARS)
    }

    /// L3 and L4: which shots a multi-shot video needs, and what they add up to.
    fn check_shots(&self) -> Result<(), Violation> {
        if self.multi_shot != Some(true) {
            return Ok(());
        }
        let kind = self.shot_type.as_deref();
        ensure(kind.is_some(), "shot_type", "missing", "customize or intelligence is needed when multi_shot is true")?;
        if !self.is_customized() {
            return Ok(());
        }
        let count = self.multi_prompt.len();
        ensure(
            (1..=MAX_SHOTS).contains(&count),
            "multi_prompt",
            format_args!("{count} shots"),
            format!("1 to {MAX_SHOTS} are needed when shot_type is customize"),
        )?;
        let mut sum = 0_u32;
        for Shot { prompt, duration, .. } in &self.multi_prompt {
            at_most_chars("multi_prompt", prompt, MAX_SHOT_CHARS)?;
            let seconds = duration.parse::<u32>().ok().filter(|seconds| *seconds > 0);
            ensure(seconds.is_some(), "multi_prompt", "without a length", "each shot lasts at least 1 whole second")?;
            sum = sum.saturating_add(seconds.unwrap_or_default());
        }
        let total = self.seconds();
        ensure(
            total.is_none_or(|total| total == sum),
            "multi_prompt",
            format_args!("{sum} s long in all"),
            format!("the shots must add up to duration, {} s", total.unwrap_or_default()),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::Voice;

    use super::*;

    fn request() -> Text2VideoRequest {
        Text2VideoRequest { prompt: Some("a paper boat".into()), ..Text2VideoRequest::default() }
    }

    fn shots(lengths: &[&str]) -> Text2VideoRequest {
        Text2VideoRequest {
            multi_shot: Some(true),
            shot_type: Some("customize".into()),
            multi_prompt: (1..)
                .zip(lengths)
                .map(|(index, duration)| Shot { index, prompt: "door opens".into(), duration: (*duration).to_owned() })
                .collect(),
            ..Text2VideoRequest::default()
        }
    }

    fn refused(request: Text2VideoRequest) -> String {
        request.check().expect_err("the request breaks a rule").to_string()
    }

    #[test]
    fn a_plain_prompt_is_enough() {
        assert_eq!(request().check().unwrap().into_inner(), request());
    }

    #[test]
    fn l1_a_missing_or_blank_prompt_is_refused() {
        for prompt in [None, Some(String::new()), Some(" \n\t".to_owned())] {
            assert_eq!(
                refused(Text2VideoRequest { prompt, ..request() }),
                "prompt is empty: say what the video should show"
            );
        }
        let intelligence = Text2VideoRequest { shot_type: Some("intelligence".into()), ..shots(&[]) };
        assert!(refused(intelligence).starts_with("prompt is empty"));
    }

    #[test]
    fn lengths_count_characters_and_never_quote_the_text() {
        let longest = "画".repeat(MAX_PROMPT_CHARS);
        assert!(Text2VideoRequest { prompt: Some(longest.clone()), ..request() }.check().is_ok());
        assert_eq!(
            refused(Text2VideoRequest { prompt: Some(longest.clone() + "画"), ..request() }),
            "prompt is 2501 characters long: at most 2500 are allowed"
        );
        assert_eq!(
            refused(Text2VideoRequest { negative_prompt: Some(longest + "画"), ..request() }),
            "negative_prompt is 2501 characters long: at most 2500 are allowed"
        );
    }

    #[test]
    fn l3_shots_are_one_to_six_and_add_up_to_the_duration() {
        assert!(shots(&["2", "3"]).check().is_ok());
        assert!(Text2VideoRequest { duration: Some("9".into()), ..shots(&["4", "5"]) }.check().is_ok());
        assert!(refused(shots(&["2", "2"])).starts_with("multi_prompt is 4 s long in all"));
        assert!(refused(shots(&["1"; 7])).starts_with("multi_prompt is 7 shots"));
        assert!(refused(shots(&["5", "0"])).contains("at least 1 whole second"));
        assert!(refused(shots(&["x"])).contains("at least 1 whole second"));
        let mut long = shots(&["5"]);
        long.multi_prompt[0].prompt = "x".repeat(MAX_SHOT_CHARS + 1);
        assert!(refused(long).contains("513 characters"));
    }

    #[test]
    fn l4_multi_shot_needs_its_type_and_its_shots() {
        assert!(refused(Text2VideoRequest { multi_shot: Some(true), ..request() }).starts_with("shot_type is missing"));
        assert!(refused(shots(&[])).starts_with("multi_prompt is 0 shots"));
    }

    #[test]
    fn l5_cfg_scale_lies_between_0_and_1() {
        for scale in [-0.1, 1.1, f64::NAN] {
            assert!(refused(Text2VideoRequest { cfg_scale: Some(scale), ..request() }).starts_with("cfg_scale is"));
        }
        assert!(Text2VideoRequest { cfg_scale: Some(1.0), ..request() }.check().is_ok());
    }

    #[test]
    fn l7_voices_are_two_at_most_and_need_sound() {
        let voice = Voice { voice_id: "850000000000000001".into() };
        let with = |count: usize, sound: Option<&str>| Text2VideoRequest {
            voice_list: vec![voice.clone(); count],
            sound: sound.map(str::to_owned),
            ..request()
        };
        assert!(with(2, Some("on")).check().is_ok());
        assert!(refused(with(3, Some("on"))).starts_with("voice_list is 3 voices"));
        assert!(refused(with(1, None)).starts_with("sound is off"));
    }

    #[test]
    fn duration_is_whole_seconds() {
        for duration in ["abc", "5.5", "-5", "0", ""] {
            assert!(
                refused(Text2VideoRequest { duration: Some(duration.into()), ..request() }).starts_with("duration is")
            );
        }
    }
}

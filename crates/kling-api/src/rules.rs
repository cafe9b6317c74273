//! What can be refused before anything is sent, and so before anything is paid.
//!
//! Rules of the legacy text-to-video page (vendor documentation 2026-03-27 and 2026-09-20). Values from closed lists
//! that may grow (model, mode) are left to Kling.

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
/// Kling's own default length.
const DEFAULT_SECONDS: &str = "5";
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
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct Violation {
    /// The field, as the API names it.
    pub field: &'static str,
    /// What is wrong with it. Never holds the user's text, only its measure.
    pub problem: Problem,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Nothing, or white space only.
    #[error("is empty")]
    Empty,
    /// Too many characters.
    #[error("is {found} characters long: at most {limit} are allowed")]
    TooLong {
        /// Characters there.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// Too few or too many items.
    #[error("has {found} items: {least} to {most} are allowed")]
    Count {
        /// Items there.
        found: usize,
        /// Items needed.
        least: usize,
        /// Items allowed.
        most: usize,
    },
    /// A number outside its range.
    #[error("is {found}: {least} to {most} is allowed")]
    OutOfRange {
        /// The number.
        found: f64,
        /// The smallest allowed.
        least: f64,
        /// The largest allowed.
        most: f64,
    },
    /// Not a whole number of seconds, 1 or more.
    #[error("must be whole seconds, such as 5 or 10")]
    NotSeconds,
    /// Must have a certain value because of another field.
    #[error("must be {wanted} because of {because}")]
    Needed {
        /// The value or values to choose from.
        wanted: &'static str,
        /// The other field.
        because: &'static str,
    },
    /// Parts that do not add up.
    #[error("adds up to {sum} s: it must be {total} s, the duration")]
    Sum {
        /// What the parts add up to.
        sum: u32,
        /// What they should.
        total: u32,
    },
}

fn ensure(holds: bool, field: &'static str, problem: Problem) -> Result<(), Violation> {
    if holds { Ok(()) } else { Err(Violation { field, problem }) }
}

fn at_most_chars(field: &'static str, text: &str, limit: usize) -> Result<(), Violation> {
    let found = text.chars().count();
    ensure(found <= limit, field, Problem::TooLong { found, limit })
}

fn items(field: &'static str, found: usize, least: usize, most: usize) -> Result<(), Violation> {
    ensure((least..=most).contains(&found), field, Problem::Count { found, least, most })
}

/// A text as whole seconds, 1 or more.
fn whole_seconds(field: &'static str, text: &str) -> Result<u32, Violation> {
    text.parse().ok().filter(|seconds| *seconds > 0).ok_or(Violation { field, problem: Problem::NotSeconds })
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
        self.check_voices()?;
        if let Some(found) = self.cfg_scale {
            let (least, most) = (0.0, 1.0);
            ensure((least..=most).contains(&found), "cfg_scale", Problem::OutOfRange { found, least, most })?;
        }
        self.seconds()?;
        Ok(Checked(self))
    }

    fn seconds(&self) -> Result<u32, Violation> {
        whole_seconds("duration", self.duration.as_deref().unwrap_or(DEFAULT_SECONDS))
    }

    fn is_customized(&self) -> bool {
        self.multi_shot == Some(true) && self.shot_type.as_deref() == Some("customize")
    }

    /// L1: a prompt is needed, except where the shots speak for themselves.
    fn check_prompt(&self) -> Result<(), Violation> {
        let prompt = self.prompt.as_deref().unwrap_or_default();
        ensure(self.is_customized() || !prompt.trim().is_empty(), "prompt", Problem::Empty)?;
        at_most_chars("prompt", prompt, MAX_PROMPT_CHARS)
    }

    /// L3 and L4: which shots a multi-shot video needs, and what they add up to.
    fn check_shots(&self) -> Result<(), Violation> {
        if self.multi_shot != Some(true) {
            return Ok(());
        }
        let wanted = "customize or intelligence";
        ensure(self.shot_type.is_some(), "shot_type", Problem::Needed { wanted, because: "multi_shot" })?;
        if !self.is_customized() {
            return Ok(());
        }
        items("multi_prompt", self.multi_prompt.len(), 1, MAX_SHOTS)?;
        let mut sum = 0_u32;
        for Shot { prompt, duration, .. } in &self.multi_prompt {
            at_most_chars("multi_prompt", prompt, MAX_SHOT_CHARS)?;
            sum = sum.saturating_add(whole_seconds("multi_prompt", duration)?);
        }
        let total = self.seconds()?;
        ensure(sum == total, "multi_prompt", Problem::Sum { sum, total })
    }

    /// L7: two voices at most, and only with sound.
    fn check_voices(&self) -> Result<(), Violation> {
        items("voice_list", self.voice_list.len(), 0, MAX_VOICES)?;
        let sound = self.sound.as_deref() == Some("on");
        ensure(sound || self.voice_list.is_empty(), "sound", Problem::Needed { wanted: "on", because: "voice_list" })
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
            assert_eq!(refused(Text2VideoRequest { prompt, ..request() }), "prompt is empty");
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
        assert!(refused(shots(&["2", "2"])).starts_with("multi_prompt adds up to 4 s"));
        assert!(refused(shots(&["1"; 7])).starts_with("multi_prompt has 7 items"));
        assert!(refused(shots(&["5", "0"])).contains("must be whole seconds"));
        assert!(refused(shots(&["x"])).contains("must be whole seconds"));
        let mut long = shots(&["5"]);
        long.multi_prompt[0].prompt = "x".repeat(MAX_SHOT_CHARS + 1);
        assert!(refused(long).contains("513 characters"));
    }

    #[test]
    fn l4_multi_shot_needs_its_type_and_its_shots() {
        assert!(
            refused(Text2VideoRequest { multi_shot: Some(true), ..request() })
                .starts_with("shot_type must be customize or intelligence")
        );
        assert!(refused(shots(&[])).starts_with("multi_prompt has 0 items"));
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
        assert!(refused(with(3, Some("on"))).starts_with("voice_list has 3 items"));
        assert!(refused(with(1, None)).starts_with("sound must be on because of voice_list"));
    }

    #[test]
    fn duration_is_whole_seconds() {
        for duration in ["abc", "5.5", "-5", "0", ""] {
            assert!(
                refused(Text2VideoRequest { duration: Some(duration.into()), ..request() })
                    .starts_with("duration must be whole seconds")
            );
        }
    }
}

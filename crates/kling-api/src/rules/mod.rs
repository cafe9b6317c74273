//! What can be refused before anything is sent, and so before anything is paid.
//!
//! A rule is a small function named by its id (N7, L3, ...) or by what it compares; a request's rules are a list of them, in
//! the order a user reads the form. N rules are the new surface's conditions, V its values, L the legacy pages, C what is
//! common; an id stands for the same rule in the tests.
//!
//! Refused is what the vendor's documentation (2026-03-27, 2026-09-20, early 2026-10) refuses for a model known here. What
//! a single source says, what the pages contradict each other on, and what only the older table of 2026-03 says about
//! models since retired, is a warning. Names of models this release has not heard of skip the rules about models.

mod abilities;
mod camera;
mod checked;
mod element;
mod image2video;
mod image_generation;
mod images;
mod legacy_video;
mod measures;
mod omni;
mod omni_image;
mod omni_video;
mod path;
mod path_settings;
mod problem;
mod shots;
mod text2video;
mod words;

pub use checked::Checked;
pub use element::{MAX_ELEMENT_DESCRIPTION_CHARS, MAX_ELEMENT_NAME_CHARS, MAX_ELEMENT_REFER_IMAGES};
pub use image2video::{MAX_DYNAMIC_MASKS, MAX_I2V_ELEMENTS, MAX_TRAJECTORY_POINTS};
pub use images::{MAX_IMAGES, MAX_INPUTS, MAX_SERIES_IMAGES, MIN_SERIES_IMAGES};
pub use problem::{Problem, Violation};

pub(crate) use legacy_video::{LegacyVideo, check_words_and_shots};
pub(crate) use measures::not_with;
pub(crate) use path::c8_task_page;

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
/// Kling's own default length of a video.
pub(crate) const DEFAULT_SECONDS: u32 = 5;

/// A rule about one kind of request.
type Rule<T> = fn(&T) -> Result<(), Violation>;

fn first_broken<T>(request: &T, rules: &[Rule<T>]) -> Result<(), Violation> {
    rules.iter().try_for_each(|rule| rule(request))
}

fn all_broken<T>(request: &T, rules: &[Rule<T>]) -> Vec<Violation> {
    rules.iter().filter_map(|rule| rule(request).err()).collect()
}

#[cfg(test)]
mod tests;

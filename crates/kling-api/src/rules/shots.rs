//! Several shots in one video.

use super::measures::{Broken, at_most_chars, ensure, items, one_of, whole_seconds};
use super::{LegacyVideo, MAX_SHOT_CHARS, MAX_SHOTS, Problem};
use crate::Shot;

const TYPES: &[&str] = &["customize", "intelligence"];

/// L4: several shots need their type.
pub(super) fn l4_type(video: &LegacyVideo<'_>) -> Broken {
    if !video.is_multi_shot() {
        return Ok(());
    }
    let wanted = "customize or intelligence";
    ensure(video.shot_type.is_some(), "shot_type", Problem::Needed { wanted, because: "multi_shot" })?;
    if video.is_unknown_model() { Ok(()) } else { one_of("shot_type", video.shot_type, TYPES) }
}

/// L3: customized shots are one to six and add up to the duration; L4: they are there.
pub(super) fn l3_shots(video: &LegacyVideo<'_>) -> Broken {
    if !video.is_customized() {
        return Ok(());
    }
    items("multi_prompt", video.shots.len(), 1, MAX_SHOTS)?;
    let mut sum = 0_u32;
    for Shot { prompt, duration, .. } in video.shots {
        at_most_chars("multi_prompt", prompt, MAX_SHOT_CHARS)?;
        sum = sum.saturating_add(whole_seconds("multi_prompt", duration)?);
    }
    let total = video.seconds()?;
    ensure(sum == total, "multi_prompt", Problem::Sum { sum, total })
}

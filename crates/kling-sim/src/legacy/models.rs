//! Which models make videos and images on `/v1` (documentation of 2026-03-27, 4K since 2026-04-23; images of 2026-09-20).

use crate::account::Pack;
use crate::order::Seconds;
use crate::refusal::Refusal;
use crate::state::SimState;
use crate::versions;

/// What `model_name` means when it is missing.
pub(super) const DEFAULT: &str = "kling-v1";

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) name: &'static str,
    /// The first one is the default.
    pub(super) modes: &'static [&'static str],
    /// The modes that may have sound, where the service was seen to refuse the others.
    pub(super) modes_with_sound: &'static [&'static str],
    seconds: Seconds,
    /// Whether words alone are enough for it.
    from_text: bool,
}

impl Model {
    const fn older(name: &'static str) -> Self {
        Self {
            name,
            modes: &["std", "pro"],
            modes_with_sound: &["std", "pro"],
            seconds: Seconds::FiveOrTen,
            from_text: true,
        }
    }

    /// The length a `duration` asks for. The service takes whole seconds written as a string.
    pub(super) fn seconds(&self, duration: &str) -> Result<u32, Refusal> {
        seconds(duration, self.seconds)
    }
}

pub(super) fn seconds(duration: &str, allowed: Seconds) -> Result<u32, Refusal> {
    let seconds = duration.parse().ok().filter(|seconds| allowed.allow(*seconds));
    // "05" and "+5" are numbers, but not values of the table.
    seconds.filter(|seconds| seconds.to_string() == duration).ok_or_else(|| Refusal::value("duration", duration))
}

const VIDEO: &[Model] = &[
    Model::older("kling-v1"),
    Model { from_text: false, ..Model::older("kling-v1-5") },
    Model::older("kling-v1-6"),
    Model::older("kling-v2-master"),
    Model { from_text: false, ..Model::older("kling-v2-1") },
    Model::older("kling-v2-1-master"),
    Model::older("kling-v2-5-turbo"),
    Model { modes_with_sound: &["pro"], ..Model::older("kling-v2-6") },
    Model {
        name: "kling-v3",
        modes: &["std", "pro", "4k"],
        modes_with_sound: &["std", "pro", "4k"],
        seconds: Seconds::UpTo(15),
        from_text: true,
    },
];

/// The first one is the default.
const IMAGE: &[&str] = &["kling-v3", "kling-v2-1", "kling-v1", "kling-v1-5", "kling-v2", "kling-v2-new"];

pub(super) fn text_to_video(name: &str, state: &SimState) -> Result<&'static Model, Refusal> {
    video(name, state, |model| model.from_text)
}

pub(super) fn image_to_video(name: &str, state: &SimState) -> Result<&'static Model, Refusal> {
    video(name, state, |_| true)
}

fn video(name: &str, state: &SimState, fits: impl Fn(&Model) -> bool) -> Result<&'static Model, Refusal> {
    let model = VIDEO.iter().find(|model| model.name == name && fits(model)).ok_or_else(|| stranger(name))?;
    state.check_retired(model.name, Pack::Video)?;
    Ok(model)
}

pub(super) fn image(name: Option<&str>, state: &SimState) -> Result<&'static str, Refusal> {
    let name = one_of(name, IMAGE)?;
    state.check_retired(name, Pack::Image)?;
    Ok(name)
}

/// One of an endpoint's names, the first one by default.
pub(super) fn one_of(name: Option<&str>, names: &[&'static str]) -> Result<&'static str, Refusal> {
    let wanted = name.or_else(|| names.first().copied()).unwrap_or_default();
    names.iter().copied().find(|name| *name == wanted).ok_or_else(|| stranger(wanted))
}

fn stranger(name: &str) -> Refusal {
    if versions::is_known(name) { Refusal::model_elsewhere(name) } else { Refusal::unknown_model() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_depend_on_the_model() {
        let state = SimState::idle();
        let v3 = text_to_video("kling-v3", &state).unwrap();
        let v2_6 = text_to_video("kling-v2-6", &state).unwrap();
        assert_eq!(v3.seconds("15"), Ok(15));
        assert_eq!(v2_6.seconds("10"), Ok(10));
        for (model, duration) in [(v3, "2"), (v3, "16"), (v3, "05"), (v3, "5.0"), (v3, ""), (v2_6, "7")] {
            assert_eq!(model.seconds(duration), Err(Refusal::value("duration", duration)));
        }
    }

    #[test]
    fn a_model_of_another_endpoint_is_not_an_unknown_one() {
        let state = SimState::idle();
        assert_eq!(text_to_video("kling-3.0-turbo", &state), Err(Refusal::model_elsewhere("kling-3.0-turbo")));
        assert_eq!(text_to_video("kling-v2-1", &state), Err(Refusal::model_elsewhere("kling-v2-1")));
        assert_eq!(image_to_video("kling-v2-1", &state).unwrap().name, "kling-v2-1");
        assert_eq!(text_to_video("kling-v99", &state), Err(Refusal::unknown_model()));
        assert_eq!(image(Some("kling-v3-omni"), &state), Err(Refusal::model_elsewhere("kling-v3-omni")));
        assert_eq!(image(None, &state), Ok("kling-v3"));
    }
}

//! Which models make videos from text on `/v1` (documentation of 2026-03-27, 4K since 2026-04-23).

use crate::refusal::Refusal;

/// What `model_name` means when it is missing.
pub(crate) const DEFAULT: &str = "kling-v1";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) name: &'static str,
    /// The first one is the default.
    pub(crate) modes: &'static [&'static str],
    /// The modes that may have sound, where the service was seen to refuse the others.
    pub(crate) modes_with_sound: &'static [&'static str],
    seconds: Seconds,
}

#[derive(Debug, PartialEq, Eq)]
enum Seconds {
    FiveOrTen,
    ThreeToFifteen,
}

impl Model {
    const fn older(name: &'static str) -> Self {
        Self { name, modes: &["std", "pro"], modes_with_sound: &["std", "pro"], seconds: Seconds::FiveOrTen }
    }

    /// The length a `duration` asks for. The service takes whole seconds written as a string.
    pub(crate) fn seconds(&self, duration: &str) -> Result<u32, Refusal> {
        let refusal = || Refusal::value("duration", duration);
        let seconds: u32 = duration.parse().map_err(|_| refusal())?;
        let allowed = match self.seconds {
            Seconds::FiveOrTen => matches!(seconds, 5 | 10),
            Seconds::ThreeToFifteen => matches!(seconds, 3..=15),
        };
        // "05" and "+5" are numbers, but not values of the table.
        if allowed && seconds.to_string() == duration { Ok(seconds) } else { Err(refusal()) }
    }
}

const TEXT_TO_VIDEO: &[Model] = &[
    Model::older("kling-v1"),
    Model::older("kling-v1-6"),
    Model::older("kling-v2-master"),
    Model::older("kling-v2-1-master"),
    Model::older("kling-v2-5-turbo"),
    Model { modes_with_sound: &["pro"], ..Model::older("kling-v2-6") },
    Model {
        name: "kling-v3",
        modes: &["std", "pro", "4k"],
        modes_with_sound: &["std", "pro", "4k"],
        seconds: Seconds::ThreeToFifteen,
    },
];

/// Models of other endpoints.
const ELSEWHERE: &[&str] = &[
    "kling-v1-5",
    "kling-v2-1",
    "kling-v3-omni",
    "kling-video-o1",
    "kling-image-o1",
    "kling-v2",
    "kling-v2-new",
    "kling-3.0-turbo",
    "kling-3.0",
    "kling-3.0-omni",
    "kling-o1",
    "kling-2.6",
    "kling-2.5-turbo",
];

pub(crate) fn text_to_video(name: &str) -> Result<&'static Model, Refusal> {
    TEXT_TO_VIDEO.iter().find(|model| model.name == name).ok_or_else(|| {
        if ELSEWHERE.contains(&name) {
            Refusal::model_elsewhere(name)
        } else {
            Refusal::parameter("model is not supported")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_depend_on_the_model() {
        let v3 = text_to_video("kling-v3").unwrap();
        let v2_6 = text_to_video("kling-v2-6").unwrap();
        assert_eq!(v3.seconds("15"), Ok(15));
        assert_eq!(v2_6.seconds("10"), Ok(10));
        for (model, duration) in [(v3, "2"), (v3, "16"), (v3, "05"), (v3, "5.0"), (v3, ""), (v2_6, "7")] {
            assert_eq!(model.seconds(duration), Err(Refusal::value("duration", duration)));
        }
    }

    #[test]
    fn a_model_of_another_endpoint_is_not_an_unknown_one() {
        assert_eq!(text_to_video("kling-3.0-turbo"), Err(Refusal::model_elsewhere("kling-3.0-turbo")));
        assert_eq!(text_to_video("kling-v99"), Err(Refusal::parameter("model is not supported")));
    }
}

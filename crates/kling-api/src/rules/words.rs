//! The new surface's words in those of the legacy forms, which are all that a user of a form knows.

use super::{Problem, Violation};
use crate::Product;

/// Fields: new surface, legacy. `first_frame` of omni video keeps its name: it is a word of the legacy page too.
const EVERY_FIELD: &[(&str, &str)] = &[
    ("resolution", "mode"),
    ("audio", "sound"),
    ("element", "element_list"),
    ("voice", "voice_list"),
    ("refer_image", "image_list"),
    ("feature_video", "video_list"),
    ("base_video", "video_list"),
    ("first_frame, feature_video, base_video", "first_frame, video_list"),
];
const IMAGE_TO_VIDEO: &[(&str, &str)] = &[("first_frame", "image"), ("last_frame", "image_tail")];
const OMNI_VIDEO: &[(&str, &str)] = &[("last_frame", "end_frame")];

/// Values: new surface, legacy. Original sound has a field of its own there.
const VALUES: &[(&str, &str)] =
    &[("720p", "std"), ("1080p", "pro"), ("native", "on"), ("original", "off"), ("original or off", "off")];

fn translate<'a>(word: &'a str, tables: &[&[(&'static str, &'static str)]]) -> &'a str {
    let rows = tables.iter().flat_map(|table| table.iter());
    rows.into_iter().find(|(new, _)| *new == word).map_or(word, |(_, legacy)| legacy)
}

fn translate_list(list: &str) -> String {
    let mut words: Vec<_> = list.split(", ").map(|word| translate(word, &[VALUES])).collect();
    words.dedup();
    words.join(", ")
}

impl Violation {
    /// The same violation in the words of the legacy form, for a request that was put into the new surface's:
    /// `resolution` is `mode`, `native` is `on`, and so on.
    #[must_use]
    pub fn in_legacy_words(self, product: Product) -> Self {
        let own = match product {
            Product::ImageToVideo => IMAGE_TO_VIDEO,
            Product::OmniVideo => OMNI_VIDEO,
            Product::TextToVideo | Product::MotionControl => &[],
        };
        let field = |name: &'static str| -> &'static str { translate(name, &[own, EVERY_FIELD]) };
        let value = |word: &'static str| -> &'static str { translate(word, &[VALUES]) };
        let problem = match self.problem {
            Problem::Together { with, found, most } => Problem::Together { with: field(with), found, most },
            Problem::NotOneOf { allowed } => Problem::NotOneOf { allowed: translate_list(&allowed) },
            Problem::ModelAllows { found, model, allowed } => {
                Problem::ModelAllows { found: translate_list(&found), model, allowed: translate_list(&allowed) }
            }
            Problem::Needed { wanted, because } => Problem::Needed { wanted: value(wanted), because: field(because) },
            Problem::Required { because } => Problem::Required { because: field(because) },
            Problem::RequiredWithout { others } => Problem::RequiredWithout { others: field(others) },
            Problem::ExclusiveWith { other } => Problem::ExclusiveWith { other: field(other) },
            other => other,
        };
        Self { field: field(self.field), problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(field: &'static str, problem: Problem, product: Product) -> String {
        Violation { field, problem }.in_legacy_words(product).to_string()
    }

    #[test]
    fn a_form_is_told_in_its_own_words() {
        let native = Problem::Needed { wanted: "native", because: "voice" };
        assert_eq!(said("audio", native, Product::ImageToVideo), "sound must be on because of voice_list");
        let resolution = Problem::Needed { wanted: "1080p", because: "last_frame" };
        assert_eq!(
            said("resolution", resolution.clone(), Product::ImageToVideo),
            "mode must be pro because of image_tail"
        );
        assert_eq!(said("resolution", resolution, Product::OmniVideo), "mode must be pro because of end_frame");
        let allowed =
            Problem::ModelAllows { found: "native".into(), model: "kling-o1".into(), allowed: "original, off".into() };
        assert_eq!(said("audio", allowed, Product::OmniVideo), "sound is on: kling-o1 takes off");
        assert_eq!(said("prompt", Problem::Empty, Product::TextToVideo), "prompt is empty");
    }
}

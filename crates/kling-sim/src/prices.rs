//! What videos and images cost, in units of their resource packs (Kling's price page of 2026-09-20).

use std::fmt;
use std::iter::Sum;
use std::ops::Mul;

use crate::versions;

/// Units of a resource pack, counted in hundredths so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Units(u64);

impl Units {
    pub(crate) const ZERO: Self = Self(0);

    pub(crate) const fn hundredths(count: u64) -> Self {
        Self(count)
    }

    pub(crate) const fn whole(count: u64) -> Self {
        Self(count * 100)
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// As answers print it: no zeros at the end (`3`, `2.5`, `0`).
impl fmt::Display for Units {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl Mul<u32> for Units {
    type Output = Self;

    fn mul(self, times: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(times)))
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|units| units.0).fold(0, u64::saturating_add))
    }
}

/// What a video's price depends on besides model, resolution and length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    Silent,
    Native,
    /// Native sound with a specified voice.
    Voice,
    /// Made after, or out of, a given video.
    WithVideo,
}

/// Per second: product, feature, hundredths of a unit at 720p, 1080p and 4k; 0 where there is no price.
const PER_SECOND: &[(&str, Feature, [u64; 3])] = &[
    ("3.0 Turbo", Feature::Silent, [80, 100, 0]),
    ("3.0", Feature::Silent, [60, 80, 300]),
    ("3.0", Feature::Native, [90, 120, 300]),
    ("3.0 Omni", Feature::Silent, [60, 80, 300]),
    ("3.0 Omni", Feature::Native, [80, 100, 300]),
    ("3.0 Omni", Feature::WithVideo, [90, 120, 300]),
    ("O1", Feature::Silent, [60, 80, 0]),
    ("O1", Feature::WithVideo, [90, 120, 0]),
    ("2.6", Feature::Silent, [30, 50, 0]),
    ("2.6", Feature::Native, [0, 100, 0]),
    ("2.6", Feature::Voice, [0, 120, 0]),
    ("2.5 Turbo", Feature::Silent, [30, 50, 0]),
];

/// The price of a video; nothing for what the price page does not list. A feature without a row of its own costs like
/// the plainer one: a voice like native sound, sound like silence.
pub(crate) fn video(model: &str, feature: Feature, resolution: &str, seconds: u32) -> Units {
    let product = versions::product(model);
    let plainer: &[Feature] = match feature {
        Feature::Voice => &[Feature::Voice, Feature::Native, Feature::Silent],
        Feature::Native => &[Feature::Native, Feature::Silent],
        Feature::WithVideo => &[Feature::WithVideo, Feature::Silent],
        Feature::Silent => &[Feature::Silent],
    };
    let row = plainer.iter().find_map(|feature| PER_SECOND.iter().find(|row| (row.0, row.1) == (product, *feature)));
    let [at_720p, at_1080p, at_4k] = row.map_or([0; 3], |row| row.2);
    let per_second = match resolution {
        "720p" => at_720p,
        "1080p" => at_1080p,
        _ => at_4k,
    };
    Units::hundredths(per_second) * seconds
}

/// The resolution a `/v1` mode stands for.
pub(crate) fn resolution_of(mode: &str) -> &'static str {
    match mode {
        "std" => "720p",
        "pro" => "1080p",
        _ => "4k",
    }
}

/// Per image: product, whole units from text, from pictures, and at 4k.
const PER_IMAGE: &[(&str, [u64; 3])] =
    &[("3.0", [8, 8, 8]), ("3.0 Omni", [8, 8, 16]), ("O1", [8, 8, 8]), ("2.1", [4, 8, 8])];

/// The price of one image; nothing for what the price page does not list.
pub(crate) fn image(model: &str, from_pictures: bool, resolution: &str) -> Units {
    let row = PER_IMAGE.iter().find(|row| row.0 == versions::product(model));
    let [from_text, from_picture, at_4k] = row.map_or([0; 3], |row| row.1);
    Units::whole(match (resolution, from_pictures) {
        ("4k", _) => at_4k,
        (_, true) => from_picture,
        (_, false) => from_text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_follow_model_feature_and_resolution() {
        let price = |model, feature, resolution, seconds| video(model, feature, resolution, seconds).to_string();
        assert_eq!(price("kling-v3", Feature::Silent, "720p", 5), "3");
        assert_eq!(price("kling-3.0", Feature::Native, "1080p", 8), "9.6");
        assert_eq!(price("kling-v3", Feature::Voice, "1080p", 5), "6");
        assert_eq!(price("kling-v3", Feature::Silent, "4k", 15), "45");
        assert_eq!(price("kling-v2-6", Feature::Voice, "1080p", 5), "6");
        assert_eq!(price("kling-v2-5-turbo", Feature::Silent, "720p", 5), "1.5");
        assert_eq!(price("kling-3.0-turbo", Feature::Native, "720p", 5), "4");
        assert_eq!(price("kling-3.0-omni", Feature::Native, "1080p", 5), "5");
        assert_eq!(price("kling-video-o1", Feature::WithVideo, "720p", 5), "4.5");
        assert_eq!(price("kling-o1", Feature::Native, "720p", 5), "3", "it has no sound to pay for");
        assert_eq!(price("kling-v1", Feature::Silent, "720p", 5), "0");
    }

    #[test]
    fn image_prices_are_per_image() {
        let price = |model, from_pictures, resolution| image(model, from_pictures, resolution).to_string();
        assert_eq!(price("kling-v3", false, "2k"), "8");
        assert_eq!(price("kling-v3-omni", true, "4k"), "16");
        assert_eq!(price("kling-v2-1", false, "1k"), "4");
        assert_eq!(price("kling-v2-1", true, "1k"), "8");
        assert_eq!(price("kling-v1", true, "1k"), "0");
    }

    #[test]
    fn units_print_without_zeros_at_the_end() {
        assert_eq!(Units::hundredths(5).to_string(), "0.05");
        assert_eq!(Units::hundredths(250).to_string(), "2.5");
        assert_eq!(Units::whole(5000).minus(Units::hundredths(1150)).to_string(), "4988.5");
    }
}

//! What a video costs, in units of a resource pack (Kling's price page of 2026-09-20).

use std::fmt;
use std::iter::Sum;
use std::ops::Mul;

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

    fn mul(self, seconds: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(seconds)))
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        Self(iter.map(|units| units.0).fold(0, u64::saturating_add))
    }
}

/// What is heard in a video, as far as the price depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sound {
    Silent,
    Native,
    /// Native sound with a specified voice.
    Voice,
}

/// Per second: model, sound, mode, hundredths of a unit.
const PER_SECOND: &[(&str, Sound, &str, u64)] = &[
    ("kling-v3", Sound::Silent, "std", 60),
    ("kling-v3", Sound::Silent, "pro", 80),
    ("kling-v3", Sound::Silent, "4k", 300),
    ("kling-v3", Sound::Native, "std", 90),
    ("kling-v3", Sound::Native, "pro", 120),
    ("kling-v3", Sound::Native, "4k", 300),
    ("kling-v2-6", Sound::Silent, "std", 30),
    ("kling-v2-6", Sound::Silent, "pro", 50),
    ("kling-v2-6", Sound::Native, "pro", 100),
    ("kling-v2-6", Sound::Voice, "pro", 120),
    ("kling-v2-5-turbo", Sound::Silent, "std", 30),
    ("kling-v2-5-turbo", Sound::Silent, "pro", 50),
];

/// The price of a video; nothing for what the price page does not list. A specified voice has a row of its own for 2.6
/// only and costs as native sound elsewhere.
pub(crate) fn video(model: &str, sound: Sound, mode: &str, seconds: u32) -> Units {
    let per_second = |sound: Sound| {
        PER_SECOND.iter().find(|row| (row.0, row.1, row.2) == (model, sound, mode)).map(|row| Units::hundredths(row.3))
    };
    let fallback = if sound == Sound::Voice { Sound::Native } else { sound };
    per_second(sound).or_else(|| per_second(fallback)).unwrap_or(Units::ZERO) * seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_follow_model_sound_and_mode() {
        let price = |model, sound, mode, seconds| video(model, sound, mode, seconds).to_string();
        assert_eq!(price("kling-v3", Sound::Silent, "std", 5), "3");
        assert_eq!(price("kling-v3", Sound::Native, "pro", 8), "9.6");
        assert_eq!(price("kling-v3", Sound::Voice, "pro", 5), "6");
        assert_eq!(price("kling-v3", Sound::Silent, "4k", 15), "45");
        assert_eq!(price("kling-v2-6", Sound::Voice, "pro", 5), "6");
        assert_eq!(price("kling-v2-5-turbo", Sound::Silent, "std", 5), "1.5");
        assert_eq!(price("kling-v1", Sound::Silent, "std", 5), "0");
    }

    #[test]
    fn units_print_without_zeros_at_the_end() {
        assert_eq!(Units::hundredths(5).to_string(), "0.05");
        assert_eq!(Units::hundredths(250).to_string(), "2.5");
        assert_eq!(Units::whole(5000).minus(Units::hundredths(1150)).to_string(), "4988.5");
    }
}

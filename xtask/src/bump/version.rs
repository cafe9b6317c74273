//! Versions, as Dify, Cargo and pip all take them.

use std::fmt;

use anyhow::{Result, bail, ensure};

use crate::difypkg::is_version;

/// `1.2.3` or `1.2.3-beta1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    numbers: [u16; 3],
    /// A release comes after what led to it.
    release: bool,
    suffix: String,
}

impl Version {
    /// Reads a version.
    ///
    /// # Errors
    /// When one of the three would not take it.
    pub fn parse(text: &str) -> Result<Self> {
        let (numbers, suffix) = text.split_once('-').unwrap_or((text, ""));
        let plain = |number: &str| number == "0" || !number.starts_with('0');
        ensure!(
            is_version(text) && numbers.split('.').all(plain) && !suffix.contains('_'),
            "{text:?} is no version: it must be as 1.2.3 or 1.2.3-beta1"
        );
        let parsed: Vec<u16> = numbers.split('.').map_while(|number| number.parse().ok()).collect();
        let Ok(numbers) = <[u16; 3]>::try_from(parsed) else { bail!("{text:?} is no version") };
        Ok(Self { numbers, release: suffix.is_empty(), suffix: suffix.to_owned() })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if self.release { Ok(()) } else { write!(f, "-{}", self.suffix) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered() {
        let rising = ["0.0.9", "0.1.0", "0.1.1-beta1", "0.1.1-rc1", "0.1.1", "0.1.10", "0.2.0", "1.0.0"];
        let versions: Vec<_> = rising.iter().map(|text| Version::parse(text).unwrap()).collect();
        assert!(versions.is_sorted_by(|a, b| a < b));
        assert_eq!(versions.iter().map(ToString::to_string).collect::<Vec<_>>(), rising);
    }

    #[test]
    fn nonsense_is_refused() {
        for bad in ["", "1.2", "v1.2.3", "1.2.3.4", "01.2.3", "1.2.3-a_b", "1.2.3-a.b", "1.2.x", "1.2.3 ", "latest"] {
            let refusal = Version::parse(bad).unwrap_err().to_string();
            assert!(refusal.ends_with("it must be as 1.2.3 or 1.2.3-beta1"), "{refusal}");
        }
    }
}

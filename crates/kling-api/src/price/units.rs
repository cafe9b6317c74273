//! Exact amounts of units.

use std::fmt;

/// Units of a resource pack, exact to a hundredth.
///
/// ```
/// use kling_api::{UnitPackage, Units};
///
/// let units = Units::from_hundredths(450, UnitPackage::Video);
/// assert_eq!(format!("{units} {} units", units.package()), "4.5 video units");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    hundredths: u64,
    package: UnitPackage,
}

/// The kind of pack that units come from: they are worth different sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnitPackage {
    /// One unit lists at USD 0.14.
    Video,
    /// One unit lists at USD 0.0035.
    Image,
}

impl Units {
    /// So many hundredths of a unit.
    pub const fn from_hundredths(hundredths: u64, package: UnitPackage) -> Self {
        Self { hundredths, package }
    }

    /// In hundredths of a unit.
    pub const fn hundredths(self) -> u64 {
        self.hundredths
    }

    /// Where they come from.
    pub const fn package(self) -> UnitPackage {
        self.package
    }
}

impl fmt::Display for Units {
    /// The number, without needless zeros: `3`, `4.5`, `0.05`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.hundredths / 100, self.hundredths % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", part / 10),
            _ => write!(f, "{whole}.{part:02}"),
        }
    }
}

impl fmt::Display for UnitPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Video => "video",
            Self::Image => "image",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_without_needless_zeros() {
        for (hundredths, text) in [(0, "0"), (300, "3"), (450, "4.5"), (5, "0.05"), (1230, "12.3"), (101, "1.01")] {
            assert_eq!(Units::from_hundredths(hundredths, UnitPackage::Video).to_string(), text);
        }
    }
}

//! Where an account lives.

use std::fmt;
use std::str::FromStr;

/// The console an account belongs to. Keys work on their own region's host only: an international key on the Beijing
/// host is answered with 401 / 1002 "api key not found" (live, 2026-08-26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Region {
    /// Mainland China (klingai.com console).
    #[default]
    Beijing,
    /// International (kling.ai console).
    Singapore,
}

impl Region {
    /// Every region there is.
    pub const ALL: [Self; 2] = [Self::Beijing, Self::Singapore];

    /// The name used in settings and handles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beijing => "beijing",
            Self::Singapore => "singapore",
        }
    }

    /// The API's base URL, without a trailing slash (vendor documentation 2026-09-20 and 2026-10).
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Beijing => "https://api-beijing.klingai.com",
            Self::Singapore => "https://api-singapore.klingai.com",
        }
    }

    /// The region a key may belong to when this one does not know it.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Beijing => Self::Singapore,
            Self::Singapore => Self::Beijing,
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no region.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown region: use beijing or singapore")]
pub struct UnknownRegion;

impl FromStr for Region {
    type Err = UnknownRegion;

    /// Reads a region's name, in any case and with white space around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.trim();
        Self::ALL.into_iter().find(|region| region.name().eq_ignore_ascii_case(wanted)).ok_or(UnknownRegion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for region in Region::ALL {
            assert_eq!(region.name().parse(), Ok(region));
            assert_eq!(region.other().other(), region);
            assert_ne!(region.base_url(), region.other().base_url());
        }
        assert_eq!(" Singapore ".parse(), Ok(Region::Singapore));
        assert_eq!("tokyo".parse::<Region>(), Err(UnknownRegion));
    }
}

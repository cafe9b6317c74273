//! Many measurements in a few numbers.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::say;

/// What is measured several times.
pub(super) trait Quantity: Copy + Ord {
    /// The middle between two.
    fn middle(self, other: Self) -> Self;

    /// With its unit.
    fn shown(self) -> String;
}

impl Quantity for Duration {
    fn middle(self, other: Self) -> Self {
        (self + other) / 2
    }

    fn shown(self) -> String {
        say::millis(self)
    }
}

/// Bytes of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Size(pub(super) u64);

impl Quantity for Size {
    fn middle(self, other: Self) -> Self {
        Self(self.0.midpoint(other.0))
    }

    fn shown(self) -> String {
        say::size(self.0)
    }
}

/// Bytes a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rate(pub(super) u64);

impl Rate {
    pub(super) fn of(bytes: u64, time: Duration) -> Self {
        let nanos = time.as_nanos().max(1);
        Self(u64::try_from(u128::from(bytes) * 1_000_000_000 / nanos).unwrap_or(u64::MAX))
    }
}

impl Quantity for Rate {
    fn middle(self, other: Self) -> Self {
        Self(self.0.midpoint(other.0))
    }

    fn shown(self) -> String {
        format!("{} MiB/s", self.0 / (1024 * 1024))
    }
}

/// Median and extremes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spread<Q> {
    pub(super) median: Q,
    pub(super) min: Q,
    pub(super) max: Q,
}

impl<Q: Quantity> Spread<Q> {
    /// An error of nothing.
    pub(super) fn of(measured: impl IntoIterator<Item = Q>) -> Result<Self> {
        Self::of_sorted(measured).context("nothing was measured")
    }

    fn of_sorted(measured: impl IntoIterator<Item = Q>) -> Option<Self> {
        let mut measured: Vec<_> = measured.into_iter().collect();
        measured.sort_unstable();
        let (min, max) = (*measured.first()?, *measured.last()?);
        let upper = *measured.get(measured.len() / 2)?;
        let lower = *measured.get((measured.len() - 1) / 2)?;
        Some(Self { median: lower.middle(upper), min, max })
    }
}

impl<Q: Quantity> fmt::Display for Spread<Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, min, max] = [self.median, self.min, self.max].map(Quantity::shown);
        write!(f, "median {median:>10}   min {min:>10}   max {max:>10}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(times: &[u64]) -> Option<[u128; 3]> {
        let spread = Spread::of(times.iter().copied().map(Duration::from_millis)).ok()?;
        Some([spread.median, spread.min, spread.max].map(|time| time.as_millis()))
    }

    #[test]
    fn an_even_number_has_its_median_in_between() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7]), Some([7, 7, 7]));
        assert_eq!(spread(&[9, 1, 5]), Some([5, 1, 9]));
        assert_eq!(spread(&[9, 1, 5, 3]), Some([4, 1, 9]));
    }

    #[test]
    fn rates_are_told_in_whole_mebibytes() {
        let rate = Rate::of(256 * 1024 * 1024, Duration::from_millis(400));
        assert_eq!((rate, rate.shown().as_str()), (Rate(640 * 1024 * 1024), "640 MiB/s"));
        assert_eq!(Rate::of(7, Duration::ZERO), Rate(7_000_000_000));
        let spread = Spread::of([Rate(3), Rate(u64::MAX), Rate(1), Rate(5)]).unwrap();
        assert_eq!((spread.median, spread.max), (Rate(4), Rate(u64::MAX)));
    }
}

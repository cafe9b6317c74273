//! Many durations in a few numbers.

use std::fmt;
use std::time::Duration;

use crate::say;

/// Median and extremes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spread {
    pub(super) median: Duration,
    pub(super) min: Duration,
    pub(super) max: Duration,
}

impl Spread {
    /// `None` of nothing.
    pub(super) fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let (min, max) = (*times.first()?, *times.last()?);
        let upper = *times.get(times.len() / 2)?;
        let lower = *times.get((times.len() - 1) / 2)?;
        Some(Self { median: (lower + upper) / 2, min, max })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, min, max] = [self.median, self.min, self.max].map(say::millis);
        write!(f, "median {median:>9}   min {min:>9}   max {max:>9}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(times: &[u64]) -> Option<[u128; 3]> {
        let spread = Spread::of(times.iter().copied().map(Duration::from_millis).collect())?;
        Some([spread.median, spread.min, spread.max].map(|time| time.as_millis()))
    }

    #[test]
    fn an_even_number_has_its_median_in_between() {
        assert_eq!(spread(&[]), None);
        assert_eq!(spread(&[7]), Some([7, 7, 7]));
        assert_eq!(spread(&[9, 1, 5]), Some([5, 1, 9]));
        assert_eq!(spread(&[9, 1, 5, 3]), Some([4, 1, 9]));
    }
}

//! When to ask again.

use std::time::Duration;

/// A service's `Retry-After` is honoured up to this long; a longer one counts as this.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(150);

/// Pauses between looks: they grow by a factor up to a limit, each with a random share on top or off, so that many
/// waiters do not ask in step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Before the first look.
    pub first: Duration,
    /// How much longer each pause is than the one before.
    pub growth: f64,
    /// No pause is longer, jitter aside.
    pub longest: Duration,
    /// The random share, 0.2 for up to a fifth more or less. The first pause has none.
    pub jitter: f64,
}

impl Default for Schedule {
    /// 3 s, then half as much again each time up to 15 s, give or take a fifth: a five-second video takes one to three
    /// minutes, and asking is free.
    fn default() -> Self {
        Self { first: Duration::from_secs(3), growth: 1.5, longest: Duration::from_secs(15), jitter: 0.2 }
    }
}

impl Schedule {
    /// Lookups of a job whose post may or may not have arrived: 2, 4, 8 and then 15 s, give or take a fifth after the
    /// first. A job that was just accepted may not be listed yet.
    pub const LOOKUPS: Self =
        Self { first: Duration::from_secs(2), growth: 2.0, longest: Duration::from_secs(15), jitter: 0.2 };

    /// Posts that are repeated because nothing was created: 1, 2, 4, 8 and then 15 s, give or take a fifth after the
    /// first.
    pub const RETRIES: Self =
        Self { first: Duration::from_secs(1), growth: 2.0, longest: Duration::from_secs(15), jitter: 0.2 };

    /// The pause before look number `look`, counted from 0; `chance` lies in 0..1.
    #[must_use]
    pub fn pause(&self, look: u32, chance: f64) -> Duration {
        if look == 0 {
            return self.first;
        }
        let exponent = i32::try_from(look).unwrap_or(i32::MAX);
        let grown = self.first.as_secs_f64() * self.growth.max(1.0).powi(exponent);
        let capped = grown.min(self.longest.as_secs_f64());
        let share = self.jitter.clamp(0.0, 1.0) * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
        Duration::try_from_secs_f64(capped * (1.0 + share)).unwrap_or(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_3_to_15_seconds() {
        let schedule = Schedule::default();
        let pauses: Vec<_> = (0..7).map(|look| schedule.pause(look, 0.5).as_millis()).collect();
        assert_eq!(pauses, [3000, 4500, 6750, 10_125, 15_000, 15_000, 15_000]);
    }

    #[test]
    fn jitter_stays_within_its_share_at_any_look() {
        let schedule = Schedule::default();
        for look in [1, 4, 1000, u32::MAX] {
            let middle = schedule.pause(look, 0.5).as_secs_f64();
            for (chance, share) in [(0.0, 0.8), (1.0, 1.2)] {
                let pause = schedule.pause(look, chance).as_secs_f64();
                assert!((pause - middle * share).abs() < 1e-6, "look {look}: {pause}");
            }
        }
    }
}

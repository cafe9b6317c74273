//! The random share in pauses, from a source that tests can seed.

use std::sync::{Arc, Mutex, PoisonError};

/// A source of randomness, shared by its clones. It is asked for jitter and nothing else.
#[derive(Debug, Clone)]
pub struct Jitter(Option<Arc<Mutex<fastrand::Rng>>>);

impl Default for Jitter {
    /// Seeded by the operating system.
    fn default() -> Self {
        Self::from(fastrand::Rng::new())
    }
}

impl Jitter {
    /// Repeats itself: the same seed and the same questions bring the same pauses.
    pub fn seeded(seed: u64) -> Self {
        Self::from(fastrand::Rng::with_seed(seed))
    }

    /// No randomness: each pause is exactly as long as its schedule says. For tests that look at the clock.
    pub const fn none() -> Self {
        Self(None)
    }

    fn from(random: fastrand::Rng) -> Self {
        Self(Some(Arc::new(Mutex::new(random))))
    }

    /// The next number in 0..1.
    pub(crate) fn chance(&self) -> f64 {
        self.0.as_ref().map_or(0.5, |random| random.lock().unwrap_or_else(PoisonError::into_inner).f64())
    }
}

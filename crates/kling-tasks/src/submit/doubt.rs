//! A job that may exist.

use tokio::time::Instant;

use super::{ABSENCE_LOOKUPS, ABSENCE_TAKES};
use crate::Schedule;

/// Lookups that find nothing, after which a job that cannot be posted again is given up.
const LAST_LOOKUPS: u32 = 4;

/// What is known of a job that may exist, until it is found.
#[derive(Debug)]
pub(super) struct Doubt<E> {
    /// What raised the doubt; `None` for a post that the deadline cut off.
    pub(super) error: Option<E>,
    hope: Hope,
    lookups: u32,
    absent: u32,
    absent_since: Option<Instant>,
    looked: Option<Instant>,
    pub(super) next: Instant,
}

/// What to do as long as the job is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hope {
    /// Once it is definitely absent, post again.
    PostAgain,
    /// The service has a job with this id, and one of our posts may have made it: keep looking.
    OurDuplicate,
    /// The service has a job with this id, but none of our posts can have made it.
    StrangeDuplicate,
    /// A later post was refused for good; an earlier one is still in doubt.
    LaterRefusal,
}

/// What a lookup without a find means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// Nothing yet.
    Open,
    /// The job does not exist: it may be posted.
    Proven,
    /// Looking on would not help.
    Hopeless,
}

impl<E> Doubt<E> {
    pub(super) fn new(error: Option<E>, hope: Hope) -> Self {
        let now = Instant::now();
        // A duplicate is there already; a post that was just lost may take a while to be listed.
        let next = if hope == Hope::StrangeDuplicate { now } else { now + Schedule::LOOKUPS.pause(0, 0.0) };
        Self { error, hope, lookups: 0, absent: 0, absent_since: None, looked: None, next }
    }

    /// Of an earlier submission, which may have posted the job some time ago.
    pub(super) fn inherited() -> Self {
        Self { next: Instant::now(), ..Self::new(None, Hope::PostAgain) }
    }

    pub(super) fn hope(&self) -> Hope {
        self.hope
    }

    /// When to look up next, `last` at the latest; `None` once the last lookup was made.
    pub(super) fn next_lookup(&self, last: Instant) -> Option<Instant> {
        let done = self.looked.is_some_and(|looked| looked >= last);
        (!done).then(|| self.next.min(last))
    }

    /// Whether the next lookup is the first after a post.
    pub(super) fn is_first_lookup(&self) -> bool {
        self.lookups == 0
    }

    /// A lookup was made; `chance` is the next pause's jitter.
    pub(super) fn looked(&mut self, chance: f64) {
        let now = Instant::now();
        self.looked = Some(now);
        self.lookups = self.lookups.saturating_add(1);
        self.next = now + Schedule::LOOKUPS.pause(self.lookups, chance);
        self.hasten();
    }

    /// Where one more lookup can settle it, that one comes as soon as enough time has passed.
    fn hasten(&mut self) {
        let proof = self.absent_since.map(|since| since + ABSENCE_TAKES);
        if let Some(proof) = proof
            && self.hope == Hope::PostAgain
            && self.absent + 1 >= ABSENCE_LOOKUPS
            && proof > Instant::now()
        {
            self.next = self.next.min(proof);
        }
    }

    /// The service answered that it does not know the job.
    pub(super) fn absent(&mut self) -> Absence {
        self.absent = self.absent.saturating_add(1);
        let since = *self.absent_since.get_or_insert_with(Instant::now);
        match self.hope {
            Hope::PostAgain if self.absent >= ABSENCE_LOOKUPS && since.elapsed() >= ABSENCE_TAKES => Absence::Proven,
            Hope::PostAgain => {
                self.hasten();
                Absence::Open
            }
            Hope::OurDuplicate => Absence::Open,
            Hope::StrangeDuplicate | Hope::LaterRefusal if self.absent < LAST_LOOKUPS => Absence::Open,
            Hope::StrangeDuplicate | Hope::LaterRefusal => Absence::Hopeless,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn three_lookups_prove_an_absence_only_half_a_minute_apart() {
        let mut doubt = Doubt::new(Some("reset"), Hope::PostAgain);
        assert_eq!([doubt.absent(), doubt.absent(), doubt.absent()], [Absence::Open, Absence::Open, Absence::Open]);
        let nearly = ABSENCE_TAKES.saturating_sub(Duration::from_millis(1));
        advance(nearly).await;
        assert_eq!(doubt.absent(), Absence::Open);
        advance(Duration::from_millis(1)).await;
        assert_eq!(doubt.absent(), Absence::Proven);

        let mut doubt = Doubt::new(Some("reset"), Hope::PostAgain);
        advance(ABSENCE_TAKES).await;
        assert_eq!([doubt.absent(), doubt.absent()], [Absence::Open, Absence::Open], "twice is not enough");
    }

    #[tokio::test(start_paused = true)]
    async fn the_lookup_that_can_settle_it_is_not_delayed() {
        let mut doubt = Doubt::new(Some("reset"), Hope::PostAgain);
        let started = Instant::now();
        while doubt.absent() != Absence::Proven {
            doubt.looked(0.5);
            doubt.absent();
            tokio::time::sleep_until(doubt.next).await;
        }
        assert_eq!(started.elapsed(), ABSENCE_TAKES);
    }
}

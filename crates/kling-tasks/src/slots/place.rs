//! One job's place: in line, then in a slot.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep_until;

use super::gate::{Entry, Gate, Turn};
use super::lanes::Lane;

/// A job's way through a lane. Dropping it at any point leaves the lane in order.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Arc<Gate>,
    number: u64,
    slots: u32,
    called: Arc<Notify>,
    stand: Stand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    InLine,
    /// May post, and may have posted.
    Posting {
        entry: Entry,
        /// Whether the answer is still waited for.
        answer_due: bool,
    },
    Running,
    Gone,
}

impl Place {
    /// The end of the line.
    pub(crate) fn new(lane: &Lane, slots: u32) -> Self {
        let (gate, called) = (lane.gate.clone(), Arc::new(Notify::new()));
        let number = gate.join(&called, slots);
        Self { gate, number, slots, called, stand: Stand::InLine }
    }

    /// Tells how many are ahead, and whether the job seems to want more slots than there are, while the place itself is
    /// busy waiting.
    pub(crate) fn waiting(&self) -> impl Fn() -> (usize, bool) + use<> {
        let (gate, number) = (self.gate.clone(), self.number);
        move || gate.waiting(number)
    }

    /// Whether the job was refused again and again while no other job of this process ran.
    pub(crate) fn is_oversized(&self) -> bool {
        self.gate.waiting(self.number).1
    }

    /// Lets those behind it pass until the guard is dropped; nothing for a job that is not in line.
    pub(crate) fn step_aside(&self) -> Option<Aside> {
        (self.stand == Stand::InLine).then(|| {
            self.gate.set_away(self.number, true);
            Aside { gate: self.gate.clone(), number: self.number }
        })
    }

    /// Whether it may post.
    pub(crate) fn has_turn(&self) -> bool {
        matches!(self.stand, Stand::Posting { .. })
    }

    /// Takes the turn if it has come.
    pub(crate) fn try_turn(&mut self) -> bool {
        self.step().is_none()
    }

    /// Waits for the turn.
    pub(crate) async fn turn(&mut self) {
        while let Some(turn) = self.step() {
            match turn {
                Turn::At(probe) => tokio::select! {
                    () = self.called.notified() => {}
                    () = sleep_until(probe) => {}
                },
                _ => self.called.notified().await,
            }
        }
    }

    /// What to wait for; `None` with the turn in hand.
    fn step(&mut self) -> Option<Turn> {
        if self.stand != Stand::InLine {
            return None;
        }
        match self.gate.enter(self.number, self.slots) {
            Turn::Now(entry) => {
                self.stand = Stand::Posting { entry, answer_due: true };
                None
            }
            wait => Some(wait),
        }
    }

    /// The post was refused for want of a slot: back in line.
    pub(crate) fn refused(&mut self, retry_after: Option<Duration>) {
        if let Stand::Posting { entry, answer_due } = self.stand {
            self.gate.refused(self.number, &self.called, self.slots, entry, answer_due, retry_after);
            self.stand = Stand::InLine;
        }
    }

    /// The post's answer is far away: the slot stays reserved, others may probe.
    pub(crate) fn unsure(&mut self) {
        if let Stand::Posting { entry, answer_due } = &mut self.stand
            && mem::take(answer_due)
        {
            self.gate.answered(mem::take(&mut entry.probe));
        }
    }

    /// The job exists.
    pub(crate) fn runs(mut self) -> Slot {
        self.unsure();
        self.gate.slip_in(self.number, self.slots);
        self.gate.runs(self.slots);
        self.stand = Stand::Running;
        Slot(Some(self))
    }
}

/// A place whose job is busy with something else than waiting.
pub(crate) struct Aside {
    gate: Arc<Gate>,
    number: u64,
}

impl Drop for Aside {
    fn drop(&mut self) {
        self.gate.set_away(self.number, false);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.unsure();
        let slots = self.slots;
        match self.stand {
            Stand::InLine => self.gate.leave(self.number, |_| {}),
            Stand::Posting { .. } => self.gate.leave(self.number, |limit| limit.end(slots)),
            Stand::Running => self.gate.leave(self.number, |limit| limit.lost(slots)),
            Stand::Gone => {}
        }
    }
}

/// What a running job occupies. Keep it as long as the job is waited for.
///
/// Dropping it says that the job is no longer watched: it is not counted any more, and its slots count as taken by
/// somebody else until a probe shows otherwise.
#[must_use = "the slot counts as lost when this is dropped"]
#[derive(Debug)]
pub struct Slot(Option<Place>);

impl Slot {
    /// A job that was not submitted here and is not counted.
    pub(crate) fn uncounted() -> Self {
        Self(None)
    }

    /// The job has ended, well or not: its slots are free and the first in line learns it at once.
    pub fn finished(mut self) {
        if let Some(place) = &mut self.0 {
            place.stand = Stand::Gone;
            place.gate.leave(place.number, |limit| limit.finished(place.slots));
        }
    }
}

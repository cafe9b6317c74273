//! What is known of a limit that nobody tells.

/// The slots that jobs of this process take, and how many there seem to be.
#[derive(Debug, Default)]
pub(super) struct Limit {
    /// Slots of jobs that exist, or are being posted and may.
    held: u32,
    /// Slots of jobs that exist.
    running: u32,
    /// The most that `held` may become, once the service has said no.
    most: Option<u32>,
}

impl Limit {
    /// Slots of jobs that exist.
    pub(super) fn running(&self) -> u32 {
        self.running
    }

    /// Whether this process holds nothing.
    pub(super) fn is_idle(&self) -> bool {
        self.held == 0
    }

    /// Whether the service has not said no yet.
    pub(super) fn is_unknown(&self) -> bool {
        self.most.is_none()
    }

    /// Whether so many more slots are free, as far as is known.
    pub(super) fn fits(&self, slots: u32) -> bool {
        self.most.is_none_or(|most| self.held.saturating_add(slots) <= most)
    }

    /// Others may have come and gone: nothing is known any more.
    pub(super) fn forget(&mut self) {
        self.most = None;
    }

    /// A post begins.
    pub(super) fn begin(&mut self, slots: u32) {
        self.held = self.held.saturating_add(slots);
    }

    /// The post created nothing.
    pub(super) fn end(&mut self, slots: u32) {
        self.held = self.held.saturating_sub(slots);
    }

    /// The post created a job. Answers whether that shows more room than there seemed to be.
    pub(super) fn runs(&mut self, slots: u32) -> bool {
        self.running = self.running.saturating_add(slots);
        let more = self.most.is_some_and(|most| most < self.running);
        if more {
            self.most = Some(self.running);
        }
        more
    }

    /// The service had no room for `slots` beside the `running` slots of this process: fewer than the sum are to be
    /// had. Slots of other processes are not known; they make the limit smaller, as if it were the account's.
    pub(super) fn refused(&mut self, slots: u32, running: u32) {
        self.end(slots);
        let fewer = running.saturating_add(slots).saturating_sub(1);
        self.most = Some(self.most.map_or(fewer, |most| most.min(fewer)));
    }

    /// A job ended: its slots are free.
    pub(super) fn finished(&mut self, slots: u32) {
        self.running = self.running.saturating_sub(slots);
        self.end(slots);
    }

    /// A job is no longer watched: its slots are taken, but no longer by a job that is counted here.
    pub(super) fn lost(&mut self, slots: u32) {
        self.finished(slots);
        self.most = self.most.map(|most| most.saturating_sub(slots));
    }
}

//! How long a call may wait.

use std::time::Duration;

use kling_tasks::POST_NEEDS;
use tokio::time::Instant;

/// Waiting time when the user says nothing.
pub(crate) const DEFAULT_WAIT: Duration = Duration::from_secs(480);
/// Left between the longest wait and the host's limit, for the download and the answer.
const RESERVE: Duration = Duration::from_secs(60);
/// Left between the last byte of the last file and the host's limit.
const LAST_WORDS: Duration = Duration::from_secs(15);
/// What a submit may take at least: the post itself may need this long.
const SUBMIT: Duration = Duration::from_secs(60);
/// What a question may take at least.
const QUESTION: Duration = Duration::from_secs(10);
/// Agents give up on a silent tool after 250 s.
const AGENT_WAIT: Duration = Duration::from_secs(220);

/// Whether to wait for a task, and until when each part of a call must be over. Counted from the call's start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WaitPlan {
    wanted: bool,
    deadline: Instant,
    ask_by: Instant,
    submit_by: Instant,
    files_by: Instant,
}

impl WaitPlan {
    /// Promise 3: what the user asks for, never beyond what the host or an agent bears.
    pub(crate) fn new(wanted: bool, asked: Option<Duration>, max_execution: Duration, agent: bool) -> Self {
        let most = |limit: Duration| if agent { limit.min(AGENT_WAIT) } else { limit };
        let wait = most(asked.unwrap_or(DEFAULT_WAIT).min(max_execution.saturating_sub(RESERVE)));
        let now = Instant::now();
        let files = most(max_execution.saturating_sub(LAST_WORDS));
        let submit = SUBMIT.min(files).max(wait);
        let ask = if wanted { QUESTION.min(files).max(wait) } else { SUBMIT.min(files) };
        Self { wanted, deadline: now + wait, ask_by: now + ask, submit_by: now + submit, files_by: now + files }
    }

    /// When the last file must be handed over, and the whole call be over: after that the host would kill the call,
    /// links and all.
    pub(crate) fn files_by(self) -> Instant {
        self.files_by
    }

    pub(crate) fn wanted(self) -> bool {
        self.wanted
    }

    /// When the wait ends.
    pub(crate) fn deadline(self) -> Instant {
        self.deadline
    }

    /// Until when a question that costs nothing may be repeated: as long as the call may wait.
    pub(crate) fn ask_by(self) -> Instant {
        self.ask_by
    }

    /// When the inputs must be there: what is left then is the least that a post needs.
    pub(crate) fn inputs_by(self) -> Instant {
        self.submit_by.checked_sub(POST_NEEDS).unwrap_or(self.submit_by)
    }

    /// When the task must have been submitted: as long as the call may wait, and also a call that does not want to wait
    /// for its task needs some time for the post.
    pub(crate) fn submit_by(self) -> Instant {
        self.submit_by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(asked: Option<u64>, max_execution: u64, agent: bool) -> WaitPlan {
        WaitPlan::new(true, asked.map(Duration::from_secs), Duration::from_secs(max_execution), agent)
    }

    fn left(until: Instant) -> u64 {
        until.saturating_duration_since(Instant::now()).as_secs()
    }

    /// Promise 3: every wait ends before the host's limit.
    #[tokio::test(start_paused = true)]
    async fn waits_are_clipped_to_what_the_host_and_agents_bear() {
        let seconds = |asked, max_execution, agent| left(plan(asked, max_execution, agent).deadline());
        assert_eq!(seconds(None, 600, false), 480);
        assert_eq!(seconds(Some(90), 600, false), 90);
        assert_eq!(seconds(Some(9000), 600, false), 540);
        assert_eq!(seconds(None, 300, false), 240);
        assert_eq!(seconds(None, 30, false), 0);
        assert_eq!(seconds(None, 600, true), 220);
        assert_eq!(seconds(Some(100), 600, true), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_submit_has_a_minute_at_least_where_the_host_gives_it() {
        let seconds = |asked, max_execution| left(plan(asked, max_execution, false).submit_by());
        assert_eq!(seconds(Some(0), 600), 60);
        assert_eq!(seconds(None, 600), 480);
        assert_eq!(seconds(None, 30), 15);
    }

    #[tokio::test(start_paused = true)]
    async fn times_count_from_the_calls_start() {
        let plan = plan(None, 600, false);
        tokio::time::advance(Duration::from_secs(400)).await;
        assert_eq!(left(plan.deadline()), 80);
        tokio::time::advance(Duration::from_secs(400)).await;
        assert_eq!(left(plan.deadline()), 0);
    }
}
